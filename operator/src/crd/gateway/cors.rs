//! Web pages of other origins.

use super::{super::rules, defaults};
use contracts::gateway_settings as settings;
use kube::KubeSchema;
use serde::{Deserialize, Serialize};

/// Which web pages of other origins may call the shop; none by default.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, KubeSchema)]
#[serde(rename_all = "camelCase")]
pub struct Cors {
    /// Their origins, such as `https://shop.example.com`, or `*` alone for all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 64), inner(length(max = 253)))]
    #[x_kube(validation = rules::are_origins())]
    pub origins: Vec<String>,

    /// The methods that they may use.
    #[serde(default = "defaults::methods")]
    #[schemars(length(max = 64), inner(length(max = 64)))]
    #[x_kube(validation = rules::are_tokens())]
    pub methods: Vec<String>,

    /// The header fields that they may send.
    #[serde(default = "defaults::headers")]
    #[schemars(length(max = 64), inner(length(max = 64)))]
    #[x_kube(validation = rules::are_tokens())]
    pub headers: Vec<String>,

    /// How long a browser remembers that it may, such as `10m`.
    #[serde(default = "defaults::max_age")]
    #[schemars(length(max = 12))]
    #[x_kube(validation = rules::is_time("0s"))]
    pub max_age: String,
}

impl Default for Cors {
    fn default() -> Self {
        let settings::Cors { origins, methods, headers, max_age } = settings::Cors::default();
        Self { origins, methods, headers, max_age: max_age.to_string() }
    }
}
