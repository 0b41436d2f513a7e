//! What is counted, in one place.

use chassis::metrics::{counter, gauges, histogram};
use prometheus::{HistogramVec, IntCounterVec, IntGaugeVec};
use std::sync::LazyLock;

/// What became of the messages of the outboxes.
pub(crate) static OUTBOX: LazyLock<IntCounterVec> = LazyLock::new(|| {
    counter(
        "shop_outbox_messages_total",
        "Messages of outboxes, by what the broker made of them: published, returned because no queue wants them, nacked because it cannot take them, or lost with the connection. All but the first are tried again.",
        &["key", "outcome"],
    )
});

/// How old the oldest message is that still waits, of those that the last sweep found.
pub(crate) static OLDEST: LazyLock<IntGaugeVec> = LazyLock::new(|| {
    gauges(
        "shop_outbox_oldest_seconds",
        "The age of the oldest message that waits in an outbox longer than usual; 0 when none does.",
        &["collection"],
    )
});

/// What became of deliveries.
pub(crate) static DELIVERIES: LazyLock<IntCounterVec> = LazyLock::new(|| {
    counter(
        "shop_deliveries_total",
        "Deliveries, by what became of them: done, retried, dead, or requeued because the broker took no copy.",
        &["queue", "key", "outcome"],
    )
});

/// What was sent again.
pub(crate) static REDRIVEN: LazyLock<IntCounterVec> = LazyLock::new(|| {
    counter(
        "shop_dead_letters_redriven_total",
        "Messages that were set aside and sent to their queue again.",
        &["queue"],
    )
});

/// How long handlers take.
pub(crate) static HANDLING: LazyLock<HistogramVec> = LazyLock::new(|| {
    histogram(
        "shop_delivery_duration_seconds",
        "How long handling a delivery took.",
        &["queue", "key"],
    )
});

/// Whether there is a connection.
pub(crate) static CONNECTED: LazyLock<IntGaugeVec> = LazyLock::new(|| {
    gauges("shop_bus_connected", "Whether the connection to the broker stands.", &["purpose"])
});

/// How often a connection was made.
pub(crate) static CONNECTS: LazyLock<IntCounterVec> = LazyLock::new(|| {
    counter(
        "shop_bus_connections_total",
        "Connections made to the broker; all but the first of each purpose replace a lost one.",
        &["purpose"],
    )
});

/// Whether a queue is being consumed.
pub(crate) static CONSUMING: LazyLock<IntGaugeVec> = LazyLock::new(|| {
    gauges("shop_bus_consuming", "Whether the queue is being consumed.", &["queue"])
});
