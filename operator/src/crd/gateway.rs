//! The part of a `Shop` that stands at its entry: what the gateway does with requests, and how it is
//! reached. The first is written into a file that the gateway watches, so its fields are those of
//! `contracts::gateway_settings`, and so are their defaults.

mod cors;
mod defaults;
mod limits;
mod protection;

pub use cors::Cors;
pub use limits::{RateLimit, Route, SignInRateLimit};
pub use protection::{BreakerWindow, CircuitBreaker, Concurrency, Retry, Upstream};

use super::rules;
use contracts::gateway_settings::GatewaySettings;
use kube::KubeSchema;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The single entry to the shop. All but `service` is taken up by gateways that run, without a restart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, KubeSchema)]
#[serde(rename_all = "camelCase")]
pub struct Gateway {
    /// How often one client may ask: whoever shows a good token is counted by it, everybody else by
    /// address. All gateways of the shop share it.
    #[serde(default)]
    pub rate_limit: RateLimit,

    /// How often one client may try to sign in, to renew a token or to register, beside `rateLimit`.
    #[serde(default)]
    pub sign_in_rate_limit: SignInRateLimit,

    /// How many proxies stand before the gateway whose `X-Forwarded-For` is believed: 1 behind a load
    /// balancer that writes it, 0 where clients come directly.
    #[serde(default = "defaults::trusted_hops")]
    #[schemars(range(min = 0, max = 16))]
    pub trusted_hops: i32,

    /// How long a request may take with all attempts, up to the first byte of its answer, such as `5s`.
    #[serde(default = "defaults::timeout")]
    #[schemars(length(max = 12))]
    #[x_kube(validation = rules::is_time("1ms"))]
    pub timeout: String,

    /// What is different for some paths; the longest prefix of a path counts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 64))]
    #[x_kube(merge_strategy = ListMerge::Map(vec!["path".to_owned()]))]
    pub routes: Vec<Route>,

    /// How many requests a service works on at once, and how many more may wait.
    #[serde(default)]
    pub concurrency: Concurrency,

    /// What is sent again, and how often.
    #[serde(default)]
    pub retry: Retry,

    /// When a service that fails is left alone.
    #[serde(default)]
    pub circuit_breaker: CircuitBreaker,

    /// What is different for some services, by name: products, orders, customers, payments, inventory,
    /// shipping. A group that is named here, such as `retry`, holds in place of the whole group above.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("maxProperties" = 16))]
    #[x_kube(validation = rules::upstreams_are_known())]
    pub upstreams: BTreeMap<String, Upstream>,

    /// Which web pages of other origins may call the shop; none by default.
    #[serde(default)]
    pub cors: Cors,

    /// How long an answer of the catalogue is given again while it cannot be had anew, such as `5m`;
    /// `0s` for never.
    #[serde(default = "defaults::stale_catalogue")]
    #[schemars(length(max = 12))]
    #[x_kube(validation = rules::is_time("0s"))]
    pub stale_catalogue: String,

    /// How the gateway is reached.
    #[serde(default)]
    pub service: GatewayService,
}

impl Default for Gateway {
    fn default() -> Self {
        let GatewaySettings { trusted_hops, timeout, stale_catalogue, .. } =
            GatewaySettings::default();
        Self {
            rate_limit: RateLimit::default(),
            sign_in_rate_limit: SignInRateLimit::default(),
            trusted_hops: defaults::number(trusted_hops),
            timeout: timeout.to_string(),
            routes: Vec::new(),
            concurrency: Concurrency::default(),
            retry: Retry::default(),
            circuit_breaker: CircuitBreaker::default(),
            upstreams: BTreeMap::new(),
            cors: Cors::default(),
            stale_catalogue: stale_catalogue.to_string(),
            service: GatewayService::default(),
        }
    }
}

impl Gateway {
    /// What of it the gateway itself reads.
    pub fn settings(&self) -> Value {
        let mut all = json!(self);
        if let Some(fields) = all.as_object_mut() {
            fields.remove("service");
        }
        all
    }
}

/// The Kubernetes Service in front of the gateway.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, KubeSchema)]
#[x_kube(validation = rules::node_port_needs_its_type())]
#[serde(rename_all = "camelCase")]
pub struct GatewayService {
    /// `ClusterIP` is reached from inside the cluster only.
    #[serde(default, rename = "type")]
    pub kind: ServiceType,

    /// The port on every node, with type `NodePort` or `LoadBalancer`; any free one when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 65_535))]
    pub node_port: Option<i32>,
}

/// How a Kubernetes Service is reached.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum ServiceType {
    /// From inside the cluster.
    #[default]
    ClusterIP,
    /// On a port of every node.
    NodePort,
    /// By a load balancer of the cloud.
    LoadBalancer,
}
