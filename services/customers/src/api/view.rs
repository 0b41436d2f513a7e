//! What callers see. Nothing of a password or a session is among it.

use crate::{
    Error,
    domain::{Customer, Person, Phone, SavedAddress},
    service::Tokens,
};
use chassis::identity::Role;
use contracts::{
    address::Address,
    ids::{AddressId, CustomerId},
    text::{EmailAddress, Name},
};
use jiff::Timestamp;
use serde::Serialize;

/// A customer.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CustomerView {
    pub(super) customer_id: CustomerId,
    role: Role,
    email: EmailAddress,
    first_name: Name,
    last_name: Name,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone: Option<Phone>,
    addresses: Vec<AddressView>,
    pub(super) revision: u64,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl CustomerView {
    /// A customer, while they have an account.
    pub(super) fn of(customer: Customer) -> Result<Self, Error> {
        let Customer { customer_id, role, person, revision, created_at, updated_at, .. } = customer;
        let Person { email, first_name, last_name, phone, addresses, .. } =
            person.ok_or(Error::NoSuchCustomer)?;
        let addresses = addresses.entries().iter().map(AddressView::of).collect();
        Ok(Self {
            customer_id,
            role,
            email,
            first_name,
            last_name,
            phone,
            addresses,
            revision,
            created_at,
            updated_at,
        })
    }
}

/// An address of a customer.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct AddressView {
    pub(super) address_id: AddressId,
    #[serde(flatten)]
    address: Address,
    is_default: bool,
}

impl AddressView {
    fn of(saved: &SavedAddress) -> Self {
        let SavedAddress { address_id, address, is_default } = saved.clone();
        Self { address_id, address, is_default }
    }

    /// The address of a customer that is meant.
    pub(super) fn find(
        customer: &Customer,
        is_meant: impl Fn(&SavedAddress) -> bool,
    ) -> Option<Self> {
        let entries = customer.person.as_ref()?.addresses.entries();
        entries.iter().find(|it| is_meant(it)).map(Self::of)
    }
}

/// What somebody gets who signs in (RFC 6749 §5.1, in camel case as everything here).
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct TokensView {
    access_token: String,
    token_type: &'static str,
    expires_in: u64,
    refresh_token: String,
}

impl From<Tokens> for TokensView {
    fn from(Tokens { access, expires_in, refresh }: Tokens) -> Self {
        Self {
            access_token: access,
            token_type: "Bearer",
            expires_in: expires_in.as_secs(),
            refresh_token: refresh.reveal(),
        }
    }
}
