//! What a shop is made of, as snapshots: reviewed like code.

use crate::fixtures::{draw, minimal, production, shop};
use insta::assert_snapshot;
use operator::{blueprint::Blueprint, children::Children, plan};
use serde::Serialize;
use serde_json::{Value, json};

fn yaml(object: &impl Serialize) -> String {
    serde_yaml::to_string(object).unwrap()
}

/// All children, in the order of applying.
pub(crate) fn planned(blueprint: &Blueprint) -> Vec<Value> {
    let Children {
        service_accounts,
        secrets,
        config_maps,
        services,
        pod_disruption_budgets,
        stateful_sets,
        deployments,
    } = plan::of(blueprint);
    [
        values(&service_accounts),
        values(&secrets),
        values(&config_maps),
        values(&services),
        values(&pod_disruption_budgets),
        values(&stateful_sets),
        values(&deployments),
    ]
    .concat()
}

fn values(objects: &[impl Serialize]) -> Vec<Value> {
    objects.iter().map(|it| serde_json::to_value(it).unwrap()).collect()
}

/// Kind and name.
pub(crate) fn name(object: &Value) -> String {
    let text = |pointer| object.pointer(pointer).and_then(Value::as_str).unwrap();
    format!("{} {}", text("/kind"), text("/metadata/name"))
}

fn named(shop: &operator::crd::Shop, wanted: &str) -> String {
    let all = planned(&draw(shop).unwrap());
    yaml(all.iter().find(|it| name(it) == wanted).unwrap())
}

#[test]
fn the_children_of_a_small_shop() {
    let names: Vec<_> = planned(&draw(&minimal()).unwrap()).iter().map(name).collect();
    assert_snapshot!(names.join("\n"));
}

#[test]
fn what_a_large_shop_has_beside_it() {
    let names = |shop| planned(&draw(&shop).unwrap()).iter().map(name).collect::<Vec<_>>();
    let small = names(minimal());
    let beside: Vec<_> = names(production()).into_iter().filter(|it| !small.contains(it)).collect();
    assert_snapshot!(beside.join("\n"), @r"
    PodDisruptionBudget acme-orders
    PodDisruptionBudget acme-rabbitmq
    PodDisruptionBudget acme-mongodb
    ");
}

#[test]
fn the_gateway() {
    assert_snapshot!("gateway_deployment", named(&minimal(), "Deployment acme-gateway"));
    assert_snapshot!("gateway_service", named(&production(), "Service acme-gateway"));
    assert_snapshot!("gateway_peers", named(&production(), "Service acme-gateway-peers"));
    assert_snapshot!("gateway_settings", named(&production(), "ConfigMap acme-gateway-settings"));
}

#[test]
fn the_orders() {
    assert_snapshot!("orders_deployment", named(&production(), "Deployment acme-orders"));
}

#[test]
fn what_the_others_are_told() {
    let told = |service| {
        let deployment = template(&production(), &format!("Deployment acme-{service}"));
        let variables = deployment["spec"]["containers"][0]["env"].as_array().cloned().unwrap();
        let kept = |from: &Value| {
            format!("{}/{}", from["name"].as_str().unwrap(), from["key"].as_str().unwrap())
        };
        let value = |it: &Value| {
            let told = it["value"].as_str().map(str::to_owned);
            told.unwrap_or_else(|| kept(&it["valueFrom"]["secretKeyRef"]))
        };
        let own = |it: &&Value| OWN.contains(&it["name"].as_str().unwrap());
        let line = |it: &Value| format!("{}={}", it["name"].as_str().unwrap(), value(it));
        variables.iter().filter(own).map(line).collect::<Vec<_>>().join("\n")
    };
    let all = ["products", "customers", "payments", "inventory", "shipping"];
    let all = all.map(|it| format!("{it}\n{}", told(it))).join("\n\n");
    assert_snapshot!(all, @r"
    products
    TOKEN_PUBLIC_KEYS=acme-customers-credentials/token-public-keys
    INSIDE_TOKEN=acme-orders-credentials/inside-token

    customers
    TOKEN_SIGNING_KEY=acme-customers-credentials/token-signing-key
    STAFF_EMAIL=acme-staff/email
    STAFF_PASSWORD=acme-staff/password
    TOKEN_PUBLIC_KEYS=acme-customers-credentials/token-public-keys
    INSIDE_TOKEN=acme-orders-credentials/inside-token

    payments
    PAYMENT_WEBHOOK_SECRET=acme-payments-credentials/webhook-secret
    TOKEN_PUBLIC_KEYS=acme-customers-credentials/token-public-keys
    INSIDE_TOKEN=acme-orders-credentials/inside-token
    GATEWAY_URL=http://acme-gateway
    TRANSFER_DEADLINE=72h

    inventory
    TOKEN_PUBLIC_KEYS=acme-customers-credentials/token-public-keys
    INSIDE_TOKEN=acme-orders-credentials/inside-token
    GATEWAY_URL=http://acme-gateway

    shipping
    TOKEN_PUBLIC_KEYS=acme-customers-credentials/token-public-keys
    INSIDE_TOKEN=acme-orders-credentials/inside-token
    GATEWAY_URL=http://acme-gateway
    CARRIER_PACE=1m
    ");
}

/// Variables that not every service has.
const OWN: [&str; 9] = [
    "GATEWAY_URL",
    "INSIDE_TOKEN",
    "STAFF_EMAIL",
    "STAFF_PASSWORD",
    "TOKEN_PUBLIC_KEYS",
    "TOKEN_SIGNING_KEY",
    "PAYMENT_WEBHOOK_SECRET",
    "TRANSFER_DEADLINE",
    "CARRIER_PACE",
];

#[test]
fn the_email() {
    assert_snapshot!("email_deployment", named(&production(), "Deployment acme-email"));
}

#[test]
fn the_broker() {
    assert_snapshot!("rabbitmq_stateful_set", named(&production(), "StatefulSet acme-rabbitmq"));
    assert_snapshot!("rabbitmq_config_map", named(&production(), "ConfigMap acme-rabbitmq"));
    assert_snapshot!("rabbitmq_nodes_service", named(&minimal(), "Service acme-rabbitmq-nodes"));
}

#[test]
fn the_database() {
    assert_snapshot!("mongodb_stateful_set", named(&production(), "StatefulSet acme-mongodb"));
}

#[test]
fn credentials_outlive_the_shop_only_where_data_does() {
    let owned = |shop| {
        let secrets = plan::of(&draw(&shop).unwrap()).secrets;
        secrets.iter().map(|it| it.metadata.owner_references.is_some()).collect::<Vec<_>>()
    };
    assert!(owned(minimal()).into_iter().all(|it| !it));
    assert!(owned(production()).into_iter().all(|it| it));
}

/// What restarts a pod: everything in its template.
fn template(shop: &operator::crd::Shop, set: &str) -> Value {
    let all = planned(&draw(shop).unwrap());
    all.iter().find(|it| name(it) == set).unwrap()["spec"]["template"].clone()
}

#[test]
fn more_nodes_restart_none() {
    let of = |spec: Value| shop("acme", &spec);
    let (one, three) = (json!({ "replicas": 1 }), json!({ "replicas": 3 }));
    let set = "StatefulSet acme-rabbitmq";
    assert_eq!(
        template(&of(json!({ "rabbitmq": one })), set),
        template(&of(json!({ "rabbitmq": three })), set)
    );
    let set = "StatefulSet acme-mongodb";
    assert_eq!(
        template(&of(json!({ "mongodb": { "members": 1 } })), set),
        template(&of(json!({ "mongodb": { "members": 3 } })), set)
    );
}

#[test]
fn every_pod_is_restricted() {
    for object in planned(&draw(&production()).unwrap()) {
        let Some(pod) = object.pointer("/spec/template/spec") else { continue };
        let name = name(&object);
        assert_eq!(pod["securityContext"]["runAsNonRoot"], true, "{name}");
        assert_eq!(pod["securityContext"]["seccompProfile"]["type"], "RuntimeDefault", "{name}");
        assert_eq!(pod["automountServiceAccountToken"], false, "{name}");
        let lists = ["containers", "initContainers"].map(|it| pod[it].as_array());
        for container in lists.into_iter().flatten().flatten() {
            let context = &container["securityContext"];
            assert_eq!(context["allowPrivilegeEscalation"], false, "{name}");
            assert_eq!(context["readOnlyRootFilesystem"], true, "{name}");
            assert_eq!(context["capabilities"]["drop"], json!(["ALL"]), "{name}");
            assert!(container["resources"]["limits"]["memory"].is_string(), "{name}");
        }
    }
}
