//! Those who shop: over HTTP, at the gateway.

mod orders;

pub use orders::Wanted;

use crate::cluster::wait_for;
use anyhow::{Context as _, Result, ensure};
use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use std::time::Duration;

/// A way into a shop.
#[derive(Clone, Debug)]
pub struct Customers {
    client: Client,
    base: String,
    /// Says who they are, of those who have signed in.
    token: Option<String>,
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
        Ok(Self { client, base: base.to_owned(), token: None })
    }

    /// One of them, who has signed in.
    #[must_use]
    pub fn signed_in(&self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..self.clone() }
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
        let request = self.token.iter().fold(request, RequestBuilder::bearer_auth);
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

    /// Puts a document where it is taken.
    pub async fn put(&self, path: &str, body: &Value) -> Result<Value> {
        let answer = self.send(Method::PUT, path, None, body.to_string()).await?;
        ensure!(answer.status.is_success(), "PUT {path}: {} {}", answer.status, answer.body);
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

    /// Posts a document of which something is made.
    pub async fn made(&self, path: &str, body: &Value) -> Result<Value> {
        let answer = self.post(path, body).await?;
        ensure!(
            answer.status == StatusCode::CREATED,
            "POST {path}: {} {}",
            answer.status,
            answer.body
        );
        Ok(answer.body)
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
