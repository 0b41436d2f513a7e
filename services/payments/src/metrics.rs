//! What the service counts.

use chassis::metrics;
use prometheus::{IntCounterVec, IntGauge};
use std::sync::LazyLock;

/// What the provider has answered.
pub(crate) static ANSWERS: LazyLock<IntCounterVec> = LazyLock::new(|| {
    metrics::counter(
        "shop_payment_answers_total",
        "What the payment provider was asked for and what it answered: done, declined, unknown.",
        &["operation", "answer"],
    )
});

/// How far behind the service is.
pub(crate) static OLDEST: LazyLock<IntGauge> = LazyLock::new(|| {
    metrics::gauge(
        "shop_payments_oldest_waiting_seconds",
        "For how long the provider has been asked in vain at most; 0 when it has answered all.",
    )
});
