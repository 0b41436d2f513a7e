//! What the gateway counts.

use chassis::metrics;
use prometheus::{HistogramVec, IntCounterVec, IntGauge, IntGaugeVec};
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

/// Answers of the catalogue that were given again.
pub(crate) static STALE: LazyLock<IntCounterVec> = LazyLock::new(|| {
    metrics::counter(
        "shop_gateway_stale_answers_total",
        "Answers of the catalogue that were given again, by why it had no new one.",
        &["code"],
    )
});

/// What became of files of settings.
pub(crate) static SETTINGS: LazyLock<IntCounterVec> = LazyLock::new(|| {
    metrics::counter(
        "shop_gateway_settings_changes_total",
        "Changes of the file of settings, by what became of them: applied, refused.",
        &["outcome"],
    )
});

/// Whether the file of settings says what is set.
pub(crate) static SETTINGS_VALID: LazyLock<IntGauge> = LazyLock::new(|| {
    metrics::gauge(
        "shop_gateway_settings_valid",
        "1 while the file of settings makes sense, 0 while former settings are held on to.",
    )
});

/// How many gateways share the quota.
pub(crate) static PEERS: LazyLock<IntGauge> = LazyLock::new(|| {
    metrics::gauge(
        "shop_gateway_peers",
        "Gateways of the shop, this one among them, that share the quota of each client.",
    )
});

/// Where each circuit breaker stands.
pub(crate) static BREAKERS: LazyLock<IntGaugeVec> = LazyLock::new(|| {
    metrics::gauges(
        "shop_gateway_circuit_breaker_state",
        "1 for the state that the circuit breaker of a service is in, 0 for the others.",
        &["upstream", "state"],
    )
});

/// How often circuit breakers moved.
pub(crate) static TRANSITIONS: LazyLock<IntCounterVec> = LazyLock::new(|| {
    metrics::counter(
        "shop_gateway_circuit_breaker_transitions_total",
        "Transitions of circuit breakers, by service, new state and cause.",
        &["upstream", "state", "cause"],
    )
});

/// What was decided about requests that came to nothing.
pub(crate) static RETRIES: LazyLock<IntCounterVec> = LazyLock::new(|| {
    metrics::counter(
        "shop_gateway_retries_total",
        "Requests that came to nothing, by what was decided: again, no-budget, not-repeatable, exhausted, out-of-time.",
        &["upstream", "decision"],
    )
});
