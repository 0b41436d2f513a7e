//! The pods of one service.

use super::{env, gateway_settings, pod};
use crate::blueprint::{Blueprint, Workload};
use contracts::catalog::{GATEWAY, ORDERS, Service};
use k8s_openapi::{
    api::{
        apps::v1::{Deployment, DeploymentSpec, DeploymentStrategy, RollingUpdateDeployment},
        core::v1::{
            Container, Lifecycle, LifecycleHandler, PodSpec, PodTemplateSpec, Probe, SleepAction,
            VolumeMount,
        },
    },
    apimachinery::pkg::{
        apis::meta::v1::{LabelSelector, ObjectMeta},
        util::intstr::IntOrString,
    },
};

/// A little more than a service takes to stop: three seconds in which it still serves, and twenty to finish.
const GRACE: i64 = 30;
/// How long the gateway is not yet told to stop. Who sends it requests from outside the cluster, such as a
/// load balancer, takes longer than the services to learn that a pod is about to go.
const FAREWELL: i64 = 5;
/// How long a new gateway has to stay ready before an old one goes, so that it is known everywhere first.
const PROBATION: i32 = 5;
const SETTINGS: &str = "settings";

/// The pods of one service.
pub fn build(shop: &Blueprint, workload: &Workload) -> Deployment {
    let component = workload.service.name;
    let is_entry = workload.service == GATEWAY;
    Deployment {
        metadata: metadata(shop, component),
        spec: Some(DeploymentSpec {
            replicas: Some(workload.replicas),
            selector: LabelSelector {
                match_labels: Some(shop.identity.selector(component)),
                ..LabelSelector::default()
            },
            strategy: Some(never_fewer()),
            min_ready_seconds: is_entry.then_some(PROBATION),
            revision_history_limit: Some(3),
            template: template(shop, workload),
            ..DeploymentSpec::default()
        }),
        ..Deployment::default()
    }
}

/// With the version, where that can be a label.
fn metadata(shop: &Blueprint, component: &str) -> ObjectMeta {
    let mut metadata = shop.identity.meta(component);
    let version = &shop.version;
    if version.len() <= 63 && version.ends_with(|it: char| it.is_ascii_alphanumeric()) {
        let labels = metadata.labels.get_or_insert_default();
        labels.insert("app.kubernetes.io/version".to_owned(), version.clone());
    }
    metadata
}

/// A new pod is ready before an old one goes.
fn never_fewer() -> DeploymentStrategy {
    DeploymentStrategy {
        type_: Some("RollingUpdate".to_owned()),
        rolling_update: Some(RollingUpdateDeployment {
            max_unavailable: Some(IntOrString::Int(0)),
            max_surge: Some(IntOrString::Int(1)),
        }),
    }
}

fn template(shop: &Blueprint, workload: &Workload) -> PodTemplateSpec {
    let service = workload.service;
    let mut spec = pod::spec(shop, service.name, pod::NOBODY, GRACE);
    spec.containers = vec![container(shop, workload)];
    if service == GATEWAY {
        be_entry(shop, &mut spec);
    }
    let content = shop.credentials.hash(service.name);
    pod::template(shop, service.name, content, service.port, spec)
}

/// What the gateway has beside the others: its settings, which are not part of the content that rolls it, and
/// time to say farewell.
fn be_entry(shop: &Blueprint, spec: &mut PodSpec) {
    spec.termination_grace_period_seconds = Some(GRACE + FAREWELL);
    spec.volumes = Some(vec![pod::config_volume(SETTINGS, gateway_settings::name(shop))]);
    for container in &mut spec.containers {
        container.volume_mounts = Some(vec![VolumeMount {
            read_only: Some(true),
            ..pod::mount(SETTINGS, gateway_settings::FOLDER)
        }]);
        container.lifecycle = Some(Lifecycle {
            pre_stop: Some(LifecycleHandler {
                sleep: Some(SleepAction { seconds: FAREWELL }),
                ..LifecycleHandler::default()
            }),
            ..Lifecycle::default()
        });
    }
}

/// What a pod is given, several times what it holds when nobody asks it anything.
fn memory(service: Service) -> &'static str {
    match service {
        // A thousand clients at once, each with a connection, a body and what is made of it.
        GATEWAY | ORDERS => "256Mi",
        // Two passwords may be hashed at a time, each in 19 MiB; the others handle hundreds of messages.
        _ => "128Mi",
    }
}

fn container(shop: &Blueprint, workload: &Workload) -> Container {
    let service = workload.service;
    Container {
        ports: Some(vec![pod::port("http", service.port)]),
        env: Some(env::build(shop, workload)),
        resources: Some(pod::resources("10m", memory(service))),
        startup_probe: Some(Probe {
            period_seconds: Some(1),
            failure_threshold: Some(60),
            ..pod::http_probe("/livez")
        }),
        readiness_probe: Some(Probe {
            period_seconds: Some(3),
            timeout_seconds: Some(3),
            ..pod::http_probe("/readyz")
        }),
        liveness_probe: Some(Probe {
            timeout_seconds: Some(5),
            failure_threshold: Some(6),
            ..pod::http_probe("/livez")
        }),
        ..pod::container(service.name, &workload.image)
    }
}
