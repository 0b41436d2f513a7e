//! Care for the inside of the broker: whether its nodes are one cluster, and whether it holds what
//! `contracts::topology` says. What is missing is declared, what was changed is put back, and nothing is
//! ever deleted.

mod management;
mod topology;

pub use management::Management;
pub use topology::{Item, Policy, QueueState, Topology, desired, memberships};

use crate::{blueprint::Blueprint, verdict::Verdict};
use async_trait::async_trait;

/// A broker, as the operator deals with it.
#[async_trait]
pub trait Broker: Send + Sync {
    /// The nodes that belong to the cluster.
    async fn nodes(&self) -> Result<Vec<Node>, Unanswered>;
    /// What it holds.
    async fn topology(&self) -> Result<Topology, Unanswered>;
    /// Makes it hold `item`.
    async fn declare(&self, item: &Item) -> Result<(), Unanswered>;
}

/// A member of the cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// Its name.
    pub name: String,
    /// Whether it runs.
    pub running: bool,
}

/// Why the broker did not do as asked.
#[derive(Debug, thiserror::Error)]
#[error("{what}")]
pub struct Unanswered {
    /// What was asked.
    pub what: String,
    /// Why not.
    #[source]
    pub source: anyhow::Error,
}

/// How the broker is, and what was done about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tended {
    /// How many nodes run as one cluster.
    pub running: usize,
    /// Whether they are as many as they should be.
    pub cluster: Verdict,
    /// Whether it holds what it should.
    pub topology: Verdict,
    /// What was missing and has been declared.
    pub declared: Vec<Item>,
}

/// Looks after the broker; `None` while none of its pods accepts connections.
pub async fn tend(shop: &Blueprint, broker: Option<&dyn Broker>) -> Tended {
    let wanted = usize::try_from(shop.broker.replicas).unwrap_or_default();
    let nodes = match broker {
        Some(broker) => broker.nodes().await,
        None => Ok(Vec::new()),
    };
    let (Some(broker), Ok(nodes)) = (broker, &nodes) else {
        return silent(nodes.err());
    };
    let running: Vec<_> = nodes.iter().filter(|it| it.running).map(|it| &*it.name).collect();
    let (topology, declared) = if nodes.len() < wanted || running.len() * 2 <= wanted {
        (waiting(), Vec::new())
    } else {
        keep(shop, broker, &running, wanted).await
    };
    Tended { running: running.len(), cluster: cluster(running.len(), wanted), topology, declared }
}

fn cluster(running: usize, wanted: usize) -> Verdict {
    if running < wanted {
        let message = format!("{running} of {wanted} nodes of RabbitMQ run as one cluster");
        return Verdict::no("NodesMissing", message);
    }
    let message = match wanted {
        1 => "the one node of RabbitMQ runs".to_owned(),
        wanted => format!("all {wanted} nodes of RabbitMQ run as one cluster"),
    };
    Verdict::yes("Running", message)
}

fn waiting() -> Verdict {
    Verdict::no("WaitingForBroker", "waiting for the nodes of RabbitMQ to form one cluster")
}

fn silent(error: Option<Unanswered>) -> Tended {
    let cluster = match error {
        Some(error) => {
            tracing::info!(error = chassis::class::chain(&error), "RabbitMQ does not answer");
            Verdict::no("Unreachable", "the management interface of RabbitMQ does not answer yet")
        }
        None => Verdict::no("Starting", "no node of RabbitMQ accepts connections yet"),
    };
    Tended { running: 0, cluster, topology: waiting(), declared: Vec::new() }
}

/// Compares, and declares what is missing. The first time it waits for all nodes, so that every queue
/// has its members from the beginning; what is lost later is put back even while a node is away.
async fn keep(
    shop: &Blueprint,
    broker: &dyn Broker,
    running: &[&str],
    nodes: usize,
) -> (Verdict, Vec<Item>) {
    let found = match broker.topology().await {
        Ok(found) => found,
        Err(error) => return (failed("Unreachable", &error), Vec::new()),
    };
    if found.queues.is_empty() && running.len() < nodes {
        return (waiting(), Vec::new());
    }
    let mut wanted = desired(&shop.credentials);
    wanted.extend(memberships(&found, running));
    let mut declared = Vec::new();
    for item in wanted.into_iter().filter(|it| !found.holds(it)) {
        if let Err(error) = broker.declare(&item).await {
            return (failed("DeclarationFailed", &error), declared);
        }
        declared.push(item);
    }
    let message = "exchanges, queues, bindings, policies and users are in place";
    (Verdict::yes("Declared", message), declared)
}

fn failed(reason: &'static str, error: &Unanswered) -> Verdict {
    Verdict::no(reason, chassis::class::chain(error))
}
