//! The pods of the broker, and how they become one cluster.
//!
//! - Long names, so that a node is the same whatever its address; the cookie is copied to a folder of the
//!   pod at each start, never kept on the volume.
//! - Peers are a list of names in the configuration. Nodes without data wait for each other and form one
//!   cluster; they start together, once all names resolve.
//! - Ready means that it accepts connections; there is no liveness probe, since a restart would cost more
//!   than it could mend.
//! - Before it stops, a node of several waits a little for the others to be able to spare it. The text of
//!   that does not depend on how many there are, so that adding nodes restarts none.

use super::{config_map, pod, stateful_set};
use crate::{blueprint::Blueprint, credentials::key, names::RABBITMQ};
use k8s_openapi::api::{
    apps::v1::StatefulSet,
    core::v1::{
        ConfigMapVolumeSource, Container, EnvVar, ExecAction, Lifecycle, LifecycleHandler,
        PodTemplateSpec, Probe, Volume,
    },
};

/// Where clients connect.
pub const AMQP: u16 = 5672;
/// Where the operator asks and says what should be.
pub const MANAGEMENT: u16 = 15672;
/// Where Prometheus asks.
pub const METRICS: u16 = 15692;
/// Where nodes ask for each other's ports.
pub const EPMD: u16 = 4369;
/// Where nodes talk to each other.
pub const DISTRIBUTION: u16 = 25672;
/// The component name of the Service that nodes find each other by.
pub const NODES: &str = "rabbitmq-nodes";

const HOME: &str = "/var/lib/rabbitmq";
const DATA: &str = "/var/lib/rabbitmq/mnesia";
const CONFIG: &str = "/etc/shopkeeper";
/// A little more than the wait before the stop, and the stop.
const GRACE: i64 = 40;
/// How much memory a node may use, in MiB.
pub(super) const MEMORY: u64 = 512;

const PREPARE: &str = r#"set -eu
trap 'exit 143' TERM
umask 077
cp /credentials/erlang-cookie "$HOME/.erlang.cookie"
chmod 600 "$HOME/.erlang.cookie"
# An answer that a name does not exist is remembered for long, and a node that misses its peers asks them
# again only after half a minute.
peers=$(sed -n 's/^cluster_formation.classic_config.nodes.*@//p' /etc/shopkeeper/20-peers.conf)
for peer in "$POD_NAME.$GOVERNING_SERVICE.$POD_NAMESPACE" $peers; do
  for _ in $(seq 60); do ! getent hosts "$peer" >/dev/null || break; sleep 0.5; done
done
"#;

const BEFORE_STOP: &str = r"[ $(grep -c '^cluster_formation.classic_config.nodes' /etc/shopkeeper/20-peers.conf) -gt 1 ] || exit 0
timeout 20 rabbitmq-upgrade --timeout 18 await_online_quorum_plus_one || true
";

/// The pods of the broker.
pub fn build(shop: &Blueprint) -> StatefulSet {
    stateful_set::build(shop, &shop.broker, shop.identity.child(NODES), template(shop))
}

fn template(shop: &Blueprint) -> PodTemplateSpec {
    let mut spec = pod::spec(shop, RABBITMQ, pod::KEEPER, GRACE);
    spec.init_containers = Some(vec![prepare(shop)]);
    spec.containers = vec![node(shop)];
    spec.volumes = Some(vec![
        pod::scratch("home"),
        pod::scratch("logs"),
        pod::scratch("tmp"),
        pod::secret_volume("credentials", shop.identity.secret(RABBITMQ)),
        config_volume(shop),
    ]);
    let content = format!("{}-{}", config_map::hash(shop), shop.credentials.hash(RABBITMQ));
    pod::template(shop, RABBITMQ, content, METRICS, spec)
}

fn config_volume(shop: &Blueprint) -> Volume {
    let name = shop.identity.child(RABBITMQ);
    let source = ConfigMapVolumeSource { name, ..ConfigMapVolumeSource::default() };
    Volume { name: "config".to_owned(), config_map: Some(source), ..Volume::default() }
}

fn prepare(shop: &Blueprint) -> Container {
    Container {
        command: Some(shell(PREPARE)),
        env: Some(variables(shop)),
        volume_mounts: Some(vec![
            pod::mount("home", HOME),
            pod::mount(stateful_set::DATA, DATA),
            pod::mount("tmp", "/tmp"),
            pod::mount("credentials", "/credentials"),
            pod::mount("config", CONFIG),
        ]),
        resources: Some(resources()),
        ..pod::container("prepare", &shop.broker.image)
    }
}

fn node(shop: &Blueprint) -> Container {
    Container {
        command: Some(vec!["rabbitmq-server".to_owned()]),
        env: Some(variables(shop)),
        ports: Some(vec![
            pod::port("amqp", AMQP),
            pod::port("management", MANAGEMENT),
            pod::port("metrics", METRICS),
            pod::port("epmd", EPMD),
            pod::port("distribution", DISTRIBUTION),
        ]),
        volume_mounts: Some(vec![
            pod::mount("home", HOME),
            pod::mount(stateful_set::DATA, DATA),
            pod::mount("logs", "/var/log/rabbitmq"),
            pod::mount("tmp", "/tmp"),
            pod::mount("config", CONFIG),
        ]),
        resources: Some(resources()),
        readiness_probe: Some(Probe {
            initial_delay_seconds: Some(5),
            period_seconds: Some(3),
            timeout_seconds: Some(5),
            ..pod::tcp_probe("amqp")
        }),
        lifecycle: Some(Lifecycle {
            pre_stop: Some(LifecycleHandler {
                exec: Some(ExecAction { command: Some(shell(BEFORE_STOP)) }),
                ..LifecycleHandler::default()
            }),
            ..Lifecycle::default()
        }),
        ..pod::container(RABBITMQ, &shop.broker.image)
    }
}

fn resources() -> k8s_openapi::api::core::v1::ResourceRequirements {
    pod::resources("50m", &format!("{MEMORY}Mi"))
}

pub(super) fn shell(script: &str) -> Vec<String> {
    ["sh", "-c", script].map(str::to_owned).into()
}

fn variables(shop: &Blueprint) -> Vec<EnvVar> {
    let secret = shop.identity.secret(RABBITMQ);
    let governing = shop.identity.child(NODES);
    let mut all = stateful_set::identity_variables(&governing);
    all.extend([
        pod::variable("HOME", HOME),
        pod::variable("RABBITMQ_USE_LONGNAME", "true"),
        pod::variable(
            "RABBITMQ_NODENAME",
            node_name("$(POD_NAME)", &governing, "$(POD_NAMESPACE)"),
        ),
        pod::variable("RABBITMQ_MNESIA_BASE", DATA),
        pod::variable("RABBITMQ_LOG_BASE", "/var/log/rabbitmq"),
        pod::variable("RABBITMQ_LOGS", "-"),
        pod::variable("RABBITMQ_CONFIG_FILES", format!("{CONFIG}/*.conf")),
        pod::variable("RABBITMQ_ENABLED_PLUGINS_FILE", format!("{CONFIG}/enabled_plugins")),
        // Schedulers that have nothing to do sleep at once: the machine has others to serve.
        pod::variable(
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS",
            "+sbwt none +sbwtdcpu none +sbwtdio none",
        ),
        pod::secret_variable("RABBITMQ_DEFAULT_USER", &secret, key::USERNAME),
        pod::secret_variable("RABBITMQ_DEFAULT_PASS", &secret, key::PASSWORD),
    ]);
    all
}

fn node_name(pod: &str, governing: &str, namespace: &str) -> String {
    format!("rabbit@{pod}.{governing}.{namespace}")
}

/// The names of all nodes.
pub fn nodes(shop: &Blueprint) -> Vec<String> {
    let governing = shop.identity.child(NODES);
    let pods = stateful_set::pods(shop, &shop.broker);
    pods.iter().map(|pod| node_name(pod, &governing, &shop.identity.namespace)).collect()
}
