//! What a mail says: written once, and rendered as plain text and as HTML.

use contracts::{
    inventory::{InventoryUpdated, StockChange},
    orders::{CustomerNotified, Notification, OrderItem, OrderSummary},
    text::Name,
};
use serde::{Deserialize, Serialize};
use std::fmt::Write as _;

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
        let CustomerNotified { message: _, notification, reason, order } = told;
        let id = order.order_id;
        let (heading, opening, closing) = match notification {
            Notification::Received => (
                "Order received",
                format!("Thank you. Your order {id} has reached us."),
                "We write again as soon as it is confirmed.".to_owned(),
            ),
            Notification::Confirmed => (
                "Order confirmed",
                format!("Your order {id} is confirmed: everything in it is set aside for you."),
                "Thank you for buying here.".to_owned(),
            ),
            Notification::Refused => (
                "Order refused",
                format!("We are sorry: your order {id} cannot be carried out."),
                reason.as_ref().map_or_else(String::new, |it| format!("The reason: {it}.")),
            ),
        };
        let rows = order.items.iter().map(item).collect();
        let closing = vec![format!("Total: {}", order.total), closing];
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

/// A letter before it is rendered.
struct Page {
    opening: String,
    rows: Vec<String>,
    closing: Vec<String>,
}

impl Page {
    fn under(self, subject: Name) -> Letter {
        Letter { subject, text: self.text(), html: self.html() }
    }

    fn text(&self) -> String {
        let rows: Vec<_> = self.rows.iter().map(|it| format!("  {it}")).collect();
        let parts = [self.opening.clone(), rows.join("\n")].into_iter().chain(self.closing.clone());
        let parts: Vec<_> = parts.filter(|it| !it.is_empty()).collect();
        parts.join("\n\n") + "\n"
    }

    fn html(&self) -> String {
        let mut html = format!("<!doctype html>\n<p>{}</p>\n<ul>\n", escaped(&self.opening));
        for row in &self.rows {
            // Writing to a String cannot fail.
            let _written = writeln!(html, "<li>{}</li>", escaped(row));
        }
        html.push_str("</ul>\n");
        for part in self.closing.iter().filter(|it| !it.is_empty()) {
            let _written = writeln!(html, "<p>{}</p>", escaped(part));
        }
        html
    }
}

/// Text as HTML shows it, and never as markup.
fn escaped(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut html, it| {
        match it {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            other => html.push(other),
        }
        html
    })
}
