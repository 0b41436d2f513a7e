//! The part of a `Shop` that stands at its entry.

use super::rules;
use kube::KubeSchema;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The single entry to the shop.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, KubeSchema)]
#[serde(rename_all = "camelCase")]
pub struct Gateway {
    /// How often one client may ask.
    #[serde(default)]
    pub rate_limit: RateLimit,

    /// How long the gateway waits for a service, such as `5s`.
    #[serde(default = "five_seconds")]
    #[schemars(length(max = 12))]
    #[x_kube(validation = rules::is_duration())]
    pub timeout: String,

    /// How the gateway is reached.
    #[serde(default)]
    pub service: GatewayService,
}

impl Default for Gateway {
    fn default() -> Self {
        Self {
            rate_limit: RateLimit::default(),
            timeout: five_seconds(),
            service: GatewayService::default(),
        }
    }
}

/// So many requests of one client in so much time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, KubeSchema)]
pub struct RateLimit {
    /// How many requests.
    #[serde(default = "hundred")]
    #[schemars(range(min = 1, max = 1_000_000))]
    pub requests: i32,

    /// In how much time, such as `1m`.
    #[serde(default = "one_minute")]
    #[schemars(length(max = 12))]
    #[x_kube(validation = rules::is_duration())]
    pub per: String,
}

impl Default for RateLimit {
    fn default() -> Self {
        Self { requests: hundred(), per: one_minute() }
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

const fn hundred() -> i32 {
    100
}

fn one_minute() -> String {
    "1m".to_owned()
}

fn five_seconds() -> String {
    "5s".to_owned()
}
