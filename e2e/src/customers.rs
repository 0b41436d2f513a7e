//! Those who shop: over HTTP, at the gateway.

use crate::cluster::wait_for;
use anyhow::{Context as _, Result, bail, ensure};
use futures::{StreamExt as _, stream};
use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};
use tokio::time::sleep;
use uuid::Uuid;

/// How long a customer tries to get an order accepted, with the same key each time.
const PERSISTENCE: Duration = Duration::from_mins(2);
/// How many customers ask at once, where a scenario does not say otherwise.
const CROWD: usize = 100;

/// A way into a shop.
#[derive(Clone, Debug)]
pub struct Customers {
    client: Client,
    base: String,
}

/// An answer of the shop.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// What kind of body it has.
    pub kind: String,
    /// Its body; `null` when that is no JSON.
    pub body: Value,
}

impl Customers {
    /// Customers of the shop at an address.
    pub fn of(base: &str) -> Result<Self> {
        let client = Client::builder().timeout(Duration::from_secs(15)).build()?;
        Ok(Self { client, base: base.to_owned() })
    }

    /// Sends a request with any body.
    pub async fn send(
        &self,
        method: Method,
        path: &str,
        key: Option<&str>,
        body: String,
    ) -> Result<Answer> {
        let request = self.client.request(method, format!("{}{path}", self.base));
        let request = request.header("content-type", "application/json").body(body);
        let request = key.into_iter().fold(request, |it, key| it.header("idempotency-key", key));
        let answer = request.send().await?;
        let status = answer.status();
        let kind = answer.headers().get("content-type").and_then(|it| it.to_str().ok());
        let kind = kind.unwrap_or_default().to_owned();
        let text = answer.text().await?;
        Ok(Answer { status, kind, body: serde_json::from_str(&text).unwrap_or(Value::Null) })
    }

    /// Posts a document.
    pub async fn post(&self, path: &str, body: &Value) -> Result<Answer> {
        self.send(Method::POST, path, None, body.to_string()).await
    }

    /// Gets a document that is there.
    pub async fn get(&self, path: &str) -> Result<Value> {
        let answer = self.send(Method::GET, path, None, String::new()).await?;
        ensure!(answer.status.is_success(), "GET {path}: {} {}", answer.status, answer.body);
        Ok(answer.body)
    }

    /// Adds a product with so many in stock; gives its id.
    pub async fn stock(&self, name: &str, quantity: u32) -> Result<String> {
        let product = json!({
            "name": name, "description": "For a test.", "category": "Test",
            "price": {"amountMinor": 99_900, "currency": "USD"},
        });
        let product = self.made("/api/products", &product).await?;
        let id = product["productId"].as_str().context("a product has an id")?.to_owned();
        self.made("/api/inventory", &json!({"productId": id, "quantity": quantity})).await?;
        Ok(id)
    }

    async fn made(&self, path: &str, body: &Value) -> Result<Value> {
        let answer = self.post(path, body).await?;
        ensure!(
            answer.status == StatusCode::CREATED,
            "POST {path}: {} {}",
            answer.status,
            answer.body
        );
        Ok(answer.body)
    }

    /// Orders one piece, again under the same key until the shop has answered; gives the order's id.
    pub async fn order(&self, email: &str, product: &str) -> Result<String> {
        let body =
            json!({"email": email, "items": [{"productId": product, "quantity": 1}]}).to_string();
        let (key, start) = (Uuid::now_v7().to_string(), Instant::now());
        loop {
            let answer = self.send(Method::POST, "/api/orders", Some(&key), body.clone()).await;
            match answer {
                Ok(it) if it.status == StatusCode::CREATED => {
                    let id = it.body["orderId"].as_str().context("an order has an id")?;
                    return Ok(id.to_owned());
                }
                Ok(it) if it.status.is_client_error() && it.status != StatusCode::CONFLICT => {
                    bail!("refused: {} {}", it.status, it.body)
                }
                tried if start.elapsed() > PERSISTENCE => bail!("not accepted in time: {tried:?}"),
                _ => sleep(Duration::from_millis(200)).await,
            }
        }
    }

    /// Orders `count` times one piece, many at once; gives the ids of the orders that were accepted,
    /// each with the address of its customer.
    pub async fn orders(
        &self,
        who: &str,
        product: &str,
        count: usize,
    ) -> Result<BTreeMap<String, String>> {
        let customer = |index: usize| format!("{who}-{index}@example.com");
        let orders = stream::iter(0..count).map(|index| async move {
            let email = customer(index);
            anyhow::Ok((self.order(&email, product).await?, email))
        });
        let orders: Vec<_> = orders.buffer_unordered(CROWD).collect().await;
        orders.into_iter().collect()
    }

    /// The status of an order.
    pub async fn status(&self, order: &str) -> Result<String> {
        let order = self.get(&format!("/api/orders/{order}")).await?;
        Ok(order["status"].as_str().context("an order has a status")?.to_owned())
    }

    /// Waits until all orders are final; counts how they ended.
    pub async fn outcomes(
        &self,
        orders: impl IntoIterator<Item = &String>,
        patience: Duration,
    ) -> Result<BTreeMap<String, usize>> {
        let final_status = |order: &String| {
            let order = order.clone();
            async move {
                let (status, _) =
                    wait_for(&format!("an outcome of order {order}"), patience, async || {
                        let status = self.status(&order).await?;
                        ensure!(status != "pending", "{status}");
                        Ok(status)
                    })
                    .await?;
                anyhow::Ok(status)
            }
        };
        let statuses = stream::iter(orders).map(final_status).buffer_unordered(CROWD);
        let statuses: Vec<_> = statuses.collect().await;
        let mut counted = BTreeMap::new();
        for status in statuses {
            *counted.entry(status?).or_default() += 1;
        }
        Ok(counted)
    }

    /// Waits until the stock of a product has settled: how many there are, and how many of them can
    /// still be promised.
    pub async fn settled_stock(&self, product: &str, patience: Duration) -> Result<(u64, u64)> {
        let (counts, _) = wait_for("all reservations being final", patience, async || {
            let stock = self.get(&format!("/api/inventory/product/{product}")).await?;
            ensure!(stock["reservedQuantity"] == 0, "{stock}");
            let count = |name: &str| stock[name].as_u64().context("a stock has counts");
            Ok((count("quantity")?, count("availableQuantity")?))
        })
        .await?;
        Ok(counts)
    }
}
