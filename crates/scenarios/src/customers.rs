//! Those who shop.

mod orders;

use crate::{Answer, Request, Shop, Who, wait_for};
use anyhow::{Context as _, Result, ensure};
use http::{Method, StatusCode};
use serde_json::{Value, json};
use std::time::Duration;

/// A way into a shop.
#[derive(Clone, Debug)]
pub struct Customers<S> {
    shop: S,
    who: Who,
}

impl<S: Shop> Customers<S> {
    /// Customers of a shop.
    pub const fn of(shop: S) -> Self {
        Self { shop, who: Who::Anybody }
    }

    /// Where they shop.
    pub const fn shop(&self) -> &S {
        &self.shop
    }

    /// One of them, who has signed in.
    #[must_use]
    pub fn signed_in(&self, token: &str) -> Self {
        Self { who: Who::Holder(token.to_owned()), shop: self.shop.clone() }
    }

    /// Those who run the shop.
    #[must_use]
    pub fn staff(&self) -> Self {
        Self { who: Who::Staff, shop: self.shop.clone() }
    }

    /// An address of somebody whom no other story knows.
    pub fn somebody(&self, who: &str) -> String {
        format!("{who}-{}@example.com", self.shop.unique())
    }

    /// Sends a request with any body.
    pub async fn send(
        &self,
        method: Method,
        path: &str,
        key: Option<&str>,
        body: String,
    ) -> Result<Answer> {
        let (path, key) = (path.to_owned(), key.map(str::to_owned));
        self.shop.ask(Request { method, path, key, who: self.who.clone(), body }).await
    }

    /// Posts a document; nothing at all for `null`.
    pub async fn post(&self, path: &str, body: &Value) -> Result<Answer> {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        self.send(Method::POST, path, None, body).await
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

    /// Posts a document of which something is made.
    pub async fn made(&self, path: &str, body: &Value) -> Result<Value> {
        let answer = self.post(path, body).await?;
        let Answer { status, body, kind: _ } = answer;
        ensure!(status == StatusCode::CREATED, "POST {path}: {status} {body}");
        Ok(body)
    }

    /// Adds a product with so many in stock, as staff do; gives its id.
    pub async fn stock(&self, name: &str, quantity: u32) -> Result<String> {
        let staff = self.staff();
        let product = json!({
            "name": name, "description": "For a test.", "category": "Test",
            "price": {"amountMinor": 99_900, "currency": "USD"},
        });
        let product = staff.made("/api/products", &product).await?;
        let id = product["productId"].as_str().context("a product has an id")?.to_owned();
        staff.made("/api/inventory", &json!({"productId": id, "quantity": quantity})).await?;
        Ok(id)
    }

    /// Waits until the stock of a product has settled: how many there are, and how many of them can
    /// still be promised.
    pub async fn settled_stock(&self, product: &str, patience: Duration) -> Result<(u64, u64)> {
        let (counts, _) = wait_for("all reservations being final", patience, async || {
            let stock = self.staff().get(&format!("/api/inventory/product/{product}")).await?;
            ensure!(stock["reservedQuantity"] == 0, "{stock}");
            let count = |name: &str| stock[name].as_u64().context("a stock has counts");
            Ok((count("quantity")?, count("availableQuantity")?))
        })
        .await?;
        Ok(counts)
    }

    /// Waits until so many of a product are set aside.
    pub async fn held(&self, product: &str, count: u64, patience: Duration) -> Result<()> {
        let what = format!("{count} being set aside");
        let held = wait_for(&what, patience, async || {
            let stock = self.staff().get(&format!("/api/inventory/product/{product}")).await?;
            ensure!(stock["reservedQuantity"] == count, "{stock}");
            Ok(())
        });
        held.await.map(drop)
    }
}
