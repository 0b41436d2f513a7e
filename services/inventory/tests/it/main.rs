//! The inventory service as its callers and the broker see it, on back ends in memory.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on ends")]

use bus::{Bus, Memory, Raw};
use chassis::clock::{SharedClock, SystemClock};
use clap::Parser as _;
use contracts::ids::{OrderId, ProductId};
use inventory::{Config, NAME};
use serde_json::{Value, json};
use std::sync::Arc;
use store::Store;
use testkit::{Caller, Orders, Running, eventually};

mod api;
mod by_hand;
mod crashes;
mod events;

/// What the service must be told.
const REQUIRED: [(&str, &str); 5] = [
    ("PORT", "3005"),
    ("MONGODB_URI", "mongodb://ada:hunter2@localhost/"),
    ("MONGODB_DATABASE", "inventory"),
    ("RABBITMQ_URL", "amqp://ada:hunter2@localhost/%2f"),
    ("GATEWAY_URL", "http://localhost:3000"),
];

#[test]
fn a_missing_or_wrong_variable_ends_the_process() {
    let nonsense = [
        ("PORT", "many"),
        ("MONGODB_URI", "postgres://ada:hunter2@localhost"),
        ("RABBITMQ_URL", "hunter2"),
        ("GATEWAY_URL", "nowhere"),
        ("RESERVATION_NUDGE", "soon"),
        ("RESERVATION_EXPIRY", "later"),
    ];
    testkit::insists_on(env!("CARGO_BIN_EXE_inventory"), &REQUIRED, &nonsense);
}

/// The configuration with what is required, and with more.
fn config(more: &[(&str, &str)]) -> Config {
    let arguments = REQUIRED.iter().chain(more).flat_map(|(name, value)| {
        [format!("--{}", name.to_lowercase().replace('_', "-")), (*value).to_owned()]
    });
    Config::parse_from(["inventory".to_owned()].into_iter().chain(arguments))
}

/// The service on back ends in memory, as long as the test runs.
struct World {
    http: Caller,
    broker: Memory,
    orders: Arc<Orders>,
    _running: Running,
}

impl World {
    fn new() -> Self {
        Self::at(Arc::new(SystemClock))
    }

    /// With a clock of its own.
    fn at(clock: SharedClock) -> Self {
        let mut store = Store::memory();
        let broker = Memory::new();
        let bus = Bus::within(&broker, NAME);
        let (patience, orders) = (config(&[]).patience(), Arc::new(Orders::default()));
        let process = testkit::process(NAME);
        let process =
            inventory::assemble(process, patience, &mut store, &bus, orders.clone(), clock);
        let (http, running) = (Caller::staff(&process), Running::start(process));
        Self { http, broker, orders, _running: running }
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
        say(&self.broker, key, body);
    }

    /// An order asks for stock.
    fn want(&self, order: OrderId, lines: &[(ProductId, u32)]) {
        self.say("orders.inventoryupdate", &wish(order, lines));
    }

    /// An order is cancelled.
    fn cancel(&self, order: OrderId) {
        self.say("orders.cancelled", &json!({"orderId": order, "reason": "changed my mind"}));
    }

    /// Waits until just this is written in the ledger of a product.
    async fn has_moved(&self, product: ProductId, movements: &[(&str, i64)]) {
        let wanted: Vec<_> = movements.iter().map(|it| (json!(it.0), json!(it.1))).collect();
        eventually(async || {
            let path = format!("/api/inventory/product/{product}/movements?limit=100");
            let page = self.http.get(&path).await.body;
            let found = page["data"].as_array().into_iter().flatten().rev();
            let found: Vec<_> =
                found.map(|it| (it["kind"].clone(), it["change"].clone())).collect();
            if found == wanted { Ok(()) } else { Err(found) }
        })
        .await;
    }

    /// Waits until nothing that this service hears waits any more.
    async fn is_idle(&self) {
        for queue in QUEUES {
            self.has_heard(queue).await;
        }
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

    /// Waits until the queue that orders hear on has at least so many messages.
    async fn has_said_at_least(&self, count: usize) {
        eventually(async || {
            let waiting = self.broker.waiting("orders_events_queue");
            if waiting >= count { Ok(()) } else { Err(waiting) }
        })
        .await;
    }
}

/// The queues of this service.
const QUEUES: [&str; 3] =
    ["orders_inventory_update_queue", "inventory_outcomes_queue", "inventory_ledger_queue"];

fn say(broker: &Memory, key: &str, body: &Value) {
    let raw = Raw {
        exchange: "orders_exchange".to_owned(),
        key: key.to_owned(),
        body: body.to_string(),
        ..Raw::default()
    };
    assert!(broker.send(raw), "{key} leads nowhere");
}

/// What an order says that wants stock.
fn wish(order: OrderId, lines: &[(ProductId, u32)]) -> Value {
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
    json!({"message": "Order placed", "order": order})
}
