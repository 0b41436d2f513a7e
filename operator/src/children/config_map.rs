//! The configuration of the broker, in two files: what every node has, a change of which restarts it, and
//! who its peers are, which grows without a restart.

use super::rabbitmq;
use crate::{blueprint::Blueprint, credentials::short, names::RABBITMQ};
use k8s_openapi::api::core::v1::ConfigMap;
use sha2::{Digest as _, Sha256};

const PLUGINS: &str = "[rabbitmq_management,rabbitmq_prometheus].\n";
const MIB: u64 = 1024 * 1024;

/// The configuration of the broker.
pub fn build(shop: &Blueprint) -> ConfigMap {
    let files = [
        ("10-shopkeeper.conf", settings(shop)),
        ("20-peers.conf", peers(shop)),
        ("enabled_plugins", PLUGINS.to_owned()),
    ];
    ConfigMap {
        metadata: shop.identity.meta(RABBITMQ),
        data: Some(files.map(|(name, text)| (name.to_owned(), text)).into()),
        ..ConfigMap::default()
    }
}

/// A hash of what restarts a node when it changes: not of its peers.
pub fn hash(shop: &Blueprint) -> String {
    short(&Sha256::digest(settings(shop) + PLUGINS))
}

/// Limits are shares of what a node has, so that a small claim does not alarm for ever.
fn settings(shop: &Blueprint) -> String {
    let memory = (rabbitmq::MEMORY - rabbitmq::MEMORY / 5) * MIB;
    let disk = shop.broker.template_size.mebibytes / 5 * MIB;
    format!(
        "cluster_name = {name}
log.file = false
log.console = true
log.console.level = info
log.console.formatter = json
listeners.tcp.default = {amqp}
management.tcp.port = {management}
prometheus.tcp.port = {metrics}
loopback_users = none
auth_mechanisms.1 = PLAIN
auth_mechanisms.2 = AMQPLAIN
default_queue_type = quorum
quorum_queue.continuous_membership_reconciliation.enabled = true
quorum_queue.continuous_membership_reconciliation.auto_remove = false
quorum_queue.continuous_membership_reconciliation.interval = 60000
quorum_queue.continuous_membership_reconciliation.target_group_size = 3
queue_leader_locator = balanced
cluster_partition_handling = pause_minority
total_memory_available_override_value = {memory}
disk_free_limit.absolute = {disk}
raft.wal_max_size_bytes = 33554432
",
        name = shop.identity.name,
        amqp = rabbitmq::AMQP,
        management = rabbitmq::MANAGEMENT,
        metrics = rabbitmq::METRICS,
    )
}

fn peers(shop: &Blueprint) -> String {
    let nodes = rabbitmq::nodes(shop);
    let peers = nodes.iter().enumerate().map(|(index, node)| {
        format!("cluster_formation.classic_config.nodes.{} = {node}\n", index + 1)
    });
    let head = format!(
        "cluster_formation.peer_discovery_backend = classic_config\ncluster_formation.target_cluster_size_hint = {}\n",
        nodes.len()
    );
    head + &peers.collect::<String>()
}
