//! Where stock and reservations are kept, and how they are found.

use crate::domain::{Reservation, Stock};
use contracts::ids::{OrderId, ProductId};
use jiff::Timestamp;
use store::{Aggregate, Find, Index};

impl Aggregate for Stock {
    type Id = ProductId;
    const COLLECTION: &'static str = "stock";

    fn id(&self) -> ProductId {
        self.product_id
    }
}

impl Aggregate for Reservation {
    type Id = OrderId;
    const COLLECTION: &'static str = "reservations";
    const INDEXES: &'static [Index] =
        &[Index { name: "nudge", fields: &["nudgeAt"], unique: false }];

    fn id(&self) -> OrderId {
        self.order_id
    }
}

/// Reservations that wait too long for the outcome of their order.
pub(crate) fn overdue(now: Timestamp) -> Find {
    Find::at_most("nudgeAt", now.as_millisecond())
}
