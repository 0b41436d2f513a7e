//! The email service as the broker, a mail server and its callers see it, on back ends in memory.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on ends")]

use bus::{Bus, Memory, Raw};
use chassis::clock::SystemClock;
use contracts::{ids::OrderId, text::EmailAddress};
use email::{
    Mailer, NAME,
    domain::{Mail, State},
    mailer,
};
use serde_json::{Value, json};
use std::sync::Arc;
use store::Store;
use testkit::{Caller, Running, eventually};

mod api;
mod mails;
mod smtp;

const REQUIRED: [(&str, &str); 5] = [
    ("PORT", "3007"),
    ("MONGODB_URI", "mongodb://ada:hunter2@localhost/"),
    ("MONGODB_DATABASE", "email"),
    ("RABBITMQ_URL", "amqp://ada:hunter2@localhost/%2f"),
    ("MAIL_FROM", "shop@example.com"),
];

#[test]
fn a_missing_or_wrong_variable_ends_the_process() {
    let nonsense = [
        ("PORT", "0x10"),
        ("MONGODB_URI", "hunter2"),
        ("RABBITMQ_URL", "hunter2"),
        ("SMTP_HOST", ""),
        ("SMTP_PORT", "smtp"),
        ("MAIL_FROM", "shop"),
        ("MAIL_STAKEHOLDERS", "stock@example.com,stock"),
    ];
    testkit::insists_on(env!("CARGO_BIN_EXE_email"), &REQUIRED[..4], &nonsense[..3]);
    // Whoever names a server must say who mails come from.
    let mut sending = REQUIRED.to_vec();
    sending.push(("SMTP_HOST", "mail"));
    let (code, complaint) =
        testkit::run_with(env!("CARGO_BIN_EXE_email"), &[&REQUIRED[..4], &sending[5..]].concat());
    assert!(code == Some(64) && complaint.contains("MAIL_FROM"), "{complaint}");
    for (wrong, value) in &nonsense[3..] {
        let mut given = sending.clone();
        given.retain(|(it, _)| it != wrong);
        given.push((wrong, value));
        let (code, complaint) = testkit::run_with(env!("CARGO_BIN_EXE_email"), &given);
        assert!(code == Some(64) && complaint.contains(wrong), "{wrong}={value}: {complaint}");
    }
}

/// The service on back ends in memory, as long as the test runs.
struct World {
    http: Caller,
    broker: Memory,
    _running: Running,
}

impl World {
    fn sending_by(mailer: Arc<dyn Mailer>) -> Self {
        Self::with(Some(mailer))
    }

    fn with(mailer: Option<Arc<dyn Mailer>>) -> Self {
        let (mut store, broker) = (Store::memory(), Memory::new());
        let bus = Bus::within(&broker, NAME);
        let stakeholders = vec![address("stock@example.com"), address("boss@example.com")];
        let process = testkit::process(NAME);
        let clock = Arc::new(SystemClock);
        let process = email::assemble(process, stakeholders, &mut store, &bus, mailer, clock);
        Self { http: Caller::staff(&process), broker, _running: Running::start(process) }
    }

    /// Has a customer told something about an order.
    fn tell(&self, order: OrderId, notification: &str) {
        self.say("orders_exchange", "orders.emailnotification", &told(order, notification));
    }

    fn say(&self, exchange: &str, key: &str, body: &Value) {
        let raw = Raw {
            exchange: exchange.to_owned(),
            key: key.to_owned(),
            body: body.to_string(),
            ..Raw::default()
        };
        assert!(self.broker.send(raw), "{key} leads nowhere");
    }

    /// Waits until everything that was said is dealt with, and gives the mails that there are.
    async fn mails(&self) -> Vec<Mail> {
        eventually(async || if self.broker.is_idle() { Ok(()) } else { Err(()) }).await;
        self.listed("limit=100").await
    }

    async fn listed(&self, query: &str) -> Vec<Mail> {
        let answer = self.http.get(&format!("/api/mails?{query}")).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        serde_json::from_value(answer.body["data"].clone()).unwrap()
    }

    /// Waits until the one mail that there is stands like this.
    async fn becomes(&self, state: State) -> Mail {
        eventually(async || match self.mails().await.as_slice() {
            [mail] if mail.state == state => Ok(mail.clone()),
            other => Err(other.to_vec()),
        })
        .await
    }
}

fn address(text: &str) -> EmailAddress {
    EmailAddress::parse(text).unwrap()
}

fn told(order: OrderId, notification: &str) -> Value {
    let price = json!({"amountMinor": 99_900, "currency": "USD"});
    json!({
        "message": "for people", "notification": notification, "reason": "Out of stock",
        "order": {
            "orderId": order, "email": "ada@example.com", "status": "pending",
            "itemName": "Laptop", "itemCategory": "Electronics", "total": price,
            "items": [{
                "productId": order, "name": "Laptop", "category": "Electronics", "quantity": 1,
                "price": price,
            }],
        },
    })
}

/// Waits until the server has so many mails, and a little longer for those that must not come.
async fn arrived(server: &mailer::Memory, count: usize) -> Vec<Mail> {
    eventually(async || if server.sent().len() >= count { Ok(()) } else { Err(server.sent()) })
        .await;
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    assert_eq!(server.sent().len(), count);
    server.sent()
}
