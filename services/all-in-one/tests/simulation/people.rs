//! Those who come to a shop in a run: customers, and staff who see to what they have ordered.

mod customers;
mod staff;

pub(crate) use customers::customer;
pub(crate) use staff::{Aftermath, looks_after, restocks, revises};

use crate::{
    client::{Asking, Client},
    notes::Notes,
    world::World,
};
use axum::http::Method;
use contracts::ids::ProductId;
use serde_json::{Value, json};
use std::sync::Arc;
use testkit::Answer;

/// A product on the shelves.
#[derive(Clone, Debug)]
pub(crate) struct Good {
    pub(crate) id: ProductId,
    pub(crate) name: String,
}

/// What everybody in a run has.
#[derive(Clone)]
pub(crate) struct Scene {
    pub(crate) world: Arc<World>,
    pub(crate) notes: Notes,
    pub(crate) goods: Arc<Vec<Good>>,
    /// What there is one piece of, and many want.
    pub(crate) last: Option<Good>,
}

impl Scene {
    /// Insists on something until it is answered; it is noted if it never is.
    pub(crate) async fn insists(
        &self,
        client: &Client,
        method: Method,
        path: &str,
        key: Option<&str>,
        body: &Value,
    ) -> Option<Answer> {
        let headers: Vec<_> = key.iter().map(|it| ("idempotency-key", *it)).collect();
        let asking = Asking { method: method.clone(), path, headers: &headers, body };
        let answer = client.insist(&asking).await;
        if answer.is_none() {
            self.notes.known().unanswered.push(format!("{method} {path}"));
        }
        answer
    }
}

/// Puts a product on the shelves, while all is well.
pub(crate) async fn stocks(world: &Arc<World>, notes: &Notes, name: &str, count: u32) -> Good {
    let (staff, price) = (Client::staff(world), crate::chance::between(1, 99_999));
    let product = json!({
        "name": name, "description": "As shown.", "category": "Things",
        "price": {"amountMinor": price, "currency": "USD"},
    });
    let product = makes(&staff, "/api/products", &product).await;
    let id = product["productId"].as_str().and_then(|it| it.parse().ok());
    let id: ProductId = id.expect("a product has an id");
    makes(&staff, "/api/inventory", &json!({"productId": id, "quantity": count})).await;
    let mut known = notes.known();
    known.counted.insert(id, count.into());
    known.prices.entry(id).or_default().extend(i64::try_from(price));
    Good { id, name: name.to_owned() }
}

async fn makes(staff: &Client, path: &str, body: &Value) -> Value {
    let asking = Asking { method: Method::POST, path, headers: &[], body };
    let answer = staff.insist(&asking).await.expect("all is well");
    assert_eq!(answer.status, 201, "{}", answer.body);
    answer.body
}
