//! What a mail says: written once, and rendered as plain text and as HTML.

mod page;
mod words;

use contracts::{
    inventory::{InventoryUpdated, LowStock, StockChange},
    orders::{CustomerNotified, OrderItem, OrderSummary},
    text::Name,
};
use page::Page;
use serde::{Deserialize, Serialize};
use words::Words;

/// How much of a product's name a subject shows, in characters.
const SHOWN: usize = 100;

/// The content of a mail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letter {
    /// What it is about. A `Name` has no control characters, so no header can be smuggled in.
    pub subject: Name,
    /// For reading as it is.
    pub text: String,
    /// The same for programs that show HTML.
    pub html: String,
}

impl Letter {
    /// Tells a customer what becomes of an order.
    pub fn to_customer(told: &CustomerNotified) -> Self {
        let Words { heading, opening, mut closing } = Words::of(told);
        let order = &told.order;
        closing.insert(0, format!("Total: {}", order.total));
        let rows = order.items.iter().map(item).collect();
        Page { opening, rows, closing }.under(subject(heading, order))
    }

    /// Tells a stakeholder how stock has changed.
    pub fn to_stakeholder(told: &InventoryUpdated) -> Self {
        let InventoryUpdated { message, order_id, changes } = told;
        let heading = match order_id {
            Some(order) => format!("Stock reserved for order {order}"),
            None => "Stock changed by hand".to_owned(),
        };
        let rows = changes.iter().map(change).collect();
        Page { opening: message.clone(), rows, closing: Vec::new() }.under(name(&heading))
    }

    /// Tells a stakeholder that little is left of a product.
    pub fn of_low_stock(told: &LowStock) -> Self {
        let LowStock { product_id, available, threshold, location } = told;
        let opening = format!("Little is left of product {product_id}.");
        let rows = vec![
            format!("Available: {available}"),
            format!("To be ordered from: {threshold}"),
            format!("Place: {location}"),
        ];
        let heading = format!("Low stock: {available} left of product {product_id}");
        Page { opening, rows, closing: Vec::new() }.under(name(&heading))
    }
}

fn item(it: &OrderItem) -> String {
    format!("{} × {}, {} each", it.quantity, it.name, it.price)
}

fn change(it: &StockChange) -> String {
    format!("product {}: {:+}, now {} available", it.product_id, it.change, it.available)
}

fn subject(heading: &str, order: &OrderSummary) -> Name {
    let first: String = order.item_name.as_str().chars().take(SHOWN).collect();
    match order.items.len() {
        0 | 1 => name(&format!("{heading}: {first}")),
        several => name(&format!("{heading}: {first} and {} more", several - 1)),
    }
}

#[expect(clippy::expect_used, reason = "made of words of ours, ids, and parts of checked names")]
fn name(text: &str) -> Name {
    Name::parse(text).expect("a heading is a name")
}
