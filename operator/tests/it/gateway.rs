//! What a Shop says of its gateway reaches the gateway, and restarts nobody.

use crate::{
    fixtures::{draw, minimal, shop},
    plan::{name, planned},
};
use contracts::gateway_settings::GatewaySettings;
use serde_json::{Value, json};

/// Everything that can be set at the gateway, and nothing of it as usual.
fn other_settings() -> Value {
    json!({
        "rateLimit": { "requests": 7, "per": "7s" },
        "signInRateLimit": { "requests": 3, "per": "3s" },
        "trustedHops": 2,
        "timeout": "9s",
        "routes": [{
            "path": "/api/orders",
            "timeout": "8s",
            "rateLimit": { "requests": 2, "per": "2s" },
        }],
        "concurrency": {
            "limit": 9, "adaptive": true, "min": 2, "max": 20, "queue": 3, "queueTimeout": "4s",
        },
        "retry": { "attempts": 2, "baseDelay": "20ms", "maxDelay": "2s", "budgetPercent": 10 },
        "circuitBreaker": {
            "window": { "calls": 50 },
            "failureRate": 50,
            "slowCallRate": 60,
            "slowCallDuration": "4s",
            "minimumCalls": 5,
            "openFor": "6s",
            "maxOpenFor": "50s",
            "probes": 3,
        },
        "upstreams": { "orders": {
            "timeout": "11s",
            "concurrency": {
                "limit": 8, "adaptive": false, "min": 1, "max": 10, "queue": 1, "queueTimeout": "1s",
            },
            "retry": { "attempts": 1, "baseDelay": "10ms", "maxDelay": "3s", "budgetPercent": 5 },
            "circuitBreaker": {
                "window": { "time": "3s" },
                "failureRate": 40,
                "slowCallRate": 50,
                "slowCallDuration": "2s",
                "minimumCalls": 6,
                "openFor": "7s",
                "maxOpenFor": "40s",
                "probes": 2,
            },
        } },
        "cors": {
            "origins": ["https://shop.example.com"],
            "methods": ["GET"],
            "headers": ["accept"],
            "maxAge": "5m",
        },
        "staleCatalogue": "2m",
    })
}

fn with_gateway(gateway: &Value) -> operator::crd::Shop {
    shop("acme", &json!({ "gateway": gateway }))
}

#[test]
fn what_is_set_at_the_gateway_changes_one_file_and_no_pod() {
    let (usual, other) =
        (draw(&minimal()).unwrap(), draw(&with_gateway(&other_settings())).unwrap());
    let (usual, other) = (planned(&usual), planned(&other));
    assert_eq!(usual.len(), other.len());
    let changed = usual.iter().zip(&other).filter(|(usual, other)| usual != other);
    let changed: Vec<_> = changed.map(|(_, other)| name(other)).collect();
    assert_eq!(changed, ["ConfigMap acme-gateway-settings"]);
}

/// Whether every field of one object, at any depth, differs from that of the other.
fn differ(one: &Value, other: &Value, path: &str) {
    match (one, other) {
        (Value::Object(one), Value::Object(other)) => {
            for (key, one) in one {
                let path = format!("{path}.{key}");
                differ(one, other.get(key).unwrap_or_else(|| panic!("{path} is missing")), &path);
            }
        }
        // The one is there in place of the other.
        (one, other) => assert_ne!(one, other, "{path}"),
    }
}

#[test]
fn the_gateway_is_told_all_that_a_shop_says() {
    let file = |gateway: &Value| json!(*draw(&with_gateway(gateway)).unwrap().gateway);
    assert_eq!(file(&json!({})), json!(GatewaySettings::default()));
    assert_eq!(file(&other_settings()), other_settings());
    let mut usual = json!(GatewaySettings::default());
    usual["circuitBreaker"]["window"] = json!(null);
    differ(&usual, &other_settings(), "spec.gateway");
}
