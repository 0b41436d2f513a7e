//! The order service as its callers and the broker see it, on back ends in memory.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on ends")]

use async_trait::async_trait;
use axum::http::Method;
use bus::{Bus, Memory, Raw};
use chassis::{
    clock::{Clock as _, SharedClock, SystemClock},
    identity::{Principal, Role, SigningKey},
    process::Process,
};
use contracts::{
    ids::{CustomerId, ProductId},
    money::{Currency, Money},
    text::Name,
};
use orders::{Entry, Error, NAME, Product, ProductSource, Timing};
use serde_json::{Value, json};
use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use store::Store;
use testkit::{Answer, Caller, Running, eventually};

mod api;
mod bad_input;
mod carts;
mod conditions;
mod events;
mod lists;

const REQUIRED: [(&str, &str); 5] = [
    ("PORT", "3002"),
    ("MONGODB_URI", "mongodb://ada:hunter2@localhost/"),
    ("MONGODB_DATABASE", "orders"),
    ("RABBITMQ_URL", "amqp://ada:hunter2@localhost/%2f"),
    ("GATEWAY_URL", "http://localhost:3000"),
];

#[test]
fn a_missing_or_wrong_variable_ends_the_process() {
    let nonsense = [
        ("PORT", "70000"),
        ("MONGODB_URI", "mongodb://"),
        ("RABBITMQ_URL", "http://ada:hunter2@localhost"),
        ("GATEWAY_URL", "nowhere"),
        ("ORDER_DEADLINE", "-1s"),
        ("TRANSFER_DEADLINE", "soon"),
        ("TOKEN_PUBLIC_KEYS", "hunter2"),
    ];
    testkit::insists_on(env!("CARGO_BIN_EXE_orders"), &REQUIRED, &nonsense);
}

/// A catalogue that knows laptops, and counts how often it is asked.
#[derive(Debug)]
struct Laptops {
    product: ProductId,
    asked: AtomicUsize,
}

impl Laptops {
    fn answer(&self, is_known: bool) -> Option<Entry> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        is_known.then(|| Entry {
            product_id: self.product,
            revision: 1,
            product: Some(Product {
                name: Name::parse("Laptop").unwrap(),
                category: Name::parse("Electronics").unwrap(),
                price: Money::new(99_900, Currency::USD),
            }),
        })
    }
}

#[async_trait]
impl ProductSource for Laptops {
    async fn by_id(&self, id: ProductId) -> Result<Option<Entry>, Error> {
        Ok(self.answer(id == self.product))
    }

    async fn by_name(&self, name: &Name, _category: &Name) -> Result<Option<Entry>, Error> {
        Ok(self.answer(name.as_str() == "Laptop"))
    }
}

/// Times that no test waits for.
fn patient() -> Timing {
    Timing {
        nudge: Duration::from_mins(1),
        deadline: Duration::from_mins(15),
        transfer_deadline: Duration::from_hours(24),
    }
}

fn staff() -> Principal {
    Principal { id: "staff".to_owned(), role: Role::Staff }
}

fn somebody() -> Principal {
    Principal::customer(CustomerId::fresh())
}

/// The service on back ends in memory, as long as the test runs.
struct World {
    http: Caller,
    keys: SigningKey,
    broker: Memory,
    laptops: Arc<Laptops>,
    _running: Running,
}

impl World {
    fn new() -> Self {
        Self::with(patient())
    }

    fn with(timing: Timing) -> Self {
        Self::at(timing, Arc::new(SystemClock))
    }

    fn at(timing: Timing, clock: SharedClock) -> Self {
        let mut store = Store::memory();
        let broker = Memory::new();
        let bus = Bus::within(&broker, NAME);
        let laptops = Arc::new(Laptops { product: ProductId::fresh(), asked: AtomicUsize::new(0) });
        let keys = SigningKey::generate();
        let process = Process::new(NAME, &testkit::any_port());
        let process = process.trust(keys.verifying_keys().into(), clock.clone());
        let process = orders::assemble(process, timing, &mut store, &bus, laptops.clone(), clock);
        let http = Caller::of(&process);
        Self { http, keys, broker, laptops, _running: Running::start(process) }
    }

    /// Asks as somebody who has signed in.
    async fn ask(&self, who: &Principal, method: Method, path: &str, body: &Value) -> Answer {
        let token = self.keys.sign(who, SystemClock.now(), Duration::from_mins(5));
        let header = format!("Bearer {token}");
        let body = if body.is_null() { String::new() } else { body.to_string() };
        self.http.send(method, path, &[("authorization", &header)], body).await
    }

    fn a_laptop(&self) -> Value {
        json!({"email": "ada@example.com", "items": [{"productId": self.laptops.product, "quantity": 1}]})
    }

    async fn placed(&self) -> String {
        let answer = self.http.post("/api/orders", &self.a_laptop()).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        answer.body["orderId"].as_str().unwrap().to_owned()
    }

    async fn with_key(&self, key: &str, body: &Value) -> Answer {
        let key = [("idempotency-key", key)];
        self.http.send(Method::POST, "/api/orders", &key, body.to_string()).await
    }

    /// Says something on `shop_events`.
    fn say(&self, key: &str, body: &Value) {
        let raw = Raw {
            exchange: "shop_events".to_owned(),
            key: key.to_owned(),
            body: body.to_string(),
            ..Raw::default()
        };
        assert!(self.broker.send(raw), "{key} leads nowhere");
    }

    /// Says the answers that an order hopes for: its stock is reserved, its money promised.
    fn grant(&self, order: &str) {
        self.say("inventory.updated", &events::reserved(order, self.laptops.product));
        self.say("payments.authorized", &events::authorized(order));
    }

    async fn becomes(&self, order: &str, status: &str) -> Value {
        eventually(async || {
            let order = self.http.get(&format!("/api/orders/{order}")).await.body;
            if order["status"] == status { Ok(order) } else { Err(order) }
        })
        .await
    }

    /// Waits until a queue that nobody consumes here has so many messages.
    async fn has_said(&self, queue: &str, count: usize) {
        eventually(async || {
            let waiting = self.broker.waiting(queue);
            if waiting == count { Ok(()) } else { Err(waiting) }
        })
        .await;
    }
}
