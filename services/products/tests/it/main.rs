//! The product service as its callers and the broker see it, on back ends in memory.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on ends")]

use axum::http::Method;
use bus::{Bus, Memory, Raw};
use chassis::clock::SystemClock;
use products::NAME;
use serde_json::{Value, json};
use std::sync::Arc;
use store::Store;
use testkit::{Answer, Caller, Running, eventually};

mod api;
mod events;
mod listing;

const REQUIRED: [(&str, &str); 4] = [
    ("PORT", "3001"),
    ("MONGODB_URI", "mongodb://ada:hunter2@localhost/"),
    ("MONGODB_DATABASE", "products"),
    ("RABBITMQ_URL", "amqp://ada:hunter2@localhost/%2f"),
];

#[test]
fn a_missing_or_wrong_variable_ends_the_process() {
    let nonsense = [("PORT", "-1"), ("MONGODB_URI", "hunter2"), ("SHUTDOWN_GRACE", "never")];
    testkit::insists_on(env!("CARGO_BIN_EXE_products"), &REQUIRED, &nonsense);
}

struct World {
    http: Caller,
    broker: Memory,
    _running: Running,
}

impl World {
    fn new() -> Self {
        let (mut store, broker) = (Store::memory(), Memory::new());
        let bus = Bus::within(&broker, NAME);
        let process = testkit::process(NAME);
        let process = products::assemble(process, &mut store, &bus, Arc::new(SystemClock));
        Self { http: Caller::staff(&process), broker, _running: Running::start(process) }
    }

    async fn create(&self, name: &str, category: &str) -> Value {
        let answer = self.http.post("/api/products", &product(name, category)).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        answer.body
    }

    async fn send(&self, method: Method, path: &str, tag: Option<&str>, body: &Value) -> Answer {
        let tag: Vec<_> = tag.map(|it| ("if-match", it)).into_iter().collect();
        let body = if body.is_null() { String::new() } else { body.to_string() };
        self.http.send(method, path, &tag, body).await
    }

    /// Changes a product; gives the status, and the product or problem.
    async fn change(&self, path: &str, body: &Value) -> (u16, Value) {
        let answer = self.send(Method::PUT, path, None, body).await;
        (answer.status.as_u16(), answer.body)
    }

    async fn delete(&self, path: &str, tag: Option<&str>) -> u16 {
        self.send(Method::DELETE, path, tag, &Value::Null).await.status.as_u16()
    }

    /// Waits until so many messages wait for orders, who hear what becomes of products.
    async fn has_said(&self, count: usize) {
        eventually(async || match self.broker.waiting("orders_catalogue_queue") {
            waiting if waiting == count => Ok(()),
            waiting => Err(waiting),
        })
        .await;
    }

    async fn names(&self, query: &str) -> Vec<String> {
        let page = self.http.get(&format!("/api/products{query}")).await.body;
        let products = page["data"].as_array().unwrap();
        products.iter().map(|it| it["name"].as_str().unwrap().to_owned()).collect()
    }
}

fn product(name: &str, category: &str) -> Value {
    json!({
        "name": name, "description": "Quiet.", "category": category,
        "price": {"amountMinor": 99_900, "currency": "USD"},
    })
}

fn path_of(product: &Value) -> String {
    format!("/api/products/{}", product["productId"].as_str().unwrap())
}
