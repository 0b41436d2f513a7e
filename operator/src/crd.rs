//! What people write: the custom resource `Shop`. Its doc comments are what `kubectl explain` says, its
//! defaults are filled in by the API server, and its rules are refused there with a sentence that says
//! what to write instead. Nothing here knows what is built from it.

#![expect(
    unreachable_pub,
    reason = "KubeSchema copies each struct, `pub` and all, into a function"
)]

mod gateway;
mod orders;
pub(crate) mod rules;
mod status;
mod stores;

pub use gateway::{
    BreakerWindow, CircuitBreaker, Concurrency, Cors, Gateway, GatewayService, RateLimit, Retry,
    Route, ServiceType, SignInRateLimit, Upstream,
};
pub use orders::{Orders, Payments, Shipping};
pub use status::{Component, ShopStatus, TokenKey, TokenKeyStep};
pub use stores::{Layout, MongoDb, RabbitMq, Storage};

use kube::{CustomResource, KubeSchema};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What the shop should be. An empty one is a small, complete shop: one broker, one database member
/// and one replica of each service.
#[derive(
    Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, CustomResource, KubeSchema,
)]
#[kube(
    group = "shopkeeper.dev",
    version = "v1alpha1",
    kind = "Shop",
    namespaced,
    shortname = "shp",
    category = "shop",
    status = "ShopStatus",
    doc = "A running shop: its services, a RabbitMQ cluster and a MongoDB replica set.",
    validation = rules::name_has_letters(),
    validation = rules::name_is_short(),
    printcolumn(
        name = "Ready",
        type_ = "string",
        json_path = r#".status.conditions[?(@.type=="Ready")].status"#,
        description = "Whether everything is there and works."
    ),
    printcolumn(
        name = "Services",
        type_ = "string",
        json_path = ".status.services",
        description = "How many of the services are ready."
    ),
    printcolumn(
        name = "Broker",
        type_ = "string",
        json_path = ".status.broker",
        description = "How many nodes of RabbitMQ run as one cluster."
    ),
    printcolumn(
        name = "DB",
        type_ = "string",
        json_path = ".status.database",
        description = "How many members of the MongoDB replica set hold the data."
    ),
    printcolumn(
        name = "URL",
        type_ = "string",
        json_path = ".status.url",
        description = "Where the shop answers."
    ),
    printcolumn(name = "Age", type_ = "date", json_path = ".metadata.creationTimestamp"),
    printcolumn(
        name = "Version",
        type_ = "string",
        json_path = ".status.version",
        description = "Which version of the services is asked for.",
        priority = 1
    ),
    printcolumn(
        name = "Message",
        type_ = "string",
        json_path = r#".status.conditions[?(@.type=="Ready")].message"#,
        description = "What it waits for, or what is wrong.",
        priority = 1
    )
)]
#[serde(rename_all = "camelCase")]
pub struct ShopSpec {
    /// The version of the services, which is the tag of their images; the operator's own when left
    /// out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 128))]
    #[x_kube(validation = rules::is_version())]
    pub version: Option<String>,

    /// Settings of single services, by name: gateway, products, orders, customers,
    /// payments, inventory, shipping, email.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("maxProperties" = 16))]
    #[x_kube(validation = rules::services_are_known())]
    pub services: BTreeMap<String, ServiceSettings>,

    /// The single entry to the shop.
    #[serde(default)]
    pub gateway: Gateway,

    /// The message broker.
    #[serde(default)]
    pub rabbitmq: RabbitMq,

    /// The database.
    #[serde(default)]
    pub mongodb: MongoDb,

    /// Mail to customers and stakeholders.
    #[serde(default)]
    pub email: Email,

    /// The order process.
    #[serde(default)]
    pub orders: Orders,

    /// Payments.
    #[serde(default)]
    pub payments: Payments,

    /// Parcels.
    #[serde(default)]
    pub shipping: Shipping,

    /// What becomes of the data when the Shop is deleted. `Retain` keeps the volume claims and the
    /// credentials that open them, so that the same Shop applied again has its old orders; `Delete`
    /// removes both.
    #[serde(default)]
    pub deletion_policy: DeletionPolicy,

    /// While true, the operator leaves everything as it is.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub paused: bool,
}

/// Settings of one service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, KubeSchema)]
#[serde(rename_all = "camelCase")]
pub struct ServiceSettings {
    /// How many replicas run.
    #[serde(default = "one")]
    #[schemars(range(min = 0, max = 50))]
    pub replicas: i32,

    /// The image, instead of the one that belongs to the version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 512))]
    pub image: Option<String>,

    /// Environment variables, in addition to those that the operator sets or instead of them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("maxProperties" = 32))]
    pub env: BTreeMap<String, String>,
}

impl Default for ServiceSettings {
    fn default() -> Self {
        Self { replicas: one(), image: None, env: BTreeMap::new() }
    }
}

/// Mail to customers and stakeholders.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, KubeSchema)]
#[x_kube(validation = rules::sender_beside_server())]
#[serde(rename_all = "camelCase")]
pub struct Email {
    /// The address that mails come from, such as `shop@example.com`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 254))]
    #[x_kube(validation = rules::is_address())]
    pub from: Option<String>,

    /// Who is told of changes of stock.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 50), inner(length(max = 254)))]
    #[x_kube(validation = rules::are_addresses())]
    pub stakeholders: Vec<String>,

    /// The mail server. Without it mails are kept and not sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub smtp: Option<Smtp>,
}

/// A mail server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Smtp {
    /// Its host name.
    #[schemars(length(min = 1, max = 253))]
    pub host: String,

    /// Its port.
    #[serde(default = "smtp_port")]
    #[schemars(range(min = 1, max = 65_535))]
    pub port: i32,
}

/// What becomes of the data when the Shop is deleted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum DeletionPolicy {
    /// Volume claims and credentials stay.
    #[default]
    Retain,
    /// Volume claims and credentials go with the Shop.
    Delete,
}

const fn one() -> i32 {
    1
}

const fn smtp_port() -> i32 {
    25
}
