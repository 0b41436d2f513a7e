//! Whether settings make sense. All that is wrong is told together, each by its field.

use super::{
    BreakerWindow, CircuitBreaker, Concurrency, Cors, GatewaySettings, LONGEST_TIME, RateLimit,
    Retry, RouteSettings, Time, UpstreamSettings,
};
use crate::catalog::CATALOG;
use std::{collections::BTreeSet, fmt, ops::RangeInclusive, time::Duration};

/// A field that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// Where it is, such as `retry.attempts`.
    pub field: String,
    /// What to write instead.
    pub detail: String,
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.detail)
    }
}

impl Wrong {
    pub(super) fn at(field: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { field: field.into(), detail: detail.into() }
    }
}

/// More of them could only be a mistake.
const MOST_ROUTES: usize = 64;
const MILLISECOND: Duration = Duration::from_millis(1);

impl GatewaySettings {
    /// All that is wrong.
    pub(super) fn wrong(&self) -> Vec<Wrong> {
        let mut found = Found::default();
        found.rate_limit("rateLimit", self.rate_limit);
        found.rate_limit("signInRateLimit", self.sign_in_rate_limit.into());
        found.number("trustedHops", self.trusted_hops, 0..=16);
        found.time("timeout", self.timeout, MILLISECOND);
        found.routes(&self.routes);
        found.concurrency("concurrency", self.concurrency);
        found.retry("retry", self.retry);
        found.circuit_breaker("circuitBreaker", self.circuit_breaker);
        for (name, settings) in &self.upstreams {
            found.upstream(name, settings);
        }
        found.cors(&self.cors);
        found.time("staleCatalogue", self.stale_catalogue, Duration::ZERO);
        found.0
    }
}

/// What has been found wrong so far.
#[derive(Default)]
struct Found(Vec<Wrong>);

impl Found {
    fn require(&mut self, holds: bool, field: impl Into<String>, detail: impl Into<String>) {
        if !holds {
            self.0.push(Wrong::at(field, detail));
        }
    }

    fn number(&mut self, field: impl Into<String>, value: u32, range: RangeInclusive<u32>) {
        let detail = format!("must be from {} to {}", range.start(), range.end());
        self.require(range.contains(&value), field, detail);
    }

    fn time(&mut self, field: impl Into<String>, value: Time, least: Duration) {
        let least_text = humantime::format_duration(least);
        let fits = (least..=LONGEST_TIME).contains(&value.length());
        self.require(fits, field, format!("must be from {least_text} to a day"));
    }

    fn rate_limit(&mut self, field: &str, limit: RateLimit) {
        self.number(format!("{field}.requests"), limit.requests, 1..=1_000_000);
        self.time(format!("{field}.per"), limit.per, MILLISECOND);
    }

    fn routes(&mut self, routes: &[RouteSettings]) {
        let detail = format!("must not have more than {MOST_ROUTES} entries");
        self.require(routes.len() <= MOST_ROUTES, "routes", detail);
        let mut seen = BTreeSet::new();
        for (at, route) in routes.iter().enumerate() {
            let field = format!("routes[{at}]");
            self.require(is_prefix(&route.path), format!("{field}.path"), PREFIX);
            let is_new = seen.insert(&route.path);
            self.require(is_new, format!("{field}.path"), "must not be there twice");
            if let Some(timeout) = route.timeout {
                self.time(format!("{field}.timeout"), timeout, MILLISECOND);
            }
            if let Some(limit) = route.rate_limit {
                self.rate_limit(&format!("{field}.rateLimit"), limit);
            }
        }
    }

    fn concurrency(&mut self, field: &str, it: Concurrency) {
        self.number(format!("{field}.limit"), it.limit, 1..=10_000);
        self.number(format!("{field}.queue"), it.queue, 0..=100_000);
        self.time(format!("{field}.queueTimeout"), it.queue_timeout, Duration::ZERO);
        self.number(format!("{field}.min"), it.min, 1..=10_000);
        self.number(format!("{field}.max"), it.max, 1..=10_000);
        let inside = !it.adaptive || (it.min..=it.max).contains(&it.limit);
        self.require(
            inside,
            format!("{field}.limit"),
            "must be from min to max when it is adaptive",
        );
    }

    fn retry(&mut self, field: &str, it: Retry) {
        self.number(format!("{field}.attempts"), it.attempts, 1..=10);
        self.number(format!("{field}.budgetPercent"), it.budget_percent, 0..=100);
        let ordered = it.base_delay <= it.max_delay;
        self.require(ordered, format!("{field}.baseDelay"), "must not be more than maxDelay");
    }

    fn circuit_breaker(&mut self, field: &str, it: CircuitBreaker) {
        match it.window {
            BreakerWindow::Calls(calls) => {
                self.number(format!("{field}.window.calls"), calls, 1..=10_000);
                let most = calls.clamp(1, 10_000);
                self.number(format!("{field}.minimumCalls"), it.minimum_calls, 1..=most);
            }
            BreakerWindow::Time(time) => {
                self.time(format!("{field}.window.time"), time, Duration::from_millis(10));
                self.number(format!("{field}.minimumCalls"), it.minimum_calls, 1..=1_000_000);
            }
        }
        self.number(format!("{field}.failureRate"), it.failure_rate, 1..=100);
        self.number(format!("{field}.slowCallRate"), it.slow_call_rate, 1..=100);
        self.time(format!("{field}.slowCallDuration"), it.slow_call_duration, MILLISECOND);
        self.time(format!("{field}.openFor"), it.open_for, MILLISECOND);
        let ordered = it.open_for <= it.max_open_for;
        self.require(ordered, format!("{field}.maxOpenFor"), "must not be less than openFor");
        self.number(format!("{field}.probes"), it.probes, 1..=1_000);
    }

    fn upstream(&mut self, name: &str, it: &UpstreamSettings) {
        let routed = CATALOG.iter().filter(|it| !it.routes.is_empty()).map(|it| it.name);
        let known: Vec<_> = routed.collect();
        let field = format!("upstreams.{name}");
        let detail = format!("there is no such service: write one of {}", known.join(", "));
        self.require(known.contains(&name), &field, detail);
        if let Some(timeout) = it.timeout {
            self.time(format!("{field}.timeout"), timeout, MILLISECOND);
        }
        if let Some(concurrency) = it.concurrency {
            self.concurrency(&format!("{field}.concurrency"), concurrency);
        }
        if let Some(retry) = it.retry {
            self.retry(&format!("{field}.retry"), retry);
        }
        if let Some(circuit_breaker) = it.circuit_breaker {
            self.circuit_breaker(&format!("{field}.circuitBreaker"), circuit_breaker);
        }
    }

    fn cors(&mut self, cors: &Cors) {
        let alone = cors.origins == ["*"];
        for (at, origin) in cors.origins.iter().enumerate() {
            self.require(alone || is_origin(origin), format!("cors.origins[{at}]"), ORIGIN);
        }
        for (name, tokens) in [("methods", &cors.methods), ("headers", &cors.headers)] {
            for (at, token) in tokens.iter().enumerate() {
                let detail = "must be a name of letters, digits and -";
                self.require(is_token(token), format!("cors.{name}[{at}]"), detail);
            }
        }
        self.time("cors.maxAge", cors.max_age, Duration::ZERO);
    }
}

const PREFIX: &str = "must begin with / and not end with it, such as /api/orders";
const ORIGIN: &str = "must be an origin such as https://shop.example.com, or * alone";

fn is_prefix(path: &str) -> bool {
    let visible = path.bytes().all(|it| it.is_ascii_graphic() && it != b'?' && it != b'#');
    visible && path.len() > 1 && path.starts_with('/') && !path.ends_with('/')
}

/// As browsers write it: in small letters, with neither user nor path.
fn is_origin(text: &str) -> bool {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    host.is_some_and(|it| {
        let legal =
            |it: u8| matches!(it, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b':' | b'[' | b']');
        !it.is_empty() && it.bytes().all(legal)
    })
}

fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'-')
}
