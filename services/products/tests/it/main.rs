//! The product service as its callers and the broker see it, on back ends in memory.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on ends")]

use bus::{Bus, Memory};
use chassis::{clock::SystemClock, process::Process};
use products::NAME;
use serde_json::{Value, json};
use std::sync::Arc;
use store::Store;
use testkit::{Caller, Running, eventually};

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
        let process = Process::new(NAME, &testkit::any_port());
        let process = products::assemble(process, &mut store, &bus, Arc::new(SystemClock));
        Self { http: Caller::of(&process), broker, _running: Running::start(process) }
    }

    async fn create(&self, name: &str, category: &str) -> Value {
        let answer = self.http.post("/api/products", &product(name, category)).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        answer.body
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

#[tokio::test]
async fn a_product_is_created_read_and_told_of() {
    let world = World::new();
    let created = world.create("Laptop", "Electronics").await;
    let path = format!("/api/products/{}", created["productId"].as_str().unwrap());
    assert_eq!(world.http.get(&path).await.body, created);
    eventually(async || match world.broker.waiting("orders_events_queue") {
        1 => Ok(()),
        waiting => Err(waiting),
    })
    .await;
}

#[tokio::test]
async fn the_catalogue_is_listed_in_pages_and_by_name() {
    let world = World::new();
    for (name, category) in
        [("Laptop", "Electronics"), ("Mug", "Kitchen"), ("Phone", "Electronics")]
    {
        world.create(name, category).await;
    }
    assert_eq!(world.names("").await, ["Laptop", "Mug", "Phone"]);
    assert_eq!(world.names("?category=Electronics").await, ["Laptop", "Phone"]);
    assert_eq!(world.names("?name=Mug&category=Kitchen").await, ["Mug"]);
    assert_eq!(world.names("?name=Mug&category=Electronics").await, [""; 0]);
    let first = world.http.get("/api/products?limit=2").await.body;
    assert_eq!(first["page"]["hasMore"], true);
    let cursor = first["page"]["nextCursor"].as_str().unwrap();
    assert_eq!(world.names(&format!("?limit=2&cursor={cursor}")).await, ["Phone"]);
}

#[tokio::test]
async fn bad_products_are_pointed_at_and_store_nothing() {
    let world = World::new();
    let with = |field: &str, value: Value| {
        let mut body = product("Laptop", "Electronics");
        body[field] = value;
        body
    };
    for (body, pointer) in [
        (json!({}), "#/name"),
        (with("name", json!("")), "#/name"),
        (with("name", json!("x".repeat(201))), "#/name"),
        (with("description", json!("x".repeat(10_001))), "#/description"),
        (with("category", json!(7)), "#/category"),
        (with("price", json!(999.99)), "#/price"),
        (with("price", json!({"amountMinor": 1.5, "currency": "USD"})), "#/price/amountMinor"),
        (with("price", json!({"amountMinor": -1, "currency": "USD"})), "#/price/amountMinor"),
        (with("price", json!({"amountMinor": 1, "currency": "XXY"})), "#/price/currency"),
        (with("price", json!({"amountMinor": 1, "currency": null})), "#/price/currency"),
        (with("description", json!("a\u{1b}b")), "#/description"),
        (with("name", json!("Lap\u{200b}top")), "#/name"),
        (json!([["a", "b"]]), "#/0"),
        (with("stok", json!(1)), "#/stok"),
    ] {
        let answer = world.http.post("/api/products", &body).await;
        assert_eq!(answer.status, 422, "{body}: {}", answer.body);
        assert_eq!(answer.body["errors"][0]["pointer"], pointer, "{body}");
    }
    assert_eq!(world.names("").await, [""; 0]);
    assert_eq!(world.http.get("/api/products?limit=many").await.status, 400);
}
