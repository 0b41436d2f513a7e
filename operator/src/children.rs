//! What a shop is made of: one module for each kind of child, plain functions from blueprint to object.
//! Nothing is set that is not meant, so that server-side apply owns only that.

pub mod config_map;
pub mod credentials;
pub mod deployment;
pub mod env;
pub mod gateway_settings;
pub mod mongodb;
pub mod pod;
pub mod pod_disruption_budget;
pub mod rabbitmq;
pub mod service;
pub mod service_account;
pub mod stateful_set;

use k8s_openapi::api::{
    apps::v1::{Deployment, StatefulSet},
    core::v1::{ConfigMap, Secret, Service, ServiceAccount},
    policy::v1::PodDisruptionBudget,
};

/// Objects of every kind that the operator makes, in the order of applying: planned, live or applied.
#[derive(Clone, Debug, Default)]
pub struct Children {
    /// Before the pods that run as them.
    pub service_accounts: Vec<ServiceAccount>,
    /// Before the pods that read them.
    pub secrets: Vec<Secret>,
    /// Before the pods that read them.
    pub config_maps: Vec<ConfigMap>,
    /// Before the pods, so that names resolve when these start.
    pub services: Vec<Service>,
    /// Before the pods that they protect.
    pub pod_disruption_budgets: Vec<PodDisruptionBudget>,
    /// The broker and the database.
    pub stateful_sets: Vec<StatefulSet>,
    /// Last: the services need all of the above.
    pub deployments: Vec<Deployment>,
}
