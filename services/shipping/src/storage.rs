//! Where shipments are kept, and how they are found.

use crate::domain::Shipment;
use contracts::{ids::ShipmentId, shipping::ShipmentStatus};
use jiff::Timestamp;
use store::{Aggregate, Find, Index};

/// How many due errands are taken at once.
pub(crate) const BATCH: usize = 200;

impl Aggregate for Shipment {
    type Id = ShipmentId;
    const COLLECTION: &'static str = "shipments";
    const INDEXES: &'static [Index] = &[
        Index { name: "due", fields: &["waiting.nextAttemptAt"], unique: false },
        Index { name: "status", fields: &["status"], unique: false },
    ];

    fn id(&self) -> ShipmentId {
        self.shipment_id
    }

    fn count_change(&mut self, before: &Self) {
        self.revision = self.revision.saturating_add(u64::from(self != before));
    }
}

/// Shipments for which the carrier is to be asked now.
pub(crate) fn due(now: Timestamp) -> Find {
    Find::at_most("waiting.nextAttemptAt", now.as_millisecond()).limit(BATCH)
}

/// Shipments of one status or of all, in the order of ids.
pub(crate) fn listed(status: Option<ShipmentStatus>) -> Find {
    status.map_or_else(Find::all, |it| Find::by("status", it))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn no_query_scans_the_collection() {
        let next = |find: Find| find.after(Some(ShipmentId::derived("shipment").to_string()));
        let queries = [
            due(Timestamp::UNIX_EPOCH),
            next(listed(None)),
            next(listed(Some(ShipmentStatus::Shipped))),
        ];
        let mongodb = testkit::backend("TEST_MONGODB_URI");
        let scans = store::proof::scans::<Shipment>(mongodb, &queries).await.unwrap();
        assert_eq!(scans, Vec::<String>::new());
    }
}
