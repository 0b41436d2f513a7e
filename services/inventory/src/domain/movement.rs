use contracts::{
    ids::{MessageId, MovementId, OrderId, ProductId},
    inventory::{MovementKind, StockLevel, StockMoved},
    message::Events,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// One line of the ledger: how the stock of a product moved. Those of a product add up to its stock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Movement {
    /// Names it.
    pub movement_id: MovementId,
    /// The product.
    pub product_id: ProductId,
    /// Why it moved.
    pub kind: MovementKind,
    /// By how much the stock changed.
    pub change: i64,
    /// How many there were afterwards, promised or not.
    pub quantity: u32,
    /// How many of them could be promised.
    pub available: u32,
    /// Counts the changes of this product's stock: the order of its movements.
    pub revision: u64,
    /// The order it was for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_id: Option<OrderId>,
    /// What the person said who changed it by hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// When it was written into the ledger.
    pub recorded_at: Timestamp,
}

impl Movement {
    /// Writes down what a message tells. It takes its name from the message, so that a message that
    /// comes twice is written down once. Whoever shows stock is told how much there is now.
    pub fn told(message: MessageId, it: StockMoved, now: Timestamp) -> (Self, Events) {
        let level = StockLevel {
            product_id: it.product_id,
            available: it.available,
            revision: it.revision,
        };
        let id = MessageId::derived(&format!("{message}/level"));
        let movement = Self {
            movement_id: MovementId::derived(&message.to_string()),
            product_id: it.product_id,
            kind: it.kind,
            change: it.change,
            quantity: it.quantity,
            available: it.available,
            revision: it.revision,
            order_id: it.order_id,
            reason: it.reason,
            recorded_at: now,
        };
        (movement, Events::none().and_as(id, now, &level))
    }
}
