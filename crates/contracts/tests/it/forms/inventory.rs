//! What the inventory service says.

use super::{
    Form,
    orders::{order_id, product},
};
use contracts::inventory::{
    InventoryRejected, InventoryReleased, InventoryUpdated, LowStock, MovementKind, Shortage,
    StockChange, StockLevel, StockMoved,
};

pub(super) fn forms() -> Vec<Form> {
    let (order_id, product_id) = (order_id(), product());
    vec![
        Form::of(&InventoryUpdated {
            message: "Stock reserved".to_owned(),
            order_id: Some(order_id),
            changes: vec![StockChange { product_id, change: -1, available: 9 }],
        }),
        Form::of(&InventoryRejected {
            message: "Out of stock".to_owned(),
            order_id,
            shortages: vec![Shortage { product_id, requested: 1, available: 0 }],
        }),
        Form::of(&InventoryReleased { order_id }),
        Form::of(&StockMoved {
            product_id,
            kind: MovementKind::Sold,
            change: -1,
            quantity: 9,
            available: 9,
            revision: 3,
            order_id: Some(order_id),
            reason: Some("Counted anew".to_owned()),
        }),
        Form::of(&StockLevel { product_id, available: 9, revision: 2 }),
        Form::of(&LowStock {
            product_id,
            available: 4,
            threshold: 5,
            location: "main-warehouse".to_owned(),
        }),
    ]
}
