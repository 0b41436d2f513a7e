//! The shipping service as the broker, a carrier and its callers see it, on back ends in memory and
//! by a clock that the test moves.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on ends")]

use axum::http::Method;
use bus::{Bus, Memory, Raw};
use chassis::clock::HeldClock;
use contracts::ids::{OrderId, ProductId, ShipmentId};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use shipping::{
    NAME,
    carrier::{Pace, Simulator},
};
use std::{sync::Arc, time::Duration};
use store::Store;
use testkit::{Answer, Caller, Orders, Running, eventually};

mod api;
mod events;
mod foreign;
mod refusals;
mod way;

const REQUIRED: [(&str, &str); 5] = [
    ("PORT", "3006"),
    ("MONGODB_URI", "mongodb://ada:hunter2@localhost/"),
    ("MONGODB_DATABASE", "shipping"),
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
        ("CARRIER_PACE", "fast"),
    ];
    testkit::insists_on(env!("CARGO_BIN_EXE_shipping"), &REQUIRED, &nonsense);
}

/// The service, as long as the test runs.
struct World {
    http: Caller,
    broker: Memory,
    carrier: Arc<Simulator>,
    orders: Arc<Orders>,
    clock: Arc<HeldClock>,
    _running: Running,
}

impl World {
    /// Parcels move only when staff say so.
    fn new() -> Self {
        Self::at(Pace::Off)
    }

    fn at(pace: Pace) -> Self {
        let (mut store, broker) = (Store::memory(), Memory::new());
        let clock = Arc::new(HeldClock::at(Timestamp::UNIX_EPOCH));
        let carrier = Arc::new(Simulator::new(pace, clock.clone()));
        let bus = Bus::within(&broker, NAME);
        let process = testkit::process(NAME);
        let orders = Arc::new(Orders::default());
        let (known, brings, time) = (orders.clone(), carrier.clone(), clock.clone());
        let process = shipping::assemble(process, &mut store, &bus, known, brings, time);
        let http = Caller::staff(&process);
        Self { http, broker, carrier, orders, clock, _running: Running::start(process) }
    }

    fn say(&self, key: &str, body: &Value) {
        let raw = Raw {
            exchange: "orders_exchange".to_owned(),
            key: key.to_owned(),
            body: body.to_string(),
            ..Raw::default()
        };
        assert!(self.broker.send(raw), "{key} leads nowhere");
    }

    /// An order is to be shipped.
    fn want(&self, order: OrderId) {
        self.say("orders.shipmentwanted", &wanted(order));
    }

    /// An order was called off.
    fn call_off(&self, order: OrderId) {
        let body = json!({"orderId": order, "reason": "changed my mind"});
        self.say("orders.shipmentunwanted", &body);
    }

    async fn shipment(&self, order: OrderId) -> Value {
        self.http.get(&format!("/api/shipping/order/{order}")).await.body
    }

    /// Waits until the shipment of an order stands like this.
    async fn becomes(&self, order: OrderId, status: &str) -> Value {
        eventually(async || {
            let shipment = self.shipment(order).await;
            if shipment["status"] == status { Ok(shipment) } else { Err(shipment) }
        })
        .await
    }

    /// A shipment that a carrier knows of.
    async fn processing(&self) -> (OrderId, ShipmentId) {
        let order = OrderId::fresh();
        self.want(order);
        let shipment = self.becomes(order, "processing").await;
        (order, shipment["shipmentId"].as_str().unwrap().parse().unwrap())
    }

    async fn put(&self, id: ShipmentId, verb: &str, body: &Value) -> Answer {
        let path = format!("/api/shipping/{id}/{verb}");
        self.http.send(Method::PUT, &path, &[], body.to_string()).await
    }

    /// Waits until orders have been told so many things, and a little longer for what must not be said.
    async fn has_said(&self, count: usize) {
        let said = || self.broker.waiting("orders_events_queue");
        eventually(async || if said() >= count { Ok(()) } else { Err(said()) }).await;
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert_eq!(said(), count);
    }

    /// Waits until everything that was said to it is dealt with.
    async fn has_heard(&self) {
        eventually(async || match self.broker.waiting("shipping_wishes_queue") {
            0 => Ok(()),
            waiting => Err(waiting),
        })
        .await;
    }
}

fn wanted(order: OrderId) -> Value {
    json!({
        "orderId": order, "method": "express", "address": address(),
        "items": [{"productId": ProductId::derived("laptop"), "name": "Laptop", "quantity": 2}],
    })
}

fn address() -> Value {
    json!({"street": "1 Main Street", "city": "London", "zipCode": "N1", "country": "GB"})
}
