//! The customer service as its callers and the broker see it, on back ends in memory.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on ends")]

use axum::http::Method;
use bus::{Bus, Faults, Memory, Passing, Publishing};
use chassis::{
    clock::{Clock as _, HeldClock},
    identity::{Principal, Role, SigningKey},
    process::Process,
};
use contracts::{ids::CustomerId, text::EmailAddress};
use customers::{NAME, Settings, domain::FirstStaff};
use serde_json::{Value, json};
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};
use store::Store;
use testkit::{Answer, Caller, Running, eventually};

mod access;
mod addresses;
mod api;
mod races;
mod secrets;
mod sign_in;
mod staff;

/// How the first staff sign in.
const STAFF: &str = "staff@shop.internal";
const PASSWORD_OF_STAFF: &str = "gGm2wE8yq9Zr4TnVx7LcKd3sPb6hJf5u";
const PASSWORD: &str = "correct horse battery";

#[test]
fn a_missing_or_wrong_variable_ends_the_process() {
    let key = SigningKey::fresh_text();
    let required = [
        ("PORT", "3003"),
        ("MONGODB_URI", "mongodb://ada:hunter2@localhost/"),
        ("MONGODB_DATABASE", "customers"),
        ("RABBITMQ_URL", "amqp://ada:hunter2@localhost/%2f"),
        ("TOKEN_SIGNING_KEY", &key),
    ];
    let nonsense = [("TOKEN_SIGNING_KEY", "hunter2"), ("TOKEN_PUBLIC_KEYS", "many")];
    testkit::insists_on(env!("CARGO_BIN_EXE_customers"), &required, &nonsense);
}

/// Hears everything that is published.
struct Ear(Arc<Mutex<Vec<String>>>);

impl Faults for Ear {
    fn on_publish(&mut self, it: &Passing<'_>) -> Publishing {
        self.0.lock().unwrap().push(it.kind.to_owned());
        Publishing::Well
    }
}

/// The service on back ends in memory, as long as the test runs.
struct World {
    http: Caller,
    key: SigningKey,
    clock: Arc<HeldClock>,
    said: Arc<Mutex<Vec<String>>>,
    _running: Running,
}

impl World {
    fn new() -> Self {
        let (mut store, broker) = (Store::memory(), Memory::new());
        let said = Arc::default();
        broker.set_faults(Ear(Arc::clone(&said)));
        let bus = Bus::within(&broker, NAME);
        let key = SigningKey::generate();
        let clock = Arc::new(HeldClock::at("2026-11-01T12:00:00Z".parse().unwrap()));
        let process = Process::new(NAME, &testkit::any_port());
        let process = process.trust(key.verifying_keys().into(), clock.clone()).without_socket();
        let settings = Settings {
            signing_key: key.clone(),
            published_keys: key.verifying_keys(),
            first_staff: Some(FirstStaff {
                email: EmailAddress::parse(STAFF).unwrap(),
                password: PASSWORD_OF_STAFF.parse().unwrap(),
            }),
        };
        let process = customers::assemble(process, settings, &mut store, &bus, clock.clone());
        let http = Caller::of(&process);
        Self { http, key, clock, said, _running: Running::start(process) }
    }

    /// A token as the service itself signs it.
    fn token(&self, id: &str, role: Role) -> String {
        let principal = Principal { id: id.to_owned(), role };
        self.key.sign(&principal, self.clock.now(), Duration::from_mins(15))
    }

    fn staff(&self) -> String {
        self.token("boss", Role::Staff)
    }

    fn stranger(&self) -> String {
        self.token(&CustomerId::fresh().to_string(), Role::Customer)
    }

    /// Asks as whoever has this token.
    async fn ask(&self, token: &str, method: Method, path: &str, body: Value) -> Answer {
        let bearer = format!("Bearer {token}");
        let headers = [("authorization", bearer.as_str())];
        let body = if body.is_null() { String::new() } else { body.to_string() };
        self.http.send(method, path, &headers, body).await
    }

    async fn get(&self, token: &str, path: &str) -> Answer {
        self.ask(token, Method::GET, path, Value::Null).await
    }

    /// A customer who has just registered.
    async fn registered(&self, email: &str) -> Account {
        let answer = self.http.post("/api/customers", &person(email)).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        let id = answer.body["customerId"].as_str().unwrap().to_owned();
        Account { token: self.token(&id, Role::Customer), path: format!("/api/customers/{id}") }
    }

    async fn sign_in(&self, email: &str, password: &str) -> Answer {
        let body = json!({"email": email, "password": password});
        self.http.post("/api/customers/login", &body).await
    }

    async fn refresh(&self, token: &str) -> Answer {
        self.http.post("/api/customers/refresh", &json!({"refreshToken": token})).await
    }

    /// Waits until these messages have been said, in this order.
    async fn has_said(&self, kinds: &[&str]) {
        eventually(async || {
            let said = self.said.lock().unwrap().clone();
            if said == kinds { Ok(()) } else { Err(said) }
        })
        .await;
    }
}

/// A customer's own token, and where they are.
struct Account {
    token: String,
    path: String,
}

fn person(email: &str) -> Value {
    json!({
        "email": email, "password": PASSWORD, "firstName": "Ada", "lastName": "Lovelace",
    })
}

fn refresh_token(answer: &Answer) -> String {
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.body["refreshToken"].as_str().unwrap().to_owned()
}
