//! What can be set at the gateway of a shop: a file of JSON that the operator writes and the gateway
//! watches, so that a change needs no restart. What is left out has the value that suits most shops.
//!
//! [`GatewaySettings`] is what stands in the file; [`CheckedSettings`] is the same once it makes sense, and
//! answers what holds for a path or a service.

mod check;
mod checked;
mod protection;
mod time;

#[cfg(test)]
mod tests;

pub use check::Wrong;
pub use checked::{BadSettings, CheckedSettings};
pub use protection::{BreakerWindow, CircuitBreaker, Concurrency, Protection, Retry};
pub use time::{NotATime, Time};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, time::Duration};

/// All that can be set at the gateway.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct GatewaySettings {
    /// How many requests one client may make. Whoever shows a good token is counted by it, everybody else
    /// by address. All gateways of a shop share it.
    pub rate_limit: RateLimit,
    /// How often one client may try to sign in, to renew a token or to register, beside the above.
    pub sign_in_rate_limit: SignInRateLimit,
    /// How many proxies stand before the gateway whose `X-Forwarded-For` is believed.
    pub trusted_hops: u32,
    /// How long a request may take with all attempts, up to the first byte of its answer.
    pub timeout: Time,
    /// What is different for some paths; the longest prefix of a path counts.
    pub routes: Vec<RouteSettings>,
    /// How many requests a service works on at once, and how many more may wait.
    pub concurrency: Concurrency,
    /// What is sent again, and how often.
    pub retry: Retry,
    /// When a service that fails is left alone.
    pub circuit_breaker: CircuitBreaker,
    /// What is different for some services, by name. A group that is named here, such as `retry`, holds in
    /// place of the whole group above.
    pub upstreams: BTreeMap<String, UpstreamSettings>,
    /// Which web pages of other origins may call the shop.
    pub cors: Cors,
    /// How long an answer of the catalogue is given again while it cannot be had anew; `0s` for never.
    pub stale_catalogue: Time,
}

impl Default for GatewaySettings {
    fn default() -> Self {
        Self {
            rate_limit: RateLimit::default(),
            sign_in_rate_limit: SignInRateLimit::default(),
            trusted_hops: 0,
            timeout: Time::from_secs(5),
            routes: Vec::new(),
            concurrency: Concurrency::default(),
            retry: Retry::default(),
            circuit_breaker: CircuitBreaker::default(),
            upstreams: BTreeMap::new(),
            cors: Cors::default(),
            stale_catalogue: Time::from_secs(300),
        }
    }
}

/// So many requests of one client in so much time, all of them at once if it likes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct RateLimit {
    /// How many requests.
    pub requests: u32,
    /// In how much time.
    pub per: Time,
}

impl Default for RateLimit {
    fn default() -> Self {
        Self { requests: 100, per: Time::from_secs(60) }
    }
}

/// The same, for what may be somebody trying passwords.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct SignInRateLimit {
    /// How many requests.
    pub requests: u32,
    /// In how much time.
    pub per: Time,
}

impl Default for SignInRateLimit {
    fn default() -> Self {
        Self { requests: 10, per: Time::from_secs(60) }
    }
}

impl From<SignInRateLimit> for RateLimit {
    fn from(SignInRateLimit { requests, per }: SignInRateLimit) -> Self {
        Self { requests, per }
    }
}

/// What is different for the paths with a prefix.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RouteSettings {
    /// The prefix, up to a border between segments: `/api/orders` covers `/api/orders/1`.
    pub path: String,
    /// As `timeout` above.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout: Option<Time>,
    /// How many requests one client may make to these paths, beside `rateLimit` above.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate_limit: Option<RateLimit>,
}

/// What is different for one service.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct UpstreamSettings {
    /// As `timeout` above; that of a route goes first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout: Option<Time>,
    /// In place of `concurrency` above.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub concurrency: Option<Concurrency>,
    /// In place of `retry` above.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry: Option<Retry>,
    /// In place of `circuitBreaker` above.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub circuit_breaker: Option<CircuitBreaker>,
}

/// Which web pages of other origins may call the shop; none by default.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Cors {
    /// Their origins, such as `https://shop.example.com`, or `*` alone for all.
    pub origins: Vec<String>,
    /// The methods that they may use.
    pub methods: Vec<String>,
    /// The header fields that they may send.
    pub headers: Vec<String>,
    /// How long a browser remembers that it may.
    pub max_age: Time,
}

impl Default for Cors {
    fn default() -> Self {
        let owned = |it: &[&str]| it.iter().map(|it| (*it).to_owned()).collect();
        Self {
            origins: Vec::new(),
            methods: owned(&["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]),
            headers: owned(&["authorization", "content-type", "idempotency-key", "if-match"]),
            max_age: Time::from_secs(600),
        }
    }
}

/// The longest time that can be written anywhere.
pub const LONGEST_TIME: Duration = Duration::from_hours(24);
