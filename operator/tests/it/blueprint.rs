//! What is refused, and that it says what to write instead.

use crate::fixtures::{draw, fixed_credentials, images, minimal, production, shop};
use operator::{blueprint::Blueprint, children::mongodb, plan};
use serde_json::{Value, json};
use std::fs;

#[track_caller]
fn refusal(name: &str, spec: &Value) -> String {
    draw(&shop(name, spec)).unwrap_err().to_string()
}

#[test]
fn an_empty_spec_is_a_small_shop() {
    let shop = draw(&minimal()).unwrap();
    assert_eq!((shop.broker.replicas, shop.database.replicas), (1, 1));
    assert!(shop.workloads.iter().all(|it| it.replicas == 1));
    assert_eq!(shop.workloads[0].image, "shopkeeper/gateway:0.1.0");
    assert!(shop.retain && !shop.sends_mail());
}

#[test]
fn what_is_illegal_is_refused_with_what_to_write_instead() {
    let refused = [
        (
            json!({ "rabbitmq": { "replicas": 2 } }),
            "spec.rabbitmq.replicas is 2, which cannot keep a majority when one is lost: write 1 or 3",
        ),
        (
            json!({ "mongodb": { "members": 4 } }),
            "spec.mongodb.members is 4, which cannot keep a majority when one is lost: write 1 or 3",
        ),
        (
            json!({ "services": { "oders": {} } }),
            "spec.services.oders: there is no such service: write one of gateway, products, orders, customers, payments, inventory, shipping, email",
        ),
        (
            json!({ "services": { "orders": { "replicas": -1 } } }),
            "spec.services.orders.replicas is -1: write 0 or more",
        ),
        (
            json!({ "services": { "orders": { "env": { "A-B": "" } } } }),
            "spec.services.orders.env has 'A-B': write a name of letters, digits and '_', not starting with a digit",
        ),
        (
            json!({ "gateway": { "timeout": "soon" } }),
            "spec.gateway.timeout: must be a time of at most a day, such as 5s, 1m 30s or 200ms",
        ),
        (
            json!({ "gateway": { "rateLimit": { "per": "0s" } } }),
            "spec.gateway.rateLimit.per: must be from 1ms to a day",
        ),
        (
            json!({ "gateway": { "retry": { "attempts": 0 }, "upstreams": { "email": {} } } }),
            "spec.gateway.retry.attempts: must be from 1 to 10; spec.gateway.upstreams.email: there is no such service: write one of products, orders, customers, payments, inventory, shipping",
        ),
        (
            json!({ "gateway": { "rateLimit": { "requests": -1 } } }),
            "spec.gateway.rateLimit.requests: invalid value: integer `-1`, expected u32",
        ),
        (
            json!({ "gateway": { "service": { "nodePort": 30000 } } }),
            "spec.gateway.service.nodePort needs type: NodePort beside it: write that, or leave nodePort out",
        ),
        (
            json!({ "orders": { "nudge": "5" } }),
            "spec.orders.nudge is '5': write a number and ms, s, m or h, such as 5s",
        ),
        (
            json!({ "payments": { "transferDeadline": "a week" } }),
            "spec.payments.transferDeadline is 'a week': write a number and ms, s, m or h, such as 5s",
        ),
        (
            json!({ "shipping": { "carrierPace": "0s" } }),
            "spec.shipping.carrierPace is '0s': write off, or a number and ms, s, m or h, such as 1m, and at most 720h",
        ),
        (
            json!({ "shipping": { "carrierPace": "721h" } }),
            "spec.shipping.carrierPace is '721h': write off, or a number and ms, s, m or h, such as 1m, and at most 720h",
        ),
        (
            json!({ "email": { "smtp": { "host": "mail" } } }),
            "spec.email.smtp needs a sender: write spec.email.from, such as shop@example.com",
        ),
        (
            json!({ "email": { "stakeholders": ["a, b@c"] } }),
            "spec.email has 'a, b@c', which is no address: write one such as shop@example.com",
        ),
        (
            json!({ "mongodb": { "storage": { "size": "1G" } } }),
            "spec.mongodb.storage.size is '1G': write a number and Mi, Gi or Ti, such as 10Gi",
        ),
    ];
    for (spec, message) in refused {
        assert_eq!(refusal("acme", &spec), message);
    }
}

#[test]
fn the_examples_can_be_built() {
    for name in ["minimal", "shop", "production"] {
        let path = format!("{}/../examples/{name}.yaml", env!("CARGO_MANIFEST_DIR"));
        let mut example: Value = serde_yaml::from_str(&fs::read_to_string(path).unwrap()).unwrap();
        example["metadata"]["namespace"] = json!("market");
        example["metadata"]["uid"] = json!("its-uid");
        let drawn = draw(&serde_json::from_value(example).unwrap());
        assert_eq!(drawn.map(drop), Ok(()), "{name}");
    }
}

#[test]
fn a_carrier_may_be_slow_or_off() {
    for pace in ["off", "1ms", "720h"] {
        let spec = json!({ "shipping": { "carrierPace": pace } });
        let drawn = draw(&shop("acme", &spec)).unwrap();
        assert_eq!(drawn.shipping.carrier_pace.as_deref(), Some(pace));
    }
}

#[test]
fn a_name_has_to_fit_host_names() {
    for name in ["Acme", "1acme", "acme-", "a.b", &"a".repeat(41)] {
        assert!(refusal(name, &json!({})).starts_with("metadata.name"), "{name}");
    }
    assert!(draw(&shop(&"a".repeat(40), &json!({}))).is_ok());
}

#[test]
fn what_runs_cannot_shrink_or_move() {
    let live = plan::of(&draw(&production()).unwrap()).stateful_sets;
    let again = |spec: &Value| {
        let drawn = Blueprint::draw(&shop("acme", spec), &images(), fixed_credentials(), &live);
        drawn.map(drop).map_err(|it| it.to_string())
    };
    let storage = json!({ "size": "10Gi", "className": "fast" });
    let broker =
        |replicas: i32, storage: &Value| json!({ "replicas": replicas, "storage": storage });
    let mongodb = json!({ "members": 3, "storage": { "size": "20Gi" } });
    let shop = |broker: Value| json!({ "rabbitmq": broker, "mongodb": mongodb });

    assert_eq!(again(&shop(broker(3, &storage))), Ok(()));
    let fewer = again(&shop(broker(1, &storage)));
    assert_eq!(
        fewer.unwrap_err(),
        "spec.rabbitmq.replicas is 1 and there are 3, which cannot be taken away: write 3 or more"
    );
    let smaller = again(&shop(broker(3, &json!({ "size": "9Gi", "className": "fast" }))));
    assert_eq!(
        smaller.unwrap_err(),
        "spec.rabbitmq.storage.size is 9Gi and the volumes have 10Gi, which cannot shrink: write 10Gi or more"
    );
    let moved = again(&shop(broker(3, &json!({ "size": "10Gi" }))));
    assert_eq!(
        moved.unwrap_err(),
        "spec.rabbitmq.storage.className differs from that of the volumes, which cannot move: write 'fast'"
    );
}

#[test]
fn claims_are_made_with_the_size_they_had_and_grown_afterwards() {
    let live = plan::of(&draw(&minimal()).unwrap()).stateful_sets;
    let larger = shop("acme", &json!({ "mongodb": { "storage": { "size": "3Gi" } } }));
    let drawn = Blueprint::draw(&larger, &images(), fixed_credentials(), &live).unwrap();
    assert_eq!(drawn.database.size.text, "3Gi");
    assert_eq!(drawn.database.template_size.text, "1Gi");
    assert_eq!(mongodb::build(&drawn).spec, mongodb::build(&draw(&minimal()).unwrap()).spec);
}
