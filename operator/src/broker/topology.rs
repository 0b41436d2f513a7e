//! What the broker should hold, what it holds, and the difference. Pure.

use crate::credentials::{Credentials, Login};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use contracts::{
    catalog::CATALOG,
    topology::{
        DELIVERY_LIMIT, Exchange, LONGEST_QUEUE, Permissions, Queue, RETRY_STEPS, RetryStep,
        permissions, queues,
    },
};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

/// One thing that the broker should hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// Queues that are declared plainly are quorum queues.
    QuorumByDefault,
    /// An exchange of a type.
    Exchange(String, &'static str),
    /// The policy of one queue.
    Policy(String, Policy),
    /// A durable queue without any argument.
    Queue(String),
    /// A queue that hears a key at an exchange.
    Binding {
        /// The exchange.
        exchange: String,
        /// The queue.
        queue: String,
        /// The key.
        key: String,
    },
    /// A user with its password.
    User(Login),
    /// What a user may do.
    Permissions(String, Permissions),
    /// A queue that keeps a copy at a node.
    Member {
        /// The queue.
        queue: String,
        /// The node.
        node: String,
    },
}

impl fmt::Display for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::QuorumByDefault => write!(f, "default queue type"),
            Self::Exchange(name, _) => write!(f, "exchange {name}"),
            Self::Policy(name, _) => write!(f, "policy {name}"),
            Self::Queue(name) => write!(f, "queue {name}"),
            Self::Binding { exchange, queue, key } => {
                write!(f, "binding of {queue} to {key} at {exchange}")
            }
            Self::User(login) => write!(f, "user {}", login.username),
            Self::Permissions(user, _) => write!(f, "permissions of {user}"),
            Self::Member { queue, node } => write!(f, "member of {queue} at {node}"),
        }
    }
}

/// A policy, as the broker keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Which queues it is for.
    pub pattern: String,
    /// What it says.
    pub definition: BTreeMap<String, Value>,
}

/// A queue, as the broker keeps it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QueueState {
    /// Its type.
    pub kind: String,
    /// The nodes that keep a copy of it.
    pub members: BTreeSet<String>,
}

/// What a broker holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Topology {
    /// The type of queues that are declared plainly.
    pub default_queue_type: Option<String>,
    /// Exchanges with their types.
    pub exchanges: BTreeMap<String, String>,
    /// Policies.
    pub policies: BTreeMap<String, Policy>,
    /// Queues.
    pub queues: BTreeMap<String, QueueState>,
    /// Bindings: exchange, queue, key.
    pub bindings: BTreeSet<(String, String, String)>,
    /// Users with the hashes of their passwords.
    pub users: BTreeMap<String, String>,
    /// What users may do.
    pub permissions: BTreeMap<String, Permissions>,
}

impl Topology {
    /// Whether it holds `item` as it should be.
    pub fn holds(&self, item: &Item) -> bool {
        match item {
            Item::QuorumByDefault => self.default_queue_type.as_deref() == Some("quorum"),
            Item::Exchange(name, kind) => self.exchanges.get(name).is_some_and(|it| it == kind),
            Item::Policy(name, policy) => self.policies.get(name) == Some(policy),
            Item::Queue(name) => self.queues.get(name).is_some_and(|it| it.kind == "quorum"),
            Item::Binding { exchange, queue, key } => {
                self.bindings.contains(&(exchange.clone(), queue.clone(), key.clone()))
            }
            Item::User(login) => {
                self.users.get(&login.username).is_some_and(|hash| opens(hash, &login.password))
            }
            Item::Permissions(user, permissions) => self.permissions.get(user) == Some(permissions),
            Item::Member { queue, node } => {
                self.queues.get(queue).is_some_and(|it| it.members.contains(node))
            }
        }
    }
}

/// Whether `password` belongs to a hash as the broker keeps it: four bytes of salt before the SHA-256 of
/// salt and password, as base64.
fn opens(hash: &str, password: &str) -> bool {
    let Ok(salted) = STANDARD.decode(hash) else { return false };
    let Some((salt, digest)) = salted.split_at_checked(4) else { return false };
    let mut expected = Sha256::new();
    expected.update(salt);
    expected.update(password);
    expected.finalize().as_slice() == digest
}

/// All that a broker should hold, in the order of declaring: policies before the queues that they limit,
/// and users last, so that nobody publishes to what nobody hears yet.
pub fn desired(credentials: &Credentials) -> Vec<Item> {
    let mut all = vec![Item::QuorumByDefault];
    all.extend(Exchange::ALL.map(|it| Item::Exchange(it.name().to_owned(), it.kind())));
    all.extend(RETRY_STEPS.map(|it| Item::Exchange(it.name.to_owned(), "fanout")));
    all.extend(queues().iter().flat_map(queue));
    all.extend(RETRY_STEPS.iter().flat_map(retry));
    for service in CATALOG.iter().filter(|it| it.has_bus) {
        all.push(Item::User(credentials.broker_login(service)));
        all.push(Item::Permissions(service.name.to_owned(), permissions(*service)));
    }
    all
}

/// A queue that is consumed, with the one beside it that keeps what cannot be handled.
fn queue(queue: &Queue) -> Vec<Item> {
    let dead = queue.dead();
    let limits = [
        ("delivery-limit", json!(DELIVERY_LIMIT)),
        ("dead-letter-exchange", json!("")),
        ("dead-letter-routing-key", json!(dead)),
        ("dead-letter-strategy", json!("at-least-once")),
        ("overflow", json!("reject-publish")),
        ("max-length", json!(LONGEST_QUEUE)),
    ];
    // Looking at a message and putting it back is a delivery too: without a limit none is lost by it.
    let dead_limits = [
        ("delivery-limit", json!(-1)),
        ("max-length", json!(LONGEST_QUEUE)),
        ("overflow", json!("reject-publish")),
    ];
    let bindings = queue.bindings.iter().map(|it| Item::Binding {
        exchange: it.exchange.name().to_owned(),
        queue: queue.name.to_owned(),
        key: it.key.to_owned(),
    });
    let queues = [
        policy(&dead, dead_limits),
        Item::Queue(dead),
        policy(queue.name, limits),
        Item::Queue(queue.name.to_owned()),
    ];
    queues.into_iter().chain(bindings).collect()
}

/// A queue in which messages wait; their routing key, which is the name of their queue, leads them back.
fn retry(step: &RetryStep) -> [Item; 3] {
    let delay = u64::try_from(step.delay.as_millis()).unwrap_or(u64::MAX);
    let limits = [
        ("message-ttl", json!(delay)),
        ("dead-letter-exchange", json!("")),
        ("dead-letter-strategy", json!("at-least-once")),
        ("overflow", json!("reject-publish")),
    ];
    [
        policy(step.name, limits),
        Item::Queue(step.name.to_owned()),
        Item::Binding {
            exchange: step.name.to_owned(),
            queue: step.name.to_owned(),
            key: String::new(),
        },
    ]
}

fn policy<const N: usize>(queue: &str, limits: [(&str, Value); N]) -> Item {
    let pattern = format!("^{}$", queue.replace('.', "\\."));
    let definition = limits.map(|(key, value)| (key.to_owned(), value)).into();
    Item::Policy(queue.to_owned(), Policy { pattern, definition })
}

/// Our queues that are there should keep a copy at each running node, up to three.
pub fn memberships(found: &Topology, running: &[&str]) -> Vec<Item> {
    let ours = queues().into_iter().flat_map(|it| [it.name.to_owned(), it.dead()]);
    let ours = ours.chain(RETRY_STEPS.map(|it| it.name.to_owned()));
    let present = ours.filter(|it| found.queues.contains_key(it));
    present
        .flat_map(|queue| {
            running
                .iter()
                .map(move |node| Item::Member { queue: queue.clone(), node: (*node).to_owned() })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::credentials::Asked;

    #[test]
    fn a_hash_of_the_broker_is_understood() {
        // From the RabbitMQ documentation: salt 908DC60A, password "test12".
        assert!(opens("kI3GCqW5JLMJa4iX1lo7X4D6XbYqlLgxIs30+P6tENUV2POR", "test12"));
        assert!(!opens("kI3GCqW5JLMJa4iX1lo7X4D6XbYqlLgxIs30+P6tENUV2POR", "test13"));
        assert!(!opens("", "test12"));
    }

    #[test]
    fn what_is_desired_is_declared_once() {
        let asked = Asked { shop: "acme", roll: None };
        let all = desired(&Credentials::complete(asked, &BTreeMap::new()));
        for (index, item) in all.iter().enumerate() {
            assert!(!all[..index].contains(item), "{item} stands twice");
        }
    }
}
