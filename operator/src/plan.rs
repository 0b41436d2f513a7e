//! Every child of a shop, in the order of applying. Pure.

use crate::{
    blueprint::Blueprint,
    children::{
        Children, config_map, credentials, deployment, gateway_settings, mongodb,
        pod_disruption_budget, rabbitmq, service, service_account,
    },
    names::{MONGODB, RABBITMQ},
};

/// All that `shop` is made of.
pub fn of(shop: &Blueprint) -> Children {
    let workloads = || shop.workloads.iter();
    let components = || workloads().map(|it| it.service.name).chain([RABBITMQ, MONGODB]);
    let replicas = workloads()
        .map(|it| (it.service.name, it.replicas))
        .chain([&shop.broker, &shop.database].map(|it| (it.component, it.replicas)));
    Children {
        service_accounts: components().map(|it| service_account::build(shop, it)).collect(),
        secrets: shop
            .credentials
            .iter()
            .map(|(component, entries)| credentials::build(shop, component, entries))
            .collect(),
        config_maps: vec![config_map::build(shop), gateway_settings::build(shop)],
        services: workloads()
            .map(|it| service::build(shop, it))
            .chain([
                service::gateway_peers(shop),
                service::broker(shop),
                service::broker_nodes(shop),
                service::database(shop),
            ])
            .collect(),
        pod_disruption_budgets: replicas
            .filter_map(|(component, count)| pod_disruption_budget::build(shop, component, count))
            .collect(),
        stateful_sets: vec![rabbitmq::build(shop), mongodb::build(shop)],
        deployments: workloads().map(|it| deployment::build(shop, it)).collect(),
    }
}
