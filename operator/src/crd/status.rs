//! What the operator says about a `Shop`.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::{Condition, Time};
use kube::KubeSchema;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What the operator has seen.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, KubeSchema)]
#[serde(rename_all = "camelCase")]
pub struct ShopStatus {
    /// The generation of the spec that all of this is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observed_generation: Option<i64>,

    /// `Ready` sums up; the others say what it waits for.
    #[serde(default)]
    #[x_kube(merge_strategy = ListMerge::Map(vec!["type".to_owned()]))]
    pub conditions: Vec<Condition>,

    /// Where the shop answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,

    /// The version of the services that is asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,

    /// How many services are ready, such as `8/8`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub services: Option<String>,

    /// How many nodes of RabbitMQ run as one cluster, such as `3/3`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub broker: Option<String>,

    /// How many members of the MongoDB replica set hold the data, such as `3/3`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub database: Option<String>,

    /// The Secret with the first account of staff, under `email` and `password`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub staff_secret: Option<String>,

    /// The key that customers' tokens are signed with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_key: Option<TokenKey>,

    /// Each part of the shop by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub components: BTreeMap<String, Component>,
}

/// The key that customers' tokens are signed with. Whoever wants a new one writes any new text into the
/// Shop's annotation `shopkeeper.dev/roll-token-key`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TokenKey {
    /// How far the change to a new key is.
    pub step: TokenKeyStep,

    /// What the annotation said the last time it was taken up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rolled: Option<String>,

    /// Until when tokens of the old key are good.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Time>,
}

/// How far the change to a new key is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum TokenKeyStep {
    /// There is one key.
    Settled,
    /// The new key is being made known to all services; the old one signs.
    Announcing,
    /// The customers service is being told to sign with the new key.
    Switching,
    /// The new key signs; the old one is good until its last token has expired.
    Retiring,
}

/// One part of the shop: a service, the broker or the database.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Component {
    /// How many of its pods are ready and up to date, such as `1/1`.
    pub ready: String,

    /// The image it should run.
    pub image: String,

    /// What is wrong with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
}
