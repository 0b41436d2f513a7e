//! What the service counts.

use chassis::metrics;
use prometheus::{IntCounterVec, IntGauge};
use std::sync::LazyLock;

/// What became of mails; one that is put off several times counts each time.
pub(crate) static MAILS: LazyLock<IntCounterVec> = LazyLock::new(|| {
    metrics::counter(
        "shop_mails_total",
        "Mails, by what they are about and what became of them: queued, kept, sent, put-off, failed.",
        &["kind", "outcome"],
    )
});

/// How far behind the service is.
pub(crate) static OLDEST: LazyLock<IntGauge> = LazyLock::new(|| {
    metrics::gauge(
        "shop_mails_oldest_unsent_seconds",
        "The age of the oldest mail that is still to be sent; 0 when there is none.",
    )
});
