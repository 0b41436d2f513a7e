//! What the operator counts.

use chassis::metrics::{counter, histogram};
use prometheus::{HistogramVec, IntCounterVec};
use std::{sync::LazyLock, time::Duration};

static RECONCILED: LazyLock<HistogramVec> = LazyLock::new(|| {
    histogram(
        "shop_operator_reconcile_duration_seconds",
        "How long reconciliations took, by outcome.",
        &["outcome"],
    )
});

static WRITTEN: LazyLock<IntCounterVec> = LazyLock::new(|| {
    counter(
        "shop_operator_writes_total",
        "Objects written or deleted at the API server, by kind.",
        &["kind"],
    )
});

static REPAIRED: LazyLock<IntCounterVec> = LazyLock::new(|| {
    counter(
        "shop_operator_drift_repaired_total",
        "What was put right inside the broker and the database, by where.",
        &["where"],
    )
});

/// A reconciliation has come to an end.
pub fn reconciled(outcome: &str, took: Duration) {
    RECONCILED.with_label_values(&[outcome]).observe(took.as_secs_f64());
}

/// An object was written or deleted.
pub fn written(kind: &str) {
    WRITTEN.with_label_values(&[kind]).inc();
}

/// Something inside the broker or the database was put right.
pub fn repaired(place: &str, count: usize) {
    REPAIRED.with_label_values(&[place]).inc_by(count as u64);
}
