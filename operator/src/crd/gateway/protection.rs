//! What stands between a service and its clients.

use super::{super::rules, defaults};
use contracts::gateway_settings as settings;
use kube::KubeSchema;
use serde::{Deserialize, Serialize};

/// How many requests a service works on at once, and how many more may wait.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, KubeSchema)]
#[x_kube(validation = rules::limit_between())]
#[serde(rename_all = "camelCase")]
pub struct Concurrency {
    /// How many at once; where that adapts itself, how many at first.
    #[serde(default = "defaults::limit")]
    #[schemars(range(min = 1, max = 10_000))]
    pub limit: i32,

    /// Whether the limit follows how long the service takes: up while it is quick, down when it slows.
    #[serde(default = "defaults::adaptive")]
    pub adaptive: bool,

    /// The lowest limit that it may adapt to.
    #[serde(default = "defaults::min")]
    #[schemars(range(min = 1, max = 10_000))]
    pub min: i32,

    /// The highest.
    #[serde(default = "defaults::max")]
    #[schemars(range(min = 1, max = 10_000))]
    pub max: i32,

    /// How many more may wait for their turn. Further ones are refused at once.
    #[serde(default = "defaults::queue")]
    #[schemars(range(min = 0, max = 100_000))]
    pub queue: i32,

    /// How long they wait at most, such as `15s`.
    #[serde(default = "defaults::queue_timeout")]
    #[schemars(length(max = 12))]
    #[x_kube(validation = rules::is_time("0s"))]
    pub queue_timeout: String,
}

impl Default for Concurrency {
    fn default() -> Self {
        let it = settings::Concurrency::default();
        Self {
            limit: defaults::number(it.limit),
            adaptive: it.adaptive,
            min: defaults::number(it.min),
            max: defaults::number(it.max),
            queue: defaults::number(it.queue),
            queue_timeout: it.queue_timeout.to_string(),
        }
    }
}

/// What is sent again, and how often: what was not sent at all, and what does no harm done twice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, KubeSchema)]
#[x_kube(validation = rules::base_delay_is_less())]
#[serde(rename_all = "camelCase")]
pub struct Retry {
    /// How many attempts there are at most, the first among them; 1 for no retry.
    #[serde(default = "defaults::attempts")]
    #[schemars(range(min = 1, max = 10))]
    pub attempts: i32,

    /// The longest pause before the second attempt, such as `100ms`; doubled before each further one,
    /// and cut by chance.
    #[serde(default = "defaults::base_delay")]
    #[schemars(length(max = 12))]
    #[x_kube(validation = rules::is_time("0s"))]
    pub base_delay: String,

    /// The longest pause before any attempt, apart from what a service asks for.
    #[serde(default = "defaults::max_delay")]
    #[schemars(length(max = 12))]
    #[x_kube(validation = rules::is_time("0s"))]
    pub max_delay: String,

    /// How many retries there may be for a hundred requests.
    #[serde(default = "defaults::budget_percent")]
    #[schemars(range(min = 0, max = 100))]
    pub budget_percent: i32,
}

impl Default for Retry {
    fn default() -> Self {
        let it = settings::Retry::default();
        Self {
            attempts: defaults::number(it.attempts),
            base_delay: it.base_delay.to_string(),
            max_delay: it.max_delay.to_string(),
            budget_percent: defaults::number(it.budget_percent),
        }
    }
}

/// When a service that fails is left alone, and for how long.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, KubeSchema)]
#[x_kube(validation = rules::enough_calls(), validation = rules::open_for_is_less())]
#[serde(rename_all = "camelCase")]
pub struct CircuitBreaker {
    /// Which requests are judged: `time: 2s` for those of the last two seconds, which is so when it is
    /// left out, or `calls: 100` for the last hundred.
    // Filled in, it would stand beside what somebody applies later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<BreakerWindow>,

    /// The share of failures in percent from which on it opens.
    #[serde(default = "defaults::failure_rate")]
    #[schemars(range(min = 1, max = 100))]
    pub failure_rate: i32,

    /// The share of slow answers in percent from which on it opens.
    #[serde(default = "defaults::slow_call_rate")]
    #[schemars(range(min = 1, max = 100))]
    pub slow_call_rate: i32,

    /// How long an answer takes that is slow, such as `3s`.
    #[serde(default = "defaults::slow_call_duration")]
    #[schemars(length(max = 12))]
    #[x_kube(validation = rules::is_time("1ms"))]
    pub slow_call_duration: String,

    /// With fewer requests in the window nothing is judged.
    #[serde(default = "defaults::minimum_calls")]
    #[schemars(range(min = 1, max = 1_000_000))]
    pub minimum_calls: i32,

    /// How long it stays open at first, such as `5s`; doubled each time that the service is still not
    /// back.
    #[serde(default = "defaults::open_for")]
    #[schemars(length(max = 12))]
    #[x_kube(validation = rules::is_time("1ms"))]
    pub open_for: String,

    /// How long it stays open at most.
    #[serde(default = "defaults::max_open_for")]
    #[schemars(length(max = 12))]
    #[x_kube(validation = rules::is_time("1ms"))]
    pub max_open_for: String,

    /// How many requests then find out whether the service is back.
    #[serde(default = "defaults::probes")]
    #[schemars(range(min = 1, max = 1_000))]
    pub probes: i32,
}

impl Default for CircuitBreaker {
    fn default() -> Self {
        let it = settings::CircuitBreaker::default();
        Self {
            window: None,
            failure_rate: defaults::number(it.failure_rate),
            slow_call_rate: defaults::number(it.slow_call_rate),
            slow_call_duration: it.slow_call_duration.to_string(),
            minimum_calls: defaults::number(it.minimum_calls),
            open_for: it.open_for.to_string(),
            max_open_for: it.max_open_for.to_string(),
            probes: defaults::number(it.probes),
        }
    }
}

/// Which requests a circuit breaker judges: one of the two.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, KubeSchema)]
#[x_kube(validation = rules::one_window())]
pub struct BreakerWindow {
    /// The last so many.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 10_000))]
    pub calls: Option<i32>,

    /// Those of so much time, such as `2s`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 12))]
    #[x_kube(validation = rules::is_time("10ms"))]
    pub time: Option<String>,
}

/// What is different for one service.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, KubeSchema)]
#[serde(rename_all = "camelCase")]
pub struct Upstream {
    /// How long a request may take with all attempts; what `routes` say goes first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 12))]
    #[x_kube(validation = rules::is_time("1ms"))]
    pub timeout: Option<String>,

    /// In place of `concurrency` above.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub concurrency: Option<Concurrency>,

    /// In place of `retry` above.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry: Option<Retry>,

    /// In place of `circuitBreaker` above.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub circuit_breaker: Option<CircuitBreaker>,
}
