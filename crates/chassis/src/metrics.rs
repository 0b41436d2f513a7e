//! What Prometheus reads at `/metrics`. Every metric is called `shop_…`, in base units, with labels
//! from closed sets.

use axum::{
    Router,
    extract::{MatchedPath, Request},
    middleware::Next,
    response::{IntoResponse, Response},
    routing::get,
};
use http::{Method, StatusCode};
use prometheus::{
    HistogramOpts, HistogramVec, IntCounterVec, IntGauge, IntGaugeVec, Opts, TextEncoder,
    core::Collector,
};
use std::{sync::LazyLock, time::Instant};

/// From half a millisecond to ten seconds.
const LATENCIES: [f64; 14] =
    [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

static REQUESTS: LazyLock<HistogramVec> = LazyLock::new(|| {
    histogram(
        "shop_http_request_duration_seconds",
        "How long requests took, by route and answer.",
        &["method", "route", "status"],
    )
});

/// A histogram of durations, registered once under its name.
///
/// # Panics
/// When the name is taken or no name: a slip of the author's, told at the first use.
pub fn histogram(name: &str, help: &str, labels: &[&str]) -> HistogramVec {
    let options = HistogramOpts::new(name, help).buckets(LATENCIES.to_vec());
    registered(HistogramVec::new(options, labels))
}

/// A counter, registered once under its name.
///
/// # Panics
/// As [`histogram`].
pub fn counter(name: &str, help: &str, labels: &[&str]) -> IntCounterVec {
    registered(IntCounterVec::new(Opts::new(name, help), labels))
}

/// A gauge with labels, registered once under its name.
///
/// # Panics
/// As [`histogram`].
pub fn gauges(name: &str, help: &str, labels: &[&str]) -> IntGaugeVec {
    registered(IntGaugeVec::new(Opts::new(name, help), labels))
}

/// A gauge, registered once under its name.
///
/// # Panics
/// As [`histogram`].
pub fn gauge(name: &str, help: &str) -> IntGauge {
    registered(IntGauge::new(name, help))
}

#[expect(clippy::expect_used, reason = "names of metrics are constants of ours")]
fn registered<M: Collector + Clone + 'static>(made: prometheus::Result<M>) -> M {
    let metric = made.expect("a metric has a legal name");
    prometheus::register(Box::new(metric.clone())).expect("a metric is registered once");
    metric
}

/// The route `/metrics`.
pub fn routes() -> Router {
    Router::new().route("/metrics", get(scrape))
}

async fn scrape() -> Response {
    match TextEncoder::new().encode_to_string(&prometheus::gather()) {
        Ok(text) => text.into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

/// Measures a request by the pattern of its route, never by its path, so that the set stays closed.
pub async fn measure(request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().cloned();
    let method = method_label(request.method());
    let start = Instant::now();
    let response = next.run(request).await;
    let route = route.as_ref().map_or("other", MatchedPath::as_str);
    REQUESTS
        .with_label_values(&[method, route, response.status().as_str()])
        .observe(start.elapsed().as_secs_f64());
    response
}

fn method_label(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}
