//! What clients send, checked field by field.

use crate::{
    Error,
    domain::{MOST_LINES, MOST_PIECES},
    service::{OrderRequest, Ordered, ProductRef, RequestedLine},
};
use chassis::{
    http::Secret,
    problem::{FieldError, FieldErrors},
};
use contracts::{
    address::Address,
    ids::{CartId, ProductId},
    orders::OrderStatus,
    payments::PaymentMethod,
    shipping::ShippingMethod,
    text::{BadText, EmailAddress, Name},
};
use serde::Deserialize;

/// Why an order is called off when nobody says why.
const NO_REASON: &str = "Cancelled on request";

/// An order of one or several products by id, or of what lies in a cart.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct NewOrder {
    email: String,
    #[serde(default)]
    items: Option<Vec<NewLine>>,
    #[serde(default)]
    cart_id: Option<CartId>,
    #[serde(default)]
    payment_method: Option<PaymentMethod>,
    #[serde(default)]
    payment_token: Option<Secret>,
    #[serde(default)]
    shipping_method: ShippingMethod,
    #[serde(default)]
    shipping_address: Option<NewAddress>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct NewLine {
    product_id: ProductId,
    quantity: u32,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct NewAddress {
    street: String,
    city: String,
    #[serde(default)]
    state: Option<String>,
    zip_code: String,
    country: String,
}

impl TryFrom<NewOrder> for OrderRequest {
    type Error = Error;

    fn try_from(it: NewOrder) -> Result<Self, Error> {
        let mut errors = FieldErrors::default();
        let email = errors.check("#/email", EmailAddress::parse(&it.email));
        let ordered = match (it.items, it.cart_id) {
            (Some(items), None) => Some(Ordered::Lines(lines(items, &mut errors))),
            (None, Some(cart)) => Some(Ordered::Cart(cart)),
            (None, None) | (Some(_), Some(_)) => {
                errors.require(false, "#/items", "must be there, or else cartId, and not both");
                None
            }
        };
        let method = it.payment_method.unwrap_or(PaymentMethod::CashOnDelivery);
        let token = token(it.payment_token.as_ref(), method, &mut errors);
        let address = it.shipping_address.and_then(|it| it.check(&mut errors));
        let request = email.zip(ordered).map(|(email, ordered)| Self {
            email,
            ordered,
            payment_method: method,
            payment_token: token,
            shipping_method: it.shipping_method,
            shipping_address: address,
        });
        errors.finish(request).map_err(Error::Fields)
    }
}

fn lines(items: Vec<NewLine>, errors: &mut FieldErrors) -> Vec<RequestedLine> {
    let fits = (1..=MOST_LINES).contains(&items.len());
    errors.require(fits, "#/items", format!("must have 1 to {MOST_LINES} lines"));
    let lines = items.into_iter().enumerate().map(|(index, it)| {
        let fits = (1..=MOST_PIECES).contains(&it.quantity);
        let pointer = format!("#/items/{index}/quantity");
        errors.require(fits, pointer, format!("must be 1 to {MOST_PIECES}"));
        RequestedLine {
            product: ProductRef::Id(it.product_id),
            quantity: it.quantity,
            pointer: format!("#/items/{index}/productId"),
        }
    });
    lines.collect()
}

/// Only what a provider takes has a token; a bank and a purse know none.
fn token(given: Option<&Secret>, method: PaymentMethod, errors: &mut FieldErrors) -> Option<Name> {
    let has_provider = matches!(method, PaymentMethod::CreditCard | PaymentMethod::Paypal);
    let given = given?;
    let detail = "is only for credit_card and paypal: leave it out";
    errors.require(has_provider, "#/paymentToken", detail);
    errors.check("#/paymentToken", Name::parse(&given.0))
}

impl NewAddress {
    fn check(self, errors: &mut FieldErrors) -> Option<Address> {
        let mut check = |field: &str, text: &str| -> Option<Name> {
            let checked: Result<Name, BadText> = Name::parse(text);
            errors.check(format!("#/shippingAddress/{field}"), checked)
        };
        let (street, city) = (check("street", &self.street), check("city", &self.city));
        let state = self.state.map(|it| check("state", &it));
        let (zip, country) = (check("zipCode", &self.zip_code), check("country", &self.country));
        let state = match state {
            Some(checked) => Some(checked?),
            None => None,
        };
        Some(Address { street: street?, city: city?, state, zip_code: zip?, country: country? })
    }
}

/// A guest's order of one piece, by name: paid at the counter, where it is collected.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct GuestOrder {
    email: String,
    item_name: String,
    item_category: String,
}

impl TryFrom<GuestOrder> for OrderRequest {
    type Error = Error;

    fn try_from(it: GuestOrder) -> Result<Self, Error> {
        let mut errors = FieldErrors::default();
        let email = errors.check("#/email", EmailAddress::parse(&it.email));
        let name = errors.check("#/itemName", Name::parse(&it.item_name));
        let category = errors.check("#/itemCategory", Name::parse(&it.item_category));
        let product = name.zip(category).map(|(name, category)| ProductRef::Name(name, category));
        let request = email.zip(product).map(|(email, product)| {
            let line = RequestedLine { product, quantity: 1, pointer: "#/itemName".to_owned() };
            Self {
                email,
                ordered: Ordered::Lines(vec![line]),
                payment_method: PaymentMethod::CashOnDelivery,
                payment_token: None,
                shipping_method: ShippingMethod::Standard,
                shipping_address: None,
            }
        });
        errors.finish(request).map_err(Error::Fields)
    }
}

/// Why an order is called off.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WhyCancelled {
    #[serde(default)]
    reason: Option<String>,
}

impl TryFrom<WhyCancelled> for String {
    type Error = Error;

    fn try_from(WhyCancelled { reason }: WhyCancelled) -> Result<Self, Error> {
        let reason = Name::parse(reason.as_deref().unwrap_or(NO_REASON));
        reason
            .map(Self::from)
            .map_err(|bad| Error::Fields(vec![FieldError::new("#/reason", bad.to_string())]))
    }
}

/// Where an order is to stand.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NewStatus {
    pub(super) status: OrderStatus,
}
