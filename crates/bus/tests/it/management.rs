//! A virtual host on a real RabbitMQ, set up through its management API as the operator does it.

use bus::{DeadLetter, Raw, header};
use contracts::{
    catalog::{CATALOG, Service},
    message::SAID_AT,
    topology::{self, DELIVERY_LIMIT, Exchange, LONGEST_QUEUE, RETRY_STEPS, dead_queue},
};
use reqwest::{Client, Method, Url};
use serde_json::{Value, json};
use std::time::Duration;

const PASSWORD: &str = "test";

pub(crate) struct Management {
    client: Client,
    url: Url,
    amqp: Url,
    virtual_host: String,
}

impl Management {
    pub(crate) fn new(amqp: &str, management: &str, virtual_host: String) -> Self {
        let _already_chosen = rustls::crypto::ring::default_provider().install_default();
        Self {
            client: Client::new(),
            url: management.parse().unwrap(),
            amqp: amqp.parse().unwrap(),
            virtual_host,
        }
    }

    /// The virtual host, its users, policies, exchanges, queues and bindings.
    pub(crate) async fn set_up(&self) {
        let host = &*self.virtual_host;
        self.put(&["vhosts", host], json!({ "default_queue_type": "quorum" })).await;
        let all = json!({ "configure": ".*", "write": ".*", "read": ".*" });
        self.put(&["permissions", host, self.url.username()], all).await;
        for service in CATALOG {
            let user = self.user(service);
            self.put(&["users", &user], json!({ "password": PASSWORD, "tags": "" })).await;
            let may = topology::permissions(service);
            let may = json!({ "configure": may.configure, "write": may.write, "read": may.read });
            self.put(&["permissions", host, &user], may).await;
        }
        for queue in topology::queues() {
            self.limit(queue.name, LONGEST_QUEUE).await;
            let rest = json!({
                "delivery-limit": -1,
                "max-length": LONGEST_QUEUE,
                "overflow": "reject-publish",
            });
            self.policy(&queue.dead(), rest).await;
        }
        for step in RETRY_STEPS {
            let wait = json!({
                "message-ttl": u64::try_from(step.delay.as_millis()).unwrap(),
                "dead-letter-exchange": "",
                "dead-letter-strategy": "at-least-once",
                "overflow": "reject-publish",
            });
            self.policy(step.name, wait).await;
        }
        self.declare().await;
    }

    /// The policy of a queue that services consume.
    pub(crate) async fn limit(&self, queue: &str, longest: u32) {
        let definition = json!({
            "delivery-limit": DELIVERY_LIMIT,
            "max-length": longest,
            "overflow": "reject-publish",
            "dead-letter-exchange": "",
            "dead-letter-routing-key": dead_queue(queue),
            "dead-letter-strategy": "at-least-once",
        });
        self.policy(queue, definition).await;
    }

    async fn policy(&self, queue: &str, definition: Value) {
        let pattern = format!("^{}$", queue.replace('.', "\\."));
        let policy = json!({ "pattern": pattern, "apply-to": "queues", "definition": definition });
        self.put(&["policies", &self.virtual_host, queue], policy).await;
    }

    /// The exchanges, queues and bindings; what is there already stays.
    pub(crate) async fn declare(&self) {
        for exchange in Exchange::ALL {
            self.exchange(exchange.name(), exchange.kind()).await;
        }
        for step in RETRY_STEPS {
            self.exchange(step.name, "fanout").await;
            self.queue(step.name).await;
            self.bind(step.name, step.name, "").await;
        }
        for queue in topology::queues() {
            self.queue(queue.name).await;
            self.queue(&queue.dead()).await;
            for binding in &queue.bindings {
                self.bind(binding.exchange.name(), queue.name, binding.key).await;
            }
        }
    }

    async fn exchange(&self, name: &str, kind: &str) {
        let exchange = json!({ "type": kind, "durable": true });
        self.put(&["exchanges", &self.virtual_host, name], exchange).await;
    }

    async fn queue(&self, name: &str) {
        self.put(&["queues", &self.virtual_host, name], json!({ "durable": true })).await;
    }

    async fn bind(&self, exchange: &str, queue: &str, key: &str) {
        let path = ["bindings", &self.virtual_host, "e", exchange, "q", queue];
        self.send(Method::POST, &path, json!({ "routing_key": key })).await;
    }

    pub(crate) async fn unbind(&self, queue: &str, key: &str) {
        for exchange in Exchange::ALL {
            let path = ["bindings", &self.virtual_host, "e", exchange.name(), "q", queue];
            for binding in self.send(Method::GET, &path, Value::Null).await.as_array().unwrap() {
                if binding["routing_key"] == key {
                    let name = binding["properties_key"].as_str().unwrap();
                    let path = [&path[..], &[name]].concat();
                    self.send(Method::DELETE, &path, Value::Null).await;
                }
            }
        }
    }

    pub(crate) async fn delete(&self, queue: &str) {
        self.send(Method::DELETE, &["queues", &self.virtual_host, queue], Value::Null).await;
    }

    pub(crate) async fn publish(&self, raw: Raw) {
        let mut properties = json!({});
        if let Some(kind) = raw.kind {
            properties["type"] = kind.into();
        }
        if let Some(id) = raw.id {
            properties["message_id"] = id.into();
        }
        let exchange = if raw.exchange.is_empty() { "amq.default" } else { &raw.exchange };
        let message = json!({
            "properties": properties,
            "routing_key": raw.key,
            "payload": raw.body,
            "payload_encoding": "string",
        });
        let path = ["exchanges", &self.virtual_host, exchange, "publish"];
        let answer = self.send(Method::POST, &path, message).await;
        assert_eq!(answer["routed"], true);
    }

    pub(crate) async fn dead_letters(&self, queue: &str) -> Vec<DeadLetter> {
        self.look_into(&dead_queue(queue)).await.iter().map(|it| dead_letter(queue, it)).collect()
    }

    pub(crate) async fn waiting(&self, queue: &str) -> usize {
        self.look_into(queue).await.len()
    }

    /// What waits in a queue. The statistics would be some seconds late.
    async fn look_into(&self, queue: &str) -> Vec<Value> {
        let get = json!({ "count": 10_000, "ackmode": "ack_requeue_true", "encoding": "auto" });
        let path = ["queues", &self.virtual_host, queue, "get"];
        let found = self.send(Method::POST, &path, get).await;
        found.as_array().unwrap().clone()
    }

    /// Closes all connections of the virtual host. Their list is some seconds late, so it is waited
    /// for.
    pub(crate) async fn close_connections(&self) {
        loop {
            let path = ["vhosts", &self.virtual_host, "connections"];
            let found = self.send(Method::GET, &path, Value::Null).await;
            let names: Vec<_> =
                found.as_array().unwrap().iter().filter_map(|it| it["name"].as_str()).collect();
            for name in &names {
                self.send(Method::DELETE, &["connections", name], Value::Null).await;
            }
            if !names.is_empty() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    pub(crate) async fn take_down(&self) {
        self.send(Method::DELETE, &["vhosts", &self.virtual_host], Value::Null).await;
        for service in CATALOG {
            self.send(Method::DELETE, &["users", &self.user(service)], Value::Null).await;
        }
    }

    fn user(&self, service: Service) -> String {
        format!("{}-{}", self.virtual_host, service.name)
    }

    /// Where a service finds the broker, with its own user.
    pub(crate) fn url_of(&self, service: Service) -> String {
        let mut url = self.amqp.clone();
        url.set_username(&self.user(service)).unwrap();
        url.set_password(Some(PASSWORD)).unwrap();
        url.set_path(&self.virtual_host);
        url.into()
    }

    async fn put(&self, path: &[&str], body: Value) {
        self.send(Method::PUT, path, body).await;
    }

    /// What is not there is an answer, too: the queue may be gone that is looked at.
    async fn send(&self, method: Method, path: &[&str], body: Value) -> Value {
        let mut url = self.url.clone();
        url.path_segments_mut().unwrap().pop_if_empty().push("api").extend(path);
        // The name and password in the address are sent along.
        let mut request = self.client.request(method, url);
        if !body.is_null() {
            request = request.json(&body);
        }
        let answer = request.send().await.unwrap();
        let status = answer.status();
        let text = answer.text().await.unwrap();
        assert!(status.is_success() || status == 404, "{path:?}: {status} {text}");
        serde_json::from_str(&text).unwrap_or(Value::Null)
    }
}

fn dead_letter(queue: &str, found: &Value) -> DeadLetter {
    let properties = &found["properties"];
    let headers = &properties["headers"];
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    DeadLetter {
        queue: queue.to_owned(),
        id: text(&properties["message_id"]).parse().unwrap(),
        key: text(&headers[header::KEY]),
        reason: text(&headers[header::REASON]),
        attempts: headers[header::ATTEMPTS].as_u64().map_or(0, |it| u32::try_from(it).unwrap()),
        said_at: headers[SAID_AT].as_str().map(|it| it.parse().unwrap()),
        body: Some(text(&found["payload"])),
    }
}
