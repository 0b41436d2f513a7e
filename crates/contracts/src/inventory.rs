//! What the inventory service says, on `shop_events`.

use crate::{
    catalog::{self, Service},
    ids::{OrderId, ProductId},
    message::Message,
    topology::Exchange,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How the stock of one product changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct InventoryRejected {
    /// For people: what happened.
    pub message: String,
    /// The order.
    pub order_id: OrderId,
    /// What is missing.
    pub shortages: Vec<Shortage>,
}

/// Nothing is held for a cancelled order any more, and what was sold for it is in stock again. Said
/// whenever the order asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct InventoryReleased {
    /// The order.
    pub order_id: OrderId,
}

/// Why stock moved.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum MovementKind {
    /// It was counted for the first time.
    Counted,
    /// It was changed by hand.
    Adjusted,
    /// More has come in.
    Restocked,
    /// It was sold to an order.
    Sold,
    /// What was sold came back, since its order was cancelled.
    Returned,
    /// What was promised to an order is free again; nothing moved but what is available.
    Released,
}

/// The stock of a product has moved. Each is kept in the ledger, whose sum is the stock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StockMoved {
    /// The product.
    pub product_id: ProductId,
    /// Why it moved.
    pub kind: MovementKind,
    /// By how much the stock changed.
    pub change: i64,
    /// How many there are afterwards, promised or not.
    pub quantity: u32,
    /// How many of them can be promised.
    pub available: u32,
    /// Counts the changes of this product's stock.
    pub revision: u64,
    /// The order it was for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_id: Option<OrderId>,
    /// What the person said who changed it by hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// How much of a product there is, for those who show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StockLevel {
    /// The product.
    pub product_id: ProductId,
    /// How many can be promised.
    pub available: u32,
    /// Counts the changes, so that an older one that comes late is known.
    pub revision: u64,
}

/// Little is left of a product. Said once, until there is more again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LowStock {
    /// The product.
    pub product_id: ProductId,
    /// How many can be promised.
    pub available: u32,
    /// From how few on somebody should order more.
    pub threshold: u32,
    /// Where it lies.
    pub location: String,
}

macro_rules! said {
    ($name:ident, $key:literal, $meaning:literal, $subject:ident) => {
        impl Message for $name {
            const BY: Service = catalog::INVENTORY;
            const KEY: &'static str = $key;
            const EXCHANGE: Exchange = Exchange::Events;
            const MEANING: &'static str = $meaning;

            fn subject(&self) -> String {
                self.$subject.to_string()
            }
        }
    };
}

said!(
    InventoryReleased,
    "inventory.released",
    "Nothing is held for a cancelled order any more.",
    order_id
);
said!(
    StockMoved,
    "inventory.moved",
    "The stock of a product has moved; for the ledger.",
    product_id
);
said!(StockLevel, "inventory.level", "How much of a product there is now.", product_id);
said!(LowStock, "inventory.low_stock", "Little is left of a product.", product_id);

impl Message for InventoryUpdated {
    const BY: Service = catalog::INVENTORY;
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
    const BY: Service = catalog::INVENTORY;
    const KEY: &'static str = "inventory.rejected";
    const EXCHANGE: Exchange = Exchange::Events;
    const MEANING: &'static str = "Stock is short for an order; nothing is reserved for it.";

    fn subject(&self) -> String {
        self.order_id.to_string()
    }
}
