//! The environment of a service, by the names that the services themselves read. Logins stand first,
//! since the addresses after them are made of them.

use super::{mongodb, pod, rabbitmq};
use crate::{
    blueprint::{Blueprint, Workload},
    credentials::key,
};
use chassis::env;
use contracts::catalog::{self, Service};
use k8s_openapi::api::core::v1::EnvVar;

/// How long a service may take to finish what it has in hand.
const SHUTDOWN_GRACE: &str = "20s";

const MONGODB_USERNAME: &str = "MONGODB_USERNAME";
const MONGODB_PASSWORD: &str = "MONGODB_PASSWORD";
const RABBITMQ_USERNAME: &str = "RABBITMQ_USERNAME";
const RABBITMQ_PASSWORD: &str = "RABBITMQ_PASSWORD";

/// All variables of one service; what the Shop sets itself goes before what we set.
pub fn build(shop: &Blueprint, workload: &Workload) -> Vec<EnvVar> {
    let service = &workload.service;
    let mut all = process(service);
    if service.has_store {
        all.extend(store(shop, service));
    }
    if service.has_bus {
        all.extend(bus(shop, service));
    }
    all.extend(own(shop, service));
    for (name, value) in &workload.env {
        all.retain(|it| it.name != *name);
        all.push(pod::variable(name, value));
    }
    all
}

fn process(service: &Service) -> Vec<EnvVar> {
    vec![
        pod::variable(env::PORT, service.port.to_string()),
        pod::variable(env::LOG, "info"),
        pod::variable(env::LOG_FORMAT, "json"),
        pod::variable(env::SHUTDOWN_GRACE, SHUTDOWN_GRACE),
    ]
}

fn store(shop: &Blueprint, service: &Service) -> [EnvVar; 4] {
    let secret = shop.identity.secret(service.name);
    let database = service.name;
    let hosts = mongodb::hosts(shop).join(",");
    let set = mongodb::REPLICA_SET;
    let uri = format!(
        "mongodb://$({MONGODB_USERNAME}):$({MONGODB_PASSWORD})@{hosts}/{database}?replicaSet={set}&authSource={database}&authMechanism=SCRAM-SHA-256"
    );
    [
        pod::secret_variable(MONGODB_USERNAME, &secret, key::MONGODB_USERNAME),
        pod::secret_variable(MONGODB_PASSWORD, &secret, key::MONGODB_PASSWORD),
        pod::variable(env::MONGODB_URI, uri),
        pod::variable(env::MONGODB_DATABASE, database),
    ]
}

fn bus(shop: &Blueprint, service: &Service) -> [EnvVar; 3] {
    let secret = shop.identity.secret(service.name);
    let host = shop.identity.child(crate::names::RABBITMQ);
    let port = rabbitmq::AMQP;
    let url = format!("amqp://$({RABBITMQ_USERNAME}):$({RABBITMQ_PASSWORD})@{host}:{port}/%2f");
    [
        pod::secret_variable(RABBITMQ_USERNAME, &secret, key::RABBITMQ_USERNAME),
        pod::secret_variable(RABBITMQ_PASSWORD, &secret, key::RABBITMQ_PASSWORD),
        pod::variable(env::RABBITMQ_URL, url),
    ]
}

/// What only one service needs.
fn own(shop: &Blueprint, service: &Service) -> Vec<EnvVar> {
    match *service {
        catalog::GATEWAY => gateway(shop),
        catalog::ORDERS => orders(shop),
        catalog::EMAIL => email(shop),
        _ => Vec::new(),
    }
}

fn gateway(shop: &Blueprint) -> Vec<EnvVar> {
    let settings = &shop.gateway;
    let upstreams = [
        (env::PRODUCTS_SERVICE_URL, catalog::PRODUCTS),
        (env::ORDERS_SERVICE_URL, catalog::ORDERS),
        (env::INVENTORY_SERVICE_URL, catalog::INVENTORY),
    ];
    let upstreams = upstreams.map(|(name, service)| pod::variable(name, url(shop, &service)));
    let limits = [
        pod::variable(env::RATE_LIMIT_REQUESTS, settings.rate_limit.requests.to_string()),
        pod::variable(env::RATE_LIMIT_PER, &settings.rate_limit.per),
        pod::variable(env::REQUEST_TIMEOUT, &settings.timeout),
    ];
    upstreams.into_iter().chain(limits).collect()
}

fn orders(shop: &Blueprint) -> Vec<EnvVar> {
    let gateway = Some((env::GATEWAY_URL, url(shop, &catalog::GATEWAY)));
    let optional =
        [(env::ORDER_DEADLINE, &shop.orders.deadline), (env::ORDER_NUDGE, &shop.orders.nudge)];
    let optional = optional.into_iter().filter_map(|(name, it)| Some((name, it.clone()?)));
    gateway.into_iter().chain(optional).map(|(name, it)| pod::variable(name, it)).collect()
}

fn email(shop: &Blueprint) -> Vec<EnvVar> {
    let email = &shop.email;
    let smtp = email.smtp.as_ref();
    let stakeholders = (!email.stakeholders.is_empty()).then(|| email.stakeholders.join(","));
    let all = [
        (env::SMTP_HOST, smtp.map(|it| it.host.clone())),
        (env::SMTP_PORT, smtp.map(|it| it.port.to_string())),
        (env::MAIL_FROM, email.from.clone()),
        (env::MAIL_STAKEHOLDERS, stakeholders),
    ];
    all.into_iter().filter_map(|(name, it)| Some(pod::variable(name, it?))).collect()
}

/// Where `service` answers inside the cluster; its Service listens on port 80.
pub fn url(shop: &Blueprint, service: &Service) -> String {
    format!("http://{}", shop.identity.child(service.name))
}
