//! Where stock, reservations and the ledger are kept, and how they are found.

use crate::domain::{Movement, Reservation, Stock};
use contracts::ids::{MovementId, OrderId, ProductId};
use jiff::Timestamp;
use store::{Aggregate, Direction, Find, Index};

impl Aggregate for Stock {
    type Id = ProductId;
    const COLLECTION: &'static str = "stock";
    const INDEXES: &'static [Index] =
        &[Index { name: "low", fields: &["lowSince", "_id"], unique: false }];

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

impl Aggregate for Movement {
    type Id = MovementId;
    const COLLECTION: &'static str = "movements";
    const INDEXES: &'static [Index] =
        &[Index { name: "product", fields: &["productId", "revision", "_id"], unique: false }];

    fn id(&self) -> MovementId {
        self.movement_id
    }
}

/// Reservations that are to be looked after.
pub(crate) fn overdue(now: Timestamp) -> Find {
    Find::at_most("nudgeAt", now.as_millisecond())
}

/// Stock of which little is left, the longest so first.
pub(crate) fn low() -> Find {
    Find::all().order_by("lowSince", Direction::Up)
}

/// The ledger of a product, the latest first.
pub(crate) fn movements(product: ProductId) -> Find {
    Find::by("productId", product).order_by("revision", Direction::Down)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn no_query_scans_a_collection() {
        async fn scans<A: Aggregate>(query: Find) -> Vec<String> {
            let mongodb = testkit::backend("TEST_MONGODB_URI");
            store::proof::scans::<A>(mongodb, &[query]).await.unwrap()
        }
        let none: Vec<String> = Vec::new();
        assert_eq!(scans::<Reservation>(overdue(Timestamp::UNIX_EPOCH)).await, none);
        assert_eq!(scans::<Stock>(low()).await, none);
        assert_eq!(scans::<Movement>(movements(ProductId::fresh())).await, none);
    }
}
