//! The inventory service as its callers and the broker see it, on back ends in memory.

use bus::{Bus, Memory, Raw};
use chassis::{clock::SystemClock, process::Process};
use clap::Parser as _;
use contracts::ids::{OrderId, ProductId};
use inventory::{Config, NAME};
use serde_json::{Value, json};
use std::sync::Arc;
use store::Store;
use testkit::{Caller, Running, eventually};

mod api;
mod events;

/// What the service must be told.
const REQUIRED: [(&str, &str); 4] = [
    ("PORT", "3005"),
    ("MONGODB_URI", "mongodb://ada:hunter2@localhost/"),
    ("MONGODB_DATABASE", "inventory"),
    ("RABBITMQ_URL", "amqp://ada:hunter2@localhost/%2f"),
];

#[test]
fn a_missing_or_wrong_variable_ends_the_process() {
    let nonsense = [
        ("PORT", "many"),
        ("MONGODB_URI", "postgres://ada:hunter2@localhost"),
        ("RABBITMQ_URL", "hunter2"),
        ("RESERVATION_NUDGE", "soon"),
    ];
    testkit::insists_on(env!("CARGO_BIN_EXE_inventory"), &REQUIRED, &nonsense);
}

/// The service on back ends in memory, as long as the test runs.
struct World {
    http: Caller,
    broker: Memory,
    _running: Running,
}

impl World {
    fn new() -> Self {
        let mut store = Store::memory();
        let broker = Memory::new();
        let bus = Bus::within(&broker, NAME);
        let arguments = REQUIRED.iter().flat_map(|(name, value)| {
            [format!("--{}", name.to_lowercase().replace('_', "-")), (*value).to_owned()]
        });
        let config = Config::parse_from(["inventory".to_owned()].into_iter().chain(arguments));
        let process = Process::new(NAME, &testkit::any_port());
        let process =
            inventory::assemble(process, &config, &mut store, &bus, Arc::new(SystemClock));
        Self { http: Caller::of(&process), broker, _running: Running::start(process) }
    }

    /// A product with so many in stock.
    async fn stocked(&self, quantity: u32) -> ProductId {
        let product = ProductId::fresh();
        let body = json!({"productId": product, "quantity": quantity});
        let answer = self.http.post("/api/inventory", &body).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        product
    }

    /// Waits until so many of a product are there, and so many can be promised.
    async fn comes_to(&self, product: ProductId, quantity: u32, available: u32) {
        eventually(async || {
            let stock = self.http.get(&format!("/api/inventory/product/{product}")).await.body;
            let fits = stock["quantity"] == quantity && stock["availableQuantity"] == available;
            if fits { Ok(()) } else { Err(stock) }
        })
        .await;
    }

    /// Says something on `orders_exchange`.
    fn say(&self, key: &str, body: &Value) {
        let raw = Raw {
            exchange: "orders_exchange".to_owned(),
            key: key.to_owned(),
            body: body.to_string(),
            ..Raw::default()
        };
        assert!(self.broker.send(raw), "{key} leads nowhere");
    }

    /// An order asks for stock.
    fn want(&self, order: OrderId, lines: &[(ProductId, u32)]) {
        let item = |(product, quantity): &(ProductId, u32)| {
            json!({
                "productId": product, "name": "Laptop", "category": "Electronics",
                "quantity": quantity, "price": {"amountMinor": 100, "currency": "USD"},
            })
        };
        let items: Vec<_> = lines.iter().map(item).collect();
        let order = json!({
            "orderId": order, "email": "ada@example.com", "itemName": "Laptop",
            "itemCategory": "Electronics", "status": "pending", "items": items,
            "total": {"amountMinor": 100, "currency": "USD"},
        });
        self.say("orders.inventoryupdate", &json!({"message": "Order placed", "order": order}));
    }

    /// Waits until nothing waits in a queue any more.
    async fn has_heard(&self, queue: &str) {
        eventually(async || match self.broker.waiting(queue) {
            0 => Ok(()),
            waiting => Err(waiting),
        })
        .await;
    }

    /// Waits until the queue that orders hear on has so many messages.
    async fn has_said(&self, count: usize) {
        eventually(async || {
            let waiting = self.broker.waiting("orders_events_queue");
            if waiting == count { Ok(()) } else { Err(waiting) }
        })
        .await;
    }
}
