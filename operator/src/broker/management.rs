//! The broker by its management interface. The names in its paths are ours and need no escaping; nodes and
//! queues that are down lack most of their fields, so nearly all are optional.

use super::{Broker, Item, Node, Policy, QueueState, Topology, Unanswered};
use crate::{children::rabbitmq::MANAGEMENT, credentials::Login};
use async_trait::async_trait;
use contracts::topology::Permissions;
use reqwest::{Method, RequestBuilder, Response};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    net::{IpAddr, SocketAddr},
    time::Duration,
};

/// The one virtual host, in a path.
const VHOST: &str = "%2F";
/// The policies of people rank lower, since only one applies to a queue.
const PRIORITY: i32 = 100;
const PATIENCE: Duration = Duration::from_secs(10);

/// The management interface of one node.
#[derive(Debug)]
pub struct Management {
    http: reqwest::Client,
    endpoint: String,
    login: Login,
}

#[derive(Deserialize)]
struct NodeInfo {
    name: String,
    #[serde(default)]
    running: bool,
}

#[derive(Deserialize)]
struct VhostInfo {
    default_queue_type: Option<String>,
}

#[derive(Deserialize)]
struct ExchangeInfo {
    name: String,
    #[serde(rename = "type")]
    kind: String,
    durable: bool,
}

#[derive(Deserialize)]
struct PolicyInfo {
    name: String,
    pattern: String,
    #[serde(rename = "apply-to")]
    apply_to: String,
    priority: i32,
    definition: BTreeMap<String, Value>,
}

#[derive(Deserialize)]
struct QueueInfo {
    name: String,
    #[serde(rename = "type", default)]
    kind: String,
    #[serde(default)]
    members: BTreeSet<String>,
}

#[derive(Deserialize)]
struct BindingInfo {
    source: String,
    destination: String,
    routing_key: String,
}

#[derive(Deserialize)]
struct UserInfo {
    name: String,
    #[serde(default)]
    password_hash: String,
}

#[derive(Deserialize)]
struct PermissionInfo {
    user: String,
    configure: String,
    write: String,
    read: String,
}

impl Management {
    /// The node at `address`.
    pub fn at(address: IpAddr, login: Login) -> anyhow::Result<Self> {
        // Nothing here speaks TLS, and an image holds no certificates that could be loaded.
        let http = reqwest::Client::builder().tls_certs_only([]);
        let http = http.timeout(PATIENCE).no_proxy().build()?;
        let endpoint = format!("http://{}/api", SocketAddr::from((address, MANAGEMENT)));
        Ok(Self { http, endpoint, login })
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let Login { username, password } = &self.login;
        let request = self.http.request(method, format!("{}/{path}", self.endpoint));
        request.basic_auth(username, Some(password))
    }

    async fn get<T: DeserializeOwned>(&self, path: &str) -> anyhow::Result<T> {
        let answer = accepted(self.request(Method::GET, path).send().await?).await?;
        // RabbitMQ writes a field twice now and then, which only a map takes.
        let value: Value = answer.json().await?;
        Ok(serde_json::from_value(value)?)
    }

    async fn list<T, E, C>(&self, path: &str, each: impl Fn(T) -> E) -> anyhow::Result<C>
    where
        T: DeserializeOwned,
        C: FromIterator<E>,
    {
        Ok(self.get::<Vec<T>>(path).await?.into_iter().map(each).collect())
    }

    async fn send(&self, method: Method, path: &str, body: Value) -> anyhow::Result<()> {
        accepted(self.request(method, path).json(&body).send().await?).await.map(drop)
    }

    async fn read(&self) -> anyhow::Result<Topology> {
        let vhost: VhostInfo = self.get(&format!("vhosts/{VHOST}")).await?;
        let exchanges: Vec<_> = self.list(&format!("exchanges/{VHOST}"), exchange).await?;
        let policies: Vec<_> = self.list(&format!("policies/{VHOST}"), policy).await?;
        Ok(Topology {
            default_queue_type: vhost.default_queue_type,
            exchanges: exchanges.into_iter().flatten().collect(),
            policies: policies.into_iter().flatten().collect(),
            queues: self.list(&format!("queues/{VHOST}"), queue).await?,
            bindings: self.list(&format!("bindings/{VHOST}"), binding).await?,
            users: self.list("users", user).await?,
            permissions: self.list(&format!("vhosts/{VHOST}/permissions"), permissions).await?,
        })
    }

    async fn write(&self, item: &Item) -> anyhow::Result<()> {
        let (path, body) = match item {
            Item::QuorumByDefault => {
                (format!("vhosts/{VHOST}"), json!({ "default_queue_type": "quorum" }))
            }
            Item::Exchange(name, kind) => {
                (format!("exchanges/{VHOST}/{name}"), json!({ "type": kind, "durable": true }))
            }
            Item::Policy(name, policy) => (format!("policies/{VHOST}/{name}"), policy_body(policy)),
            // Without any argument, so that a consumer may declare it as plainly.
            Item::Queue(name) => (format!("queues/{VHOST}/{name}"), json!({ "durable": true })),
            Item::User(Login { username, password }) => {
                (format!("users/{username}"), json!({ "password": password, "tags": "" }))
            }
            Item::Permissions(user, Permissions { configure, write, read }) => (
                format!("permissions/{VHOST}/{user}"),
                json!({ "configure": configure, "write": write, "read": read }),
            ),
            Item::Binding { exchange, queue, key } => {
                let path = format!("bindings/{VHOST}/e/{exchange}/q/{queue}");
                return self.send(Method::POST, &path, json!({ "routing_key": key })).await;
            }
            Item::Member { queue, node } => {
                let path = format!("queues/quorum/{VHOST}/{queue}/replicas/add");
                return self.send(Method::POST, &path, json!({ "node": node })).await;
            }
        };
        self.send(Method::PUT, &path, body).await
    }
}

/// One that does not outlive a restart is not the one we mean.
fn exchange(info: ExchangeInfo) -> Option<(String, String)> {
    info.durable.then_some((info.name, info.kind))
}

/// One of another rank, or for other things, is not the one we mean.
fn policy(info: PolicyInfo) -> Option<(String, Policy)> {
    let is_ours = info.priority == PRIORITY && info.apply_to == "queues";
    let policy = Policy { pattern: info.pattern, definition: info.definition };
    is_ours.then_some((info.name, policy))
}

fn policy_body(policy: &Policy) -> Value {
    json!({
        "pattern": policy.pattern,
        "definition": policy.definition,
        "priority": PRIORITY,
        "apply-to": "queues",
    })
}

fn queue(info: QueueInfo) -> (String, QueueState) {
    (info.name, QueueState { kind: info.kind, members: info.members })
}

fn binding(info: BindingInfo) -> (String, String, String) {
    (info.source, info.destination, info.routing_key)
}

fn user(info: UserInfo) -> (String, String) {
    (info.name, info.password_hash)
}

fn permissions(info: PermissionInfo) -> (String, Permissions) {
    let PermissionInfo { user, configure, write, read } = info;
    (user, Permissions { configure, write, read })
}

/// The answer, if it is a good one; else what the broker says about it.
async fn accepted(answer: Response) -> anyhow::Result<Response> {
    let status = answer.status();
    if status.is_success() {
        return Ok(answer);
    }
    let body: Value = answer.json().await.unwrap_or_default();
    let reason = body.get("reason").and_then(Value::as_str).unwrap_or("no reason given");
    Err(anyhow::anyhow!("RabbitMQ answers {status}: {reason}"))
}

#[async_trait]
impl Broker for Management {
    async fn nodes(&self) -> Result<Vec<Node>, Unanswered> {
        let node = |it: NodeInfo| Node { name: it.name, running: it.running };
        let nodes = self.list("nodes", node).await;
        nodes.map_err(unanswered("cannot list the nodes of RabbitMQ"))
    }

    async fn topology(&self) -> Result<Topology, Unanswered> {
        self.read().await.map_err(unanswered("cannot list what RabbitMQ holds"))
    }

    async fn declare(&self, item: &Item) -> Result<(), Unanswered> {
        let written = self.write(item).await;
        written.map_err(unanswered(format!("cannot declare the {item}")))
    }
}

fn unanswered(what: impl Into<String>) -> impl FnOnce(anyhow::Error) -> Unanswered {
    move |source| Unanswered { what: what.into(), source }
}
