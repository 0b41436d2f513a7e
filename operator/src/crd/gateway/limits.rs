//! How often one client may ask.

use super::{super::rules, defaults};
use contracts::gateway_settings as settings;
use kube::KubeSchema;
use serde::{Deserialize, Serialize};

/// So many requests of one client in so much time, all of them at once if it likes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, KubeSchema)]
pub struct RateLimit {
    /// How many requests.
    #[serde(default = "defaults::requests")]
    #[schemars(range(min = 1, max = 1_000_000))]
    pub requests: i32,

    /// In how much time, such as `1m`.
    #[serde(default = "defaults::per")]
    #[schemars(length(max = 12))]
    #[x_kube(validation = rules::is_time("1ms"))]
    pub per: String,
}

impl Default for RateLimit {
    fn default() -> Self {
        let settings::RateLimit { requests, per } = settings::RateLimit::default();
        Self { requests: defaults::number(requests), per: per.to_string() }
    }
}

/// The same, for what may be somebody trying passwords.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, KubeSchema)]
pub struct SignInRateLimit {
    /// How many requests.
    #[serde(default = "defaults::sign_in_requests")]
    #[schemars(range(min = 1, max = 1_000_000))]
    pub requests: i32,

    /// In how much time, such as `1m`.
    #[serde(default = "defaults::sign_in_per")]
    #[schemars(length(max = 12))]
    #[x_kube(validation = rules::is_time("1ms"))]
    pub per: String,
}

impl Default for SignInRateLimit {
    fn default() -> Self {
        let settings::SignInRateLimit { requests, per } = settings::SignInRateLimit::default();
        Self { requests: defaults::number(requests), per: per.to_string() }
    }
}

/// What is different for the paths with a prefix.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, KubeSchema)]
#[serde(rename_all = "camelCase")]
pub struct Route {
    /// The prefix, up to a border between segments: `/api/orders` covers `/api/orders/1`.
    #[schemars(length(min = 2, max = 512))]
    #[x_kube(validation = rules::is_prefix())]
    pub path: String,

    /// How long a request may take with all attempts, in place of `timeout` above.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 12))]
    #[x_kube(validation = rules::is_time("1ms"))]
    pub timeout: Option<String>,

    /// How often one client may ask for these paths, beside `rateLimit` above.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate_limit: Option<RateLimit>,
}
