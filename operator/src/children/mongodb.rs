//! The pods of the database. Each runs a plain `mongod`; the operator makes a replica set of them from
//! outside. The key file is copied at each start to a folder of the pod, where only mongod can read it,
//! which mongod insists on.

use super::{pod, rabbitmq::shell, stateful_set};
use crate::{blueprint::Blueprint, names::MONGODB};
use k8s_openapi::api::{
    apps::v1::StatefulSet,
    core::v1::{Container, PodTemplateSpec, Probe},
};

/// Where it listens.
pub const PORT: u16 = 27017;
/// The name of the replica set.
pub const REPLICA_SET: &str = "rs0";

const GRACE: i64 = 30;

const PREPARE: &str = r#"set -eu
trap 'exit 143' TERM
umask 077
mkdir -p /data/db
cp /credentials/keyfile /keys/keyfile
chmod 400 /keys/keyfile
until getent hosts "$POD_NAME.$GOVERNING_SERVICE.$POD_NAMESPACE.svc" >/dev/null; do sleep 0.5; done
"#;

/// The pods of the database.
pub fn build(shop: &Blueprint) -> StatefulSet {
    let governing = shop.identity.child(MONGODB);
    let mut set = stateful_set::build(shop, &shop.database, governing, template(shop));
    if let Some(spec) = set.spec.as_mut() {
        // A member that has just come back catches up before the next one goes.
        spec.min_ready_seconds = Some(10);
    }
    set
}

/// The host names of all members, as the replica set and its clients know them.
pub fn hosts(shop: &Blueprint) -> Vec<String> {
    let pods = stateful_set::pods(shop, &shop.database);
    pods.iter().map(|pod| host(shop, pod)).collect()
}

/// The host name of the member that runs in `pod`.
pub fn host(shop: &Blueprint, pod: &str) -> String {
    let governing = shop.identity.child(MONGODB);
    format!("{pod}.{governing}.{}.svc:{PORT}", shop.identity.namespace)
}

fn template(shop: &Blueprint) -> PodTemplateSpec {
    let mut spec = pod::spec(shop, MONGODB, pod::KEEPER, GRACE);
    spec.init_containers = Some(vec![prepare(shop)]);
    spec.containers = vec![member(shop)];
    spec.volumes = Some(vec![
        pod::scratch("keys"),
        pod::scratch("tmp"),
        pod::secret_volume("credentials", shop.identity.secret(MONGODB)),
    ]);
    let content = shop.credentials.hash(MONGODB);
    let mut template = pod::template(shop, MONGODB, content, PORT, spec);
    if let Some(metadata) = template.metadata.as_mut() {
        // mongod has no metrics of this kind.
        metadata
            .annotations
            .get_or_insert_default()
            .retain(|key, _| !key.starts_with("prometheus"));
    }
    template
}

fn prepare(shop: &Blueprint) -> Container {
    let governing = shop.identity.child(MONGODB);
    Container {
        command: Some(shell(PREPARE)),
        env: Some(stateful_set::identity_variables(&governing)),
        volume_mounts: Some(vec![
            pod::mount(stateful_set::DATA, "/data"),
            pod::mount("keys", "/keys"),
            pod::mount("credentials", "/credentials"),
        ]),
        resources: Some(pod::resources("50m", "512Mi")),
        ..pod::container("prepare", &shop.database.image)
    }
}

fn member(shop: &Blueprint) -> Container {
    Container {
        command: Some(command(shop)),
        ports: Some(vec![pod::port("mongodb", PORT)]),
        volume_mounts: Some(vec![
            pod::mount(stateful_set::DATA, "/data"),
            pod::mount("keys", "/keys"),
            pod::mount("tmp", "/tmp"),
        ]),
        resources: Some(pod::resources("50m", "512Mi")),
        readiness_probe: Some(Probe {
            period_seconds: Some(3),
            timeout_seconds: Some(5),
            ..pod::tcp_probe("mongodb")
        }),
        ..pod::container(MONGODB, &shop.database.image)
    }
}

fn command(shop: &Blueprint) -> Vec<String> {
    let oplog = (shop.database.template_size.mebibytes / 10).clamp(64, 50_000);
    let arguments = [
        "mongod",
        "--replSet",
        REPLICA_SET,
        "--auth",
        "--keyFile",
        "/keys/keyfile",
        "--bind_ip_all",
        "--dbpath",
        "/data/db",
        "--nounixsocket",
        "--quiet",
        "--wiredTigerCacheSizeGB",
        "0.25",
        "--setParameter",
        "shutdownTimeoutMillisForSignaledShutdown=5000",
        "--oplogSize",
    ];
    arguments.into_iter().map(str::to_owned).chain([oplog.to_string()]).collect()
}
