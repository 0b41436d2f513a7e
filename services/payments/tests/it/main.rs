//! The payment service as orders, the provider and its callers see it, on back ends in memory.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on ends")]

use bus::{Bus, Memory, Raw};
use chassis::clock::{Clock, SharedClock};
use contracts::{ids::OrderId, money::Money, topology};
use ear::Ear;
use jiff::Timestamp;
use payments::{
    NAME, Secret, Settings, Simulator,
    provider::simulator::{self, Entry},
};
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};
use store::Store;
use testkit::{Answer, Caller, Orders, Running, eventually};
use tokio::time::Instant;

mod api;
mod bad_input;
mod ear;
mod foreign;
mod methods;
mod races;
mod refunds;
mod tokens;
mod webhook;

/// What the service must be told.
const REQUIRED: [(&str, &str); 6] = [
    ("PORT", "3004"),
    ("MONGODB_URI", "mongodb://ada:hunter2@localhost/"),
    ("MONGODB_DATABASE", "payments"),
    ("RABBITMQ_URL", "amqp://ada:hunter2@localhost/%2f"),
    ("GATEWAY_URL", "http://localhost:3000"),
    ("PAYMENT_WEBHOOK_SECRET", SECRET),
];
const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
/// How long a transfer is waited for here.
const PATIENCE: Duration = Duration::from_secs(10);

#[test]
fn a_missing_or_wrong_variable_ends_the_process() {
    let nonsense = [
        ("PORT", "many"),
        ("MONGODB_URI", "hunter2"),
        ("RABBITMQ_URL", "hunter2"),
        ("GATEWAY_URL", "nowhere"),
        ("PAYMENT_WEBHOOK_SECRET", "hunter2"),
        ("PAYMENT_WEBHOOK_SECRET", "aHVudGVyMg=="),
        ("TRANSFER_DEADLINE", "soon"),
    ];
    testkit::insists_on(env!("CARGO_BIN_EXE_payments"), &REQUIRED, &nonsense);
}

/// A clock that goes with the runtime's, which tests let stand and jump.
#[derive(Debug)]
struct Ticking(Instant);

impl Clock for Ticking {
    fn now(&self) -> Timestamp {
        Timestamp::from_second(1_800_000_000).unwrap() + self.0.elapsed()
    }
}

/// The service on back ends in memory, as long as the test runs.
struct World {
    http: Caller,
    broker: Memory,
    simulator: Arc<Simulator>,
    orders: Arc<Orders>,
    clock: SharedClock,
    ear: Ear,
    _running: Running,
}

impl World {
    fn new() -> Self {
        let (mut store, broker) = (Store::memory(), Memory::new());
        let clock: SharedClock = Arc::new(Ticking(Instant::now()));
        let bus = Bus::within(&broker, NAME).with_clock(clock.clone());
        let simulator = Arc::new(Simulator::new(&mut store, secret(), clock.clone()));
        let settings = Settings { webhook_secret: secret(), transfer_deadline: PATIENCE };
        let ear = Ear::default();
        let process = testkit::process(NAME).without_socket();
        let process = bus.consume(process, ear.subscriptions());
        let orders = Arc::new(Orders::default());
        let (known, provider, time) = (orders.clone(), simulator.clone(), clock.clone());
        let process =
            payments::assemble(process, settings, &mut store, &bus, known, provider, time);
        let (http, running) = (Caller::staff(&process), Running::start(process));
        Self { http, broker, simulator, orders, clock, ear, _running: running }
    }

    /// An order says what it wants.
    fn say(&self, key: &str, body: &Value) {
        let raw = Raw {
            exchange: "orders_exchange".to_owned(),
            key: key.to_owned(),
            body: body.to_string(),
            ..Raw::default()
        };
        assert!(self.broker.send(raw), "{key} leads nowhere");
    }

    fn want(&self, order: OrderId, method: &str, token: Option<&str>) {
        self.say("orders.paymentwanted", &wish(order, method, token));
    }

    fn want_capture(&self, order: OrderId) {
        self.say("orders.capturewanted", &json!({"orderId": order}));
    }

    fn unwant(&self, order: OrderId) {
        let body = json!({"orderId": order, "reason": "changed my mind"});
        self.say("orders.paymentunwanted", &body);
    }

    async fn payment(&self, order: OrderId) -> Answer {
        self.http.get(&format!("/api/payments/order/{order}")).await
    }

    async fn id(&self, order: OrderId) -> String {
        self.payment(order).await.body["paymentId"].as_str().unwrap().to_owned()
    }

    /// Waits until the payment of an order stands like this, and nothing is to be done for it.
    async fn becomes(&self, order: OrderId, status: &str) -> Value {
        patiently(async || {
            let answer = self.payment(order).await.body;
            let is_settled = answer["waitingFor"].is_null() && self.broker.is_idle();
            if answer["status"] == status && is_settled { Ok(answer) } else { Err(answer) }
        })
        .await
    }

    /// Waits until the order has heard this of its payment, in this order.
    async fn has_said(&self, order: OrderId, expected: &[&str]) {
        patiently(async || {
            let said = self.ear.heard(order);
            if said == expected { Ok(()) } else { Err(said) }
        })
        .await;
    }

    /// Waits until all that was said is dealt with.
    async fn is_quiet(&self) {
        eventually(async || if self.broker.is_idle() { Ok(()) } else { Err("busy") }).await;
    }

    /// What the provider has done for an order, such as `authorize`, in the order of its keys.
    async fn book(&self, order: OrderId) -> Vec<String> {
        let done = self.entries(order).await.into_iter().filter(Entry::is_done);
        done.map(|it| it.key.split('/').nth(1).unwrap_or_default().to_owned()).collect()
    }

    async fn entries(&self, order: OrderId) -> Vec<Entry> {
        self.simulator.book_of(order).await.unwrap()
    }

    /// What the provider has taken for an order and not given back.
    async fn balance(&self, order: OrderId) -> i64 {
        let balance = simulator::balance(&self.entries(order).await).unwrap();
        balance.map_or(0, |it: Money| it.amount_minor)
    }
}

/// As [`eventually`], for what takes its time: a provider that does not answer is asked again after
/// ten seconds and more, and time is cheap where it is held still.
async fn patiently<T, E: std::fmt::Debug>(look: impl AsyncFn() -> Result<T, E>) -> T {
    let start = Instant::now();
    loop {
        match look().await {
            Ok(seen) => return seen,
            Err(last) => assert!(start.elapsed() < Duration::from_mins(3), "last seen: {last:?}"),
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn secret() -> Secret {
    SECRET.parse().unwrap()
}

fn usd(minor: i64) -> Value {
    json!({"amountMinor": minor, "currency": "USD"})
}

fn wish(order: OrderId, method: &str, token: Option<&str>) -> Value {
    json!({"orderId": order, "amount": usd(1_000), "method": method, "token": token})
}

fn statuses(payment: &Value) -> Vec<&str> {
    payment["history"].as_array().unwrap().iter().map(|it| it["status"].as_str().unwrap()).collect()
}
