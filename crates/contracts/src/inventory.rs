//! What the inventory service says, on `shop_events`.

use crate::{
    ids::{OrderId, ProductId},
    message::Message,
    topology::Exchange,
};
use serde::{Deserialize, Serialize};

/// How the stock of one product changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StockChange {
    /// The product.
    pub product_id: ProductId,
    /// By how much what is available changed.
    pub change: i64,
    /// What is available afterwards.
    pub available: u32,
}

/// The stock of one or several products has changed: for an order, where there is one, all of whose
/// lines are then reserved; else by hand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InventoryUpdated {
    /// For people: what happened.
    pub message: String,
    /// The order it was reserved for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_id: Option<OrderId>,
    /// What changed.
    pub changes: Vec<StockChange>,
}

/// A line of an order that cannot be met.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Shortage {
    /// The product.
    pub product_id: ProductId,
    /// How many were wanted.
    pub requested: u32,
    /// How many there were.
    pub available: u32,
}

/// Stock is short for an order, so nothing is reserved for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InventoryRejected {
    /// For people: what happened.
    pub message: String,
    /// The order.
    pub order_id: OrderId,
    /// What is missing.
    pub shortages: Vec<Shortage>,
}

impl Message for InventoryUpdated {
    const KEY: &'static str = "inventory.updated";
    const EXCHANGE: Exchange = Exchange::Events;
    const MEANING: &'static str =
        "Stock has changed; with an order id: all its lines are reserved.";

    fn subject(&self) -> String {
        match (self.order_id, self.changes.first()) {
            (Some(order), _) => order.to_string(),
            (None, Some(change)) => change.product_id.to_string(),
            (None, None) => String::new(),
        }
    }
}

impl Message for InventoryRejected {
    const KEY: &'static str = "inventory.rejected";
    const EXCHANGE: Exchange = Exchange::Events;
    const MEANING: &'static str = "Stock is short for an order; nothing is reserved for it.";

    fn subject(&self) -> String {
        self.order_id.to_string()
    }
}
