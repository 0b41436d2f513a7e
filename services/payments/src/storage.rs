//! Where payments are kept, and how they are found.

use crate::{domain::Payment, provider::simulator::Entry};
use contracts::{
    ids::{OrderId, PaymentId},
    payments::PaymentStatus,
};
use jiff::Timestamp;
use store::{Aggregate, Direction, Find, Index};

/// How many due payments are taken at once.
pub(crate) const BATCH: usize = 200;

impl Aggregate for Payment {
    type Id = PaymentId;
    const COLLECTION: &'static str = "payments";
    const INDEXES: &'static [Index] = &[
        Index { name: "due", fields: &["waiting.nextAttemptAt"], unique: false },
        Index { name: "waiting", fields: &["waiting.since"], unique: false },
        Index { name: "deadline", fields: &["deadlineAt"], unique: false },
        Index { name: "status", fields: &["status", "createdAt"], unique: false },
        Index { name: "created", fields: &["createdAt"], unique: false },
    ];

    fn id(&self) -> PaymentId {
        self.payment_id
    }

    fn count_change(&mut self, before: &Self) {
        self.revision = self.revision.saturating_add(u64::from(self != before));
    }
}

/// The simulated provider's book. It stands for the outside world: nothing but the simulator reads or
/// writes it.
impl Aggregate for Entry {
    type Id = String;
    const COLLECTION: &'static str = "book";
    const INDEXES: &'static [Index] =
        &[Index { name: "order", fields: &["orderId"], unique: false }];

    fn id(&self) -> String {
        self.key.clone()
    }
}

/// Payments for which the provider is to be asked now.
pub(crate) fn due(now: Timestamp) -> Find {
    Find::at_most("waiting.nextAttemptAt", now.as_millisecond()).limit(BATCH)
}

/// A payment for which the provider has been asked in vain at least since a time in milliseconds.
pub(crate) fn waiting_since(time: i64) -> Find {
    Find::at_most("waiting.since", time).limit(1)
}

/// Payments whose transfer is not waited for any longer.
pub(crate) fn overdue(now: Timestamp) -> Find {
    Find::at_most("deadlineAt", now.as_millisecond()).limit(BATCH)
}

/// Payments of one status or all, the newest first.
pub(crate) fn listed(status: Option<PaymentStatus>) -> Find {
    let wanted = status.map_or_else(Find::all, |it| Find::by("status", it));
    wanted.order_by("createdAt", Direction::Down)
}

/// The simulated provider's book, for one order or all.
pub(crate) fn entries(order: Option<OrderId>) -> Find {
    order.map_or_else(Find::all, |it| Find::by("orderId", it))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn no_query_scans_a_collection() {
        let mongodb = testkit::backend("TEST_MONGODB_URI");
        let now = Timestamp::UNIX_EPOCH;
        let asked = [
            due(now),
            waiting_since(0),
            overdue(now),
            listed(None),
            listed(Some(PaymentStatus::Pending)),
        ];
        let scans = store::proof::scans::<Payment>(mongodb.clone(), &asked).await.unwrap();
        assert_eq!(scans, Vec::<String>::new());
        let read = [entries(None), entries(Some(OrderId::fresh()))];
        let scans = store::proof::scans::<Entry>(mongodb, &read).await.unwrap();
        assert_eq!(scans, Vec::<String>::new());
    }
}
