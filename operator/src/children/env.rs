//! The environment of a service, by the names that the services themselves read. Logins stand first,
//! since the addresses after them are made of them.

use super::{gateway_settings, mongodb, pod, rabbitmq, service};
use crate::{
    blueprint::{Blueprint, Workload},
    credentials::{self, key},
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
    all.extend(given(shop, service));
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
        pod::variable(env::MIMALLOC_ALLOW_THP, "0"),
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

/// Keys and the like, out of its own Secret or another's.
fn given(shop: &Blueprint, service: &Service) -> Vec<EnvVar> {
    let all = credentials::given(service).into_iter();
    all.map(|it| pod::secret_variable(it.variable, &shop.identity.secret(it.owner), it.key))
        .collect()
}

/// What only one service needs.
fn own(shop: &Blueprint, service: &Service) -> Vec<EnvVar> {
    match *service {
        catalog::GATEWAY => gateway(shop),
        catalog::ORDERS => orders(shop),
        catalog::PAYMENTS => optional([
            (env::GATEWAY_URL, Some(url(shop, &catalog::GATEWAY))),
            (env::TRANSFER_DEADLINE, shop.payments.transfer_deadline.clone()),
        ]),
        catalog::INVENTORY => optional([(env::GATEWAY_URL, Some(url(shop, &catalog::GATEWAY)))]),
        catalog::SHIPPING => optional([
            (env::GATEWAY_URL, Some(url(shop, &catalog::GATEWAY))),
            (env::CARRIER_PACE, shop.shipping.carrier_pace.clone()),
        ]),
        catalog::EMAIL => email(shop),
        _ => Vec::new(),
    }
}

/// What the Shop does not say is as the service has it.
fn optional<const N: usize>(all: [(&'static str, Option<String>); N]) -> Vec<EnvVar> {
    all.into_iter().filter_map(|(name, it)| Some(pod::variable(name, it?))).collect()
}

/// How it behaves stands in a file, so that it need not be made anew when that changes.
fn gateway(shop: &Blueprint) -> Vec<EnvVar> {
    let routed = catalog::CATALOG.iter().filter(|it| !it.routes.is_empty());
    let upstreams = routed.map(|it| pod::variable(&env::service_url(it.name), url(shop, it)));
    let own = [
        pod::variable(env::GATEWAY_SETTINGS, gateway_settings::path()),
        pod::variable(env::GATEWAY_PEERS, shop.identity.child(service::PEERS)),
    ];
    upstreams.chain(own).collect()
}

fn orders(shop: &Blueprint) -> Vec<EnvVar> {
    optional([
        (env::GATEWAY_URL, Some(url(shop, &catalog::GATEWAY))),
        (env::ORDER_DEADLINE, shop.orders.deadline.clone()),
        (env::ORDER_NUDGE, shop.orders.nudge.clone()),
        (env::TRANSFER_DEADLINE, shop.payments.transfer_deadline.clone()),
    ])
}

fn email(shop: &Blueprint) -> Vec<EnvVar> {
    let email = &shop.email;
    let smtp = email.smtp.as_ref();
    let stakeholders = (!email.stakeholders.is_empty()).then(|| email.stakeholders.join(","));
    optional([
        (env::SMTP_HOST, smtp.map(|it| it.host.clone())),
        (env::SMTP_PORT, smtp.map(|it| it.port.to_string())),
        (env::MAIL_FROM, email.from.clone()),
        (env::MAIL_STAKEHOLDERS, stakeholders),
    ])
}

/// Where `service` answers inside the cluster; its Service listens on port 80.
pub fn url(shop: &Blueprint, service: &Service) -> String {
    format!("http://{}", shop.identity.child(service.name))
}
