//! Shops, as people write them.

use k8s_openapi::{ByteString, api::core::v1::Secret};
use operator::{
    blueprint::{Blueprint, Refused},
    config::Images,
    crd::Shop,
    credentials::{Asked, Credentials, components, key},
};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The namespace of all Shops here.
pub(crate) const NAMESPACE: &str = "market";

/// A Shop with a spec, as the API server would store it.
pub(crate) fn shop(name: &str, spec: &Value) -> Shop {
    let shop = json!({
        "apiVersion": "shopkeeper.dev/v1alpha1",
        "kind": "Shop",
        "metadata": { "name": name, "namespace": NAMESPACE, "uid": format!("uid-of-{name}"), "generation": 1 },
        "spec": spec,
    });
    serde_json::from_value(shop).unwrap()
}

/// The smallest one.
pub(crate) fn minimal() -> Shop {
    shop("acme", &json!({}))
}

/// One that outlives the loss of a node.
pub(crate) fn production() -> Shop {
    shop(
        "acme",
        &json!({
            "version": "1.2.3",
            "services": { "orders": { "replicas": 2, "env": { "LOG": "debug" } } },
            "gateway": {
                "rateLimit": { "requests": 500, "per": "10s" },
                "service": { "type": "NodePort", "nodePort": 30000 },
            },
            "rabbitmq": { "replicas": 3, "storage": { "size": "10Gi", "className": "fast" } },
            "mongodb": { "members": 3, "storage": { "size": "20Gi" } },
            "email": {
                "from": "shop@example.com",
                "stakeholders": ["stock@example.com"],
                "smtp": { "host": "mail", "port": 1025 },
            },
            "orders": { "nudge": "2s", "deadline": "1m" },
            "payments": { "transferDeadline": "72h" },
            "shipping": { "carrierPace": "1m" },
            "deletionPolicy": "Delete",
        }),
    )
}

/// What Shops run when they do not say.
pub(crate) fn images() -> Images {
    Images {
        image_prefix: "shopkeeper".to_owned(),
        services_version: "0.1.0".to_owned(),
        rabbitmq_image: "rabbitmq:4.0".to_owned(),
        mongodb_image: "mongo:6.0".to_owned(),
    }
}

/// A key that nothing but these tests knows.
pub(crate) const SIGNING_KEY: &str =
    "MC4CAQAwBQYDK2VwBCIEIAaSEqAWx2VJE2BROpV9EvLyiOyJ3kxaiomVL2I97+ne";

/// Whose credentials they are.
pub(crate) const ASKED: Asked<'_> = Asked { shop: "acme", roll: None };

/// Credentials that are the same each time.
pub(crate) fn fixed_credentials() -> Credentials {
    let keys = [
        key::PASSWORD,
        key::COOKIE,
        key::KEY_FILE,
        key::MONGODB_PASSWORD,
        key::RABBITMQ_PASSWORD,
        key::WEBHOOK_SECRET,
        key::INSIDE_TOKEN,
    ];
    let bytes = |text: &str| ByteString(text.as_bytes().to_vec());
    let mut data: BTreeMap<_, _> =
        keys.map(|it| (it.to_owned(), bytes(&format!("the-{it}")))).into();
    data.insert(key::TOKEN_SIGNING_KEY.to_owned(), bytes(SIGNING_KEY));
    let secret = || Secret { data: Some(data.clone()), ..Secret::default() };
    Credentials::complete(ASKED, &components().map(|it| (it, secret())).collect())
}

/// What becomes of a Shop.
pub(crate) fn draw(shop: &Shop) -> Result<Blueprint, Refused> {
    Blueprint::draw(shop, &images(), fixed_credentials(), &[])
}
