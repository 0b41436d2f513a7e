//! What the service counts.

use chassis::metrics;
use prometheus::IntCounterVec;
use std::sync::LazyLock;

/// Shipments that were opened by hand and were not what their orders say.
pub(crate) static DIFFERENCES: LazyLock<IntCounterVec> = LazyLock::new(|| {
    metrics::counter(
        "shop_shipments_unlike_orders_total",
        "Shipments opened by hand that were not what their orders say: corrected, too-late.",
        &["outcome"],
    )
});

/// What became of errands to the carrier; one that is put off several times counts each time.
pub(crate) static ERRANDS: LazyLock<IntCounterVec> = LazyLock::new(|| {
    metrics::counter(
        "shop_carrier_errands_total",
        "Errands to the carrier, by what was to be done and what came of it: done, put-off.",
        &["errand", "outcome"],
    )
});
