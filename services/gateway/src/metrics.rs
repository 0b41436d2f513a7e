//! What the gateway counts.

use chassis::metrics;
use prometheus::{HistogramVec, IntCounterVec, IntGauge};
use std::sync::LazyLock;

/// Requests and how long they took until the answer began; `none` where no service owns the path.
pub(crate) static REQUESTS: LazyLock<HistogramVec> = LazyLock::new(|| {
    metrics::histogram(
        "shop_gateway_request_duration_seconds",
        "How long requests took until their answer began, by service and status.",
        &["upstream", "status"],
    )
});

/// Requests that no service has answered, by the code of the problem.
pub(crate) static FAILURES: LazyLock<IntCounterVec> = LazyLock::new(|| {
    metrics::counter(
        "shop_gateway_failures_total",
        "Requests that the gateway itself had to answer, by service and reason.",
        &["upstream", "code"],
    )
});

/// What the rate limiter said.
pub(crate) static RULINGS: LazyLock<IntCounterVec> = LazyLock::new(|| {
    metrics::counter(
        "shop_gateway_rate_limit_total",
        "What the rate limiter said to requests.",
        &["outcome"],
    )
});

/// How many clients the rate limiter remembers.
pub(crate) static CLIENTS: LazyLock<IntGauge> = LazyLock::new(|| {
    metrics::gauge(
        "shop_gateway_rate_limit_clients",
        "Clients that the rate limiter remembers because they were here lately.",
    )
});
