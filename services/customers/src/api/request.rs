//! What callers send, checked field by field.

mod address;

pub(super) use address::{AddressChangeRequest, AddressRequest};

use crate::{
    Error,
    domain::{AddressBook, Edit, MOST_ADDRESSES, Password, PersonChange, Phone, Registration},
};
use chassis::{
    http::{Limit, Secret, present},
    identity::Role,
    problem::FieldErrors,
};
use contracts::{
    ids::AddressId,
    text::{BadText, EmailAddress, Name},
};
use serde::Deserialize;

/// E-mails are the same whatever their case, as people expect.
fn email(text: &str) -> Result<EmailAddress, BadText> {
    EmailAddress::parse(&text.to_ascii_lowercase())
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct RegistrationRequest {
    email: String,
    password: Secret,
    first_name: String,
    last_name: String,
    phone: Option<String>,
    #[serde(default)]
    addresses: Vec<AddressRequest>,
}

pub(super) struct Registering {
    pub(super) said: Registration,
    pub(super) password: Password,
}

impl TryFrom<RegistrationRequest> for Registering {
    type Error = Error;

    fn try_from(request: RegistrationRequest) -> Result<Self, Error> {
        let mut errors = FieldErrors::default();
        let email = errors.check("#/email", email(&request.email));
        let password = Password::chosen(request.password.0);
        let password = password.and_then(|it| match &email {
            Some(email) => it.unlike(email),
            None => Ok(it),
        });
        let password = errors.check("#/password", password);
        let first_name = errors.check("#/firstName", Name::parse(&request.first_name));
        let last_name = errors.check("#/lastName", Name::parse(&request.last_name));
        let phone = request.phone.and_then(|it| errors.check("#/phone", Phone::parse(&it)));
        let addresses = book(&mut errors, request.addresses);
        let said = (|| {
            let (email, first_name, last_name) = (email?, first_name?, last_name?);
            let said = Registration { email, first_name, last_name, phone, addresses };
            Some(Self { said, password: password? })
        })();
        errors.finish(said).map_err(Error::Fields)
    }
}

fn book(errors: &mut FieldErrors, requests: Vec<AddressRequest>) -> AddressBook {
    let mut book = AddressBook::default();
    let few = requests.len() <= MOST_ADDRESSES;
    errors.require(few, "#/addresses", format!("must not be more than {MOST_ADDRESSES}"));
    let defaults = requests.iter().filter(|it| it.is_default).count();
    errors.require(defaults <= 1, "#/addresses", "only one can be the default");
    for (place, request) in requests.into_iter().take(MOST_ADDRESSES).enumerate() {
        let pointer = format!("#/addresses/{place}");
        if let Some((address, is_default)) = request.check(errors, &pointer) {
            errors.check(pointer, book.add(AddressId::fresh(), &address, is_default));
        }
    }
    book
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct ChangeRequest {
    #[serde(default, deserialize_with = "present")]
    email: Option<String>,
    #[serde(default, deserialize_with = "present")]
    first_name: Option<String>,
    #[serde(default, deserialize_with = "present")]
    last_name: Option<String>,
    #[serde(default)]
    phone: Edit<String>,
}

impl TryFrom<ChangeRequest> for PersonChange {
    type Error = Error;

    fn try_from(request: ChangeRequest) -> Result<Self, Error> {
        let mut errors = FieldErrors::default();
        let names = [&request.email, &request.first_name, &request.last_name];
        let says_something = names.iter().any(|it| it.is_some()) || request.phone != Edit::Keep;
        let detail = "must have one of email, firstName, lastName, phone";
        errors.require(says_something, "#", detail);
        let parse = |text: String| Name::parse(&text);
        let change = Self {
            email: request.email.and_then(|it| errors.check("#/email", email(&it))),
            first_name: request.first_name.and_then(|it| errors.check("#/firstName", parse(it))),
            last_name: request.last_name.and_then(|it| errors.check("#/lastName", parse(it))),
            phone: request.phone.check(|it| errors.check("#/phone", Phone::parse(&it))),
        };
        errors.finish(Some(change)).map_err(Error::Fields)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct SignInRequest {
    email: String,
    password: Secret,
}

impl TryFrom<SignInRequest> for (EmailAddress, Password) {
    type Error = Error;

    fn try_from(request: SignInRequest) -> Result<Self, Error> {
        let mut errors = FieldErrors::default();
        let email = errors.check("#/email", email(&request.email));
        let given = email.map(|email| (email, Password::given(request.password.0)));
        errors.finish(given).map_err(Error::Fields)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct PasswordRequest {
    current_password: Secret,
    new_password: Secret,
}

impl TryFrom<PasswordRequest> for (Password, Password) {
    type Error = Error;

    fn try_from(request: PasswordRequest) -> Result<Self, Error> {
        let mut errors = FieldErrors::default();
        let new = errors.check("#/newPassword", Password::chosen(request.new_password.0));
        let both = new.map(|new| (Password::given(request.current_password.0), new));
        errors.finish(both).map_err(Error::Fields)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RoleRequest {
    pub(super) role: GivenRole,
}

/// What staff can make of somebody.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum GivenRole {
    Customer,
    Staff,
}

impl From<GivenRole> for Role {
    fn from(given: GivenRole) -> Self {
        match given {
            GivenRole::Customer => Self::Customer,
            GivenRole::Staff => Self::Staff,
        }
    }
}

/// An e-mail that is looked for.
#[derive(Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Sought(pub(super) EmailAddress);

impl TryFrom<String> for Sought {
    type Error = BadText;

    fn try_from(text: String) -> Result<Self, BadText> {
        email(&text).map(Self)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Listing {
    pub(super) email: Option<Sought>,
    #[serde(default)]
    pub(super) limit: Limit,
    /// Where the page before ended.
    pub(super) cursor: Option<String>,
}
