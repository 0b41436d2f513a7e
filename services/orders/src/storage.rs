//! Where orders and the local catalogue are kept, and how they are found.

use crate::{
    catalogue::Entry,
    domain::{IdempotencyKey, Order},
};
use contracts::{
    ids::{OrderId, ProductId},
    text::Name,
};
use jiff::Timestamp;
use store::{Aggregate, Find, Index};

impl Aggregate for Order {
    type Id = OrderId;
    const COLLECTION: &'static str = "orders";
    const INDEXES: &'static [Index] = &[
        Index {
            name: "idempotency",
            fields: &["key.key", "key.principal", "key.route"],
            unique: true,
        },
        Index { name: "nudge", fields: &["waiting.nudgeAt"], unique: false },
    ];

    fn id(&self) -> OrderId {
        self.id
    }
}

impl Aggregate for Entry {
    type Id = ProductId;
    const COLLECTION: &'static str = "catalogue";
    const INDEXES: &'static [Index] =
        &[Index { name: "name", fields: &["name", "category"], unique: false }];

    fn id(&self) -> ProductId {
        self.product_id
    }
}

/// The order that was placed under a key.
pub(crate) fn placed_under(key: &IdempotencyKey) -> Find {
    Find::by("key.key", &key.key).and("key.principal", &key.principal).and("key.route", &key.route)
}

/// Orders that wait too long for an answer.
pub(crate) fn overdue(now: Timestamp) -> Find {
    Find::at_most("waiting.nudgeAt", now.as_millisecond())
}

/// The oldest product of this name.
pub(crate) fn named(name: &Name, category: &Name) -> Find {
    Find::by("name", name).and("category", category).limit(1)
}
