//! The part of a `Shop` that holds data: the broker and the database. What shrinks would lose data, so
//! nothing here does.

use super::rules;
use kube::KubeSchema;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The message broker.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, KubeSchema)]
#[serde(rename_all = "camelCase")]
pub struct RabbitMq {
    /// How many nodes form the cluster: 1, or 3 to survive the loss of one.
    #[serde(default = "one")]
    #[schemars(range(min = 1))]
    #[x_kube(validation = rules::quorum("nodes of RabbitMQ"), validation = rules::no_fewer("nodes of RabbitMQ"))]
    pub replicas: i32,

    /// The image; any with `rabbitmq-server` on its path, of version 4.0 or later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 512))]
    pub image: Option<String>,

    /// Where each node keeps its messages.
    #[serde(default)]
    pub storage: Storage,
}

impl Default for RabbitMq {
    fn default() -> Self {
        Self { replicas: one(), image: None, storage: Storage::default() }
    }
}

/// The database.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, KubeSchema)]
#[serde(rename_all = "camelCase")]
pub struct MongoDb {
    /// `Shared`: one replica set in which each service has a database and a user of its own.
    #[serde(default)]
    #[x_kube(validation = rules::unchanged("spec.mongodb.layout"))]
    pub layout: Layout,

    /// How many members the replica set has: 1, or 3 to survive the loss of one.
    #[serde(default = "one")]
    #[schemars(range(min = 1))]
    #[x_kube(validation = rules::quorum("members of MongoDB"), validation = rules::no_fewer("members of MongoDB"))]
    pub members: i32,

    /// The image; any with `mongod` on its path, of version 6.0 or later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 512))]
    pub image: Option<String>,

    /// Where each member keeps its data.
    #[serde(default)]
    pub storage: Storage,
}

impl Default for MongoDb {
    fn default() -> Self {
        Self { layout: Layout::default(), members: one(), image: None, storage: Storage::default() }
    }
}

/// How services share databases.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Layout {
    /// One replica set for all services.
    #[default]
    Shared,
}

/// A volume claim.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, KubeSchema)]
#[x_kube(validation = rules::same_class())]
#[serde(rename_all = "camelCase")]
pub struct Storage {
    /// How much, such as `10Gi`. It can grow where the storage class allows it, and never shrinks.
    #[serde(default = "one_gibibyte")]
    #[schemars(length(max = 16))]
    #[x_kube(validation = rules::is_size(), validation = rules::no_smaller())]
    pub size: String,

    /// The storage class; the cluster's default when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 253))]
    pub class_name: Option<String>,
}

impl Default for Storage {
    fn default() -> Self {
        Self { size: one_gibibyte(), class_name: None }
    }
}

const fn one() -> i32 {
    1
}

fn one_gibibyte() -> String {
    "1Gi".to_owned()
}
