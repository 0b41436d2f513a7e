//! What is on the shelves when the shop opens.

use crate::Ports;
use anyhow::{Context as _, ensure};
use chassis::{
    clock::Clock as _,
    clock::SystemClock,
    identity::{Principal, Role, SigningKey},
};
use contracts::catalog::GATEWAY;
use reqwest::Client;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// Name, category, price in cents, how many. The first two are those of the system this one grew out of.
const GOODS: [(&str, &str, i64, u32); 5] = [
    ("Laptop", "Electronics", 99_900, 10),
    ("Phone", "Electronics", 49_900, 20),
    ("Espresso machine", "Kitchen", 34_950, 5),
    ("Notebook", "Office", 450, 200),
    ("The last one", "Antiques", 1_000_000, 1),
];
/// How long the services may take to answer.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long to wait before they are asked again.
const PAUSE: Duration = Duration::from_millis(50);
/// How long staff are signed in for this.
const SHIFT: Duration = Duration::from_mins(5);

/// Puts the goods on the shelves, as staff do: through the gateway.
pub(crate) async fn put_on_shelves(ports: &Ports, key: &SigningKey) -> anyhow::Result<()> {
    let staff = Staff {
        client: Client::builder().tls_certs_only([]).no_proxy().timeout(PATIENCE).build()?,
        base: ports.address(GATEWAY),
        token: staff_token(key, SHIFT),
    };
    for (name, category, cents, count) in GOODS {
        let product = json!({
            "name": name, "category": category, "description": format!("{name}, as shown."),
            "price": {"amountMinor": cents, "currency": "USD"},
        });
        let product = staff.makes("/api/products", &product).await?;
        let count = json!({"productId": product["productId"], "quantity": count});
        staff.makes("/api/inventory", &count).await?;
    }
    Ok(())
}

/// What shows for so long that somebody is staff.
pub(crate) fn staff_token(key: &SigningKey, lifetime: Duration) -> String {
    let staff = Principal { id: "staff".to_owned(), role: Role::Staff };
    key.sign(&staff, SystemClock.now(), lifetime)
}

struct Staff {
    client: Client,
    base: String,
    token: String,
}

impl Staff {
    /// Has something made, as soon as there is somebody to make it.
    async fn makes(&self, path: &str, body: &Value) -> anyhow::Result<Value> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let request = self.client.post(format!("{}{path}", self.base));
            let request =
                request.bearer_auth(&self.token).header("content-type", "application/json");
            match request.body(body.to_string()).send().await {
                Ok(answer) if !answer.status().is_server_error() => {
                    let (status, text) = (answer.status(), answer.text().await?);
                    ensure!(status.is_success(), "POST {path}: {status} {text}");
                    return serde_json::from_str(&text).context("an answer is JSON");
                }
                tried if Instant::now() > deadline => {
                    tried.and_then(reqwest::Response::error_for_status)?;
                }
                _not_yet => sleep(PAUSE).await,
            }
        }
    }
}
