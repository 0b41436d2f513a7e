//! What clients send, checked field by field.

use crate::{
    Error,
    service::{ProductRef, Wish, WishLine},
};
use chassis::problem::FieldErrors;
use contracts::{
    ids::ProductId,
    text::{EmailAddress, Name},
};
use serde::Deserialize;

/// How many lines an order has at most.
const MOST_LINES: usize = 100;
/// How many of a product one line may have.
const MOST_PIECES: u32 = 10_000;

/// An order of one or several products by id.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct NewOrder {
    email: String,
    items: Vec<NewLine>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct NewLine {
    product_id: ProductId,
    quantity: u32,
}

impl TryFrom<NewOrder> for Wish {
    type Error = Error;

    fn try_from(NewOrder { email, items }: NewOrder) -> Result<Self, Error> {
        let mut errors = FieldErrors::default();
        let email = errors.check("#/email", EmailAddress::parse(&email));
        let fits = (1..=MOST_LINES).contains(&items.len());
        errors.require(fits, "#/items", format!("must have 1 to {MOST_LINES} lines"));
        let lines = items.into_iter().enumerate().map(|(index, it)| {
            let fits = (1..=MOST_PIECES).contains(&it.quantity);
            let pointer = format!("#/items/{index}/quantity");
            errors.require(fits, pointer, format!("must be 1 to {MOST_PIECES}"));
            WishLine {
                product: ProductRef::Id(it.product_id),
                quantity: it.quantity,
                pointer: format!("#/items/{index}/productId"),
            }
        });
        let lines = lines.collect();
        errors.finish(email.map(|email| Self { email, lines })).map_err(Error::Fields)
    }
}

/// A guest's order of one piece, by name.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct GuestOrder {
    email: String,
    item_name: String,
    item_category: String,
}

impl TryFrom<GuestOrder> for Wish {
    type Error = Error;

    fn try_from(it: GuestOrder) -> Result<Self, Error> {
        let mut errors = FieldErrors::default();
        let email = errors.check("#/email", EmailAddress::parse(&it.email));
        let name = errors.check("#/itemName", Name::parse(&it.item_name));
        let category = errors.check("#/itemCategory", Name::parse(&it.item_category));
        let product = name.zip(category).map(|(name, category)| ProductRef::Name(name, category));
        let wish = email.zip(product).map(|(email, product)| {
            let line = WishLine { product, quantity: 1, pointer: "#/itemName".to_owned() };
            Self { email, lines: vec![line] }
        });
        errors.finish(wish).map_err(Error::Fields)
    }
}
