//! What the order service says, on `orders_exchange`.
//!
//! The first two keys and the shape `{"message", "order": {…}}` are those of the system this one grew
//! out of, so that a consumer written for it still understands them. `itemName` and `itemCategory`
//! are those of the first line; `items` has them all.

use crate::{
    ids::{OrderId, ProductId},
    message::Message,
    money::Money,
    text::{EmailAddress, Name},
    topology::Exchange,
};
use serde::{Deserialize, Serialize};

/// Where an order stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OrderStatus {
    /// Accepted; its stock is not yet reserved.
    Pending,
    /// Its stock is reserved: it will be carried out.
    Processing,
    /// On its way.
    Shipped,
    /// Arrived.
    Delivered,
    /// It will not be carried out; the reason is beside it.
    Cancelled,
}

/// One line of an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderItem {
    /// The product.
    pub product_id: ProductId,
    /// Its name when it was ordered.
    pub name: Name,
    /// Its category when it was ordered.
    pub category: Name,
    /// How many.
    pub quantity: u32,
    /// The price of one.
    pub price: Money,
}

/// An order, as other services are told of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderSummary {
    /// Names the order.
    pub order_id: OrderId,
    /// Who is told about it.
    pub email: EmailAddress,
    /// The name of the first line.
    pub item_name: Name,
    /// The category of the first line.
    pub item_category: Name,
    /// Where it stands.
    pub status: OrderStatus,
    /// All lines.
    pub items: Vec<OrderItem>,
    /// What all lines cost together.
    pub total: Money,
}

/// Stock is wanted for an order. Said again as long as nobody answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StockWanted {
    /// For people: what happened.
    pub message: String,
    /// The order.
    pub order: OrderSummary,
}

/// What a customer is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Notification {
    /// The order has arrived at the shop.
    Received,
    /// The order will be carried out.
    Confirmed,
    /// The order will not be carried out.
    Refused,
}

/// A customer is to be told something about an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerNotified {
    /// For people: what happened.
    pub message: String,
    /// What it is about.
    pub notification: Notification,
    /// Why, when the order was refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The order.
    pub order: OrderSummary,
}

/// An order will be carried out: what was reserved for it is sold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderConfirmed {
    /// The order.
    pub order_id: OrderId,
}

/// An order will not be carried out: what was reserved for it is free again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderCancelled {
    /// The order.
    pub order_id: OrderId,
    /// Why.
    pub reason: String,
}

impl Message for StockWanted {
    const KEY: &'static str = "orders.inventoryupdate";
    const EXCHANGE: Exchange = Exchange::Orders;
    const MEANING: &'static str = "Stock is wanted for a placed order.";

    fn subject(&self) -> String {
        self.order.order_id.to_string()
    }
}

impl Message for CustomerNotified {
    const KEY: &'static str = "orders.emailnotification";
    const EXCHANGE: Exchange = Exchange::Orders;
    const MEANING: &'static str =
        "A customer is to be told that an order was received, confirmed or refused.";

    fn subject(&self) -> String {
        self.order.order_id.to_string()
    }
}

impl Message for OrderConfirmed {
    const KEY: &'static str = "orders.confirmed";
    const EXCHANGE: Exchange = Exchange::Orders;
    const MEANING: &'static str = "An order will be carried out; what is reserved for it is sold.";

    fn subject(&self) -> String {
        self.order_id.to_string()
    }
}

impl Message for OrderCancelled {
    const KEY: &'static str = "orders.cancelled";
    const EXCHANGE: Exchange = Exchange::Orders;
    const MEANING: &'static str =
        "An order will not be carried out; what is reserved for it is free again.";

    fn subject(&self) -> String {
        self.order_id.to_string()
    }
}
