//! What stands between a service and its clients.

use super::Time;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// All that stands between one service and its clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Protection {
    /// How long a request may take with all attempts.
    pub timeout: Time,
    /// How many requests it works on at once.
    pub concurrency: Concurrency,
    /// What is sent again.
    pub retry: Retry,
    /// When it is left alone.
    pub circuit_breaker: CircuitBreaker,
}

/// How many requests a service works on at once, and how many more may wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Concurrency {
    /// How many at once; where that adapts itself, how many at first, once it has been measured with `min`.
    pub limit: u32,
    /// Whether the limit follows how long the service takes: up while it is quick, down when it slows.
    pub adaptive: bool,
    /// The lowest limit that it may adapt to.
    pub min: u32,
    /// The highest.
    pub max: u32,
    /// How many more may wait for their turn. Further ones are refused at once.
    pub queue: u32,
    /// How long they wait at most.
    pub queue_timeout: Time,
}

impl Default for Concurrency {
    fn default() -> Self {
        Self {
            limit: 128,
            adaptive: false,
            min: 16,
            max: 512,
            queue: 1_024,
            queue_timeout: Time::from_secs(15),
        }
    }
}

/// What is sent again, and how often: what was not sent at all, and what does no harm done twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Retry {
    /// How many attempts there are at most, the first among them; 1 for no retry.
    pub attempts: u32,
    /// The longest pause before the second attempt; doubled before each further one, and cut by chance.
    pub base_delay: Time,
    /// The longest pause before any attempt, apart from what a service asks for.
    pub max_delay: Time,
    /// How many retries there may be for a hundred requests.
    pub budget_percent: u32,
}

impl Default for Retry {
    fn default() -> Self {
        Self {
            attempts: 3,
            base_delay: Time::from_millis(100),
            max_delay: Time::from_secs(1),
            budget_percent: 20,
        }
    }
}

/// When a service that fails is left alone, and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct CircuitBreaker {
    /// Which requests are judged: `time: 2s` for those of the last two seconds, or `calls: 100` for the last
    /// hundred.
    pub window: BreakerWindow,
    /// The share of failures in percent from which on it opens.
    pub failure_rate: u32,
    /// The share of slow answers in percent from which on it opens.
    pub slow_call_rate: u32,
    /// How long an answer takes that is slow.
    pub slow_call_duration: Time,
    /// With fewer requests in the window nothing is judged.
    pub minimum_calls: u32,
    /// How long it stays open at first; doubled each time that the service is still not back.
    pub open_for: Time,
    /// How long it stays open at most.
    pub max_open_for: Time,
    /// How many requests then find out whether the service is back.
    pub probes: u32,
}

impl Default for CircuitBreaker {
    fn default() -> Self {
        Self {
            window: BreakerWindow::Time(Time::from_secs(2)),
            failure_rate: 75,
            slow_call_rate: 90,
            slow_call_duration: Time::from_secs(3),
            minimum_calls: 20,
            open_for: Time::from_secs(2),
            max_open_for: Time::from_secs(4),
            probes: 10,
        }
    }
}

/// Which requests a circuit breaker judges.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum BreakerWindow {
    /// The last so many.
    Calls(u32),
    /// Those of so much time.
    Time(Time),
}
