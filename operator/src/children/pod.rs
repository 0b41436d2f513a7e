//! What all pods of a shop have in common: they run under the `restricted` Pod Security Standard, take no
//! token, ask for little and are spread over nodes.

use crate::{
    blueprint::Blueprint,
    names::{CONTENT, Labels, labels},
};
use k8s_openapi::{
    api::core::v1::{
        Capabilities, ConfigMapVolumeSource, Container, ContainerPort, EmptyDirVolumeSource,
        EnvVar, EnvVarSource, HTTPGetAction, ObjectFieldSelector, PodSecurityContext, PodSpec,
        PodTemplateSpec, Probe, ResourceRequirements, SeccompProfile, SecretKeySelector,
        SecretVolumeSource, SecurityContext, TCPSocketAction, TopologySpreadConstraint, Volume,
        VolumeMount,
    },
    apimachinery::pkg::{
        api::resource::Quantity,
        apis::meta::v1::{LabelSelector, ObjectMeta},
        util::intstr::IntOrString,
    },
};

/// The user of a service's pods.
pub const NOBODY: i64 = 65_532;
/// The user of the broker's and the database's pods, which their images know.
pub const KEEPER: i64 = 999;

/// What a pod of `component` is, without its containers.
pub fn spec(shop: &Blueprint, component: &str, user: i64, grace: i64) -> PodSpec {
    PodSpec {
        service_account_name: Some(shop.identity.child(component)),
        automount_service_account_token: Some(false),
        enable_service_links: Some(false),
        security_context: Some(restricted(user)),
        termination_grace_period_seconds: Some(grace),
        topology_spread_constraints: Some(vec![over_nodes(shop.identity.selector(component))]),
        ..PodSpec::default()
    }
}

/// The template of `component`'s pods; a change of `content` rolls them.
pub fn template(
    shop: &Blueprint,
    component: &str,
    content: String,
    metrics_port: u16,
    spec: PodSpec,
) -> PodTemplateSpec {
    let mut annotations = labels([
        ("prometheus.io/scrape", "true"),
        ("prometheus.io/path", "/metrics"),
        ("prometheus.io/port", &metrics_port.to_string()),
    ]);
    annotations.insert(CONTENT.to_owned(), content);
    PodTemplateSpec {
        metadata: Some(ObjectMeta {
            labels: Some(shop.identity.labels(component)),
            annotations: Some(annotations),
            ..ObjectMeta::default()
        }),
        spec: Some(spec),
    }
}

/// A container with a read-only root that may nothing, for the caller to fill in.
pub fn container(name: &str, image: &str) -> Container {
    Container {
        name: name.to_owned(),
        image: Some(image.to_owned()),
        image_pull_policy: Some("IfNotPresent".to_owned()),
        security_context: Some(locked_down()),
        ..Container::default()
    }
}

fn restricted(user: i64) -> PodSecurityContext {
    let keeps_data = user == KEEPER;
    PodSecurityContext {
        run_as_non_root: Some(true),
        run_as_user: Some(user),
        run_as_group: Some(user),
        fs_group: keeps_data.then_some(user),
        fs_group_change_policy: keeps_data.then(|| "OnRootMismatch".to_owned()),
        seccomp_profile: Some(SeccompProfile {
            type_: "RuntimeDefault".to_owned(),
            ..SeccompProfile::default()
        }),
        ..PodSecurityContext::default()
    }
}

fn locked_down() -> SecurityContext {
    SecurityContext {
        allow_privilege_escalation: Some(false),
        capabilities: Some(Capabilities {
            drop: Some(vec!["ALL".to_owned()]),
            ..Capabilities::default()
        }),
        read_only_root_filesystem: Some(true),
        ..SecurityContext::default()
    }
}

fn over_nodes(selector: Labels) -> TopologySpreadConstraint {
    TopologySpreadConstraint {
        max_skew: 1,
        topology_key: "kubernetes.io/hostname".to_owned(),
        when_unsatisfiable: "ScheduleAnyway".to_owned(),
        label_selector: Some(LabelSelector {
            match_labels: Some(selector),
            ..LabelSelector::default()
        }),
        ..TopologySpreadConstraint::default()
    }
}

/// Asks for a little processor time, and for memory that is also the limit.
pub fn resources(cpu: &str, memory: &str) -> ResourceRequirements {
    let quantity = |name: &str, amount: &str| (name.to_owned(), Quantity(amount.to_owned()));
    ResourceRequirements {
        requests: Some([quantity("cpu", cpu), quantity("memory", memory)].into()),
        limits: Some([quantity("memory", memory)].into()),
        ..ResourceRequirements::default()
    }
}

/// A port with a name.
pub fn port(name: &str, number: u16) -> ContainerPort {
    ContainerPort {
        name: Some(name.to_owned()),
        container_port: number.into(),
        ..ContainerPort::default()
    }
}

/// Asks for `path` on the port `http`.
pub fn http_probe(path: &str) -> Probe {
    Probe {
        http_get: Some(HTTPGetAction {
            path: Some(path.to_owned()),
            port: IntOrString::String("http".to_owned()),
            ..HTTPGetAction::default()
        }),
        ..Probe::default()
    }
}

/// Connects to a port.
pub fn tcp_probe(port: &str) -> Probe {
    Probe {
        tcp_socket: Some(TCPSocketAction {
            port: IntOrString::String(port.to_owned()),
            ..TCPSocketAction::default()
        }),
        ..Probe::default()
    }
}

/// A variable with a value.
pub fn variable(name: &str, value: impl Into<String>) -> EnvVar {
    EnvVar { name: name.to_owned(), value: Some(value.into()), value_from: None }
}

/// A variable that comes from a Secret.
pub fn secret_variable(name: &str, secret: &str, key: &str) -> EnvVar {
    let source = SecretKeySelector { name: secret.to_owned(), key: key.to_owned(), optional: None };
    let source = EnvVarSource { secret_key_ref: Some(source), ..EnvVarSource::default() };
    EnvVar { name: name.to_owned(), value: None, value_from: Some(source) }
}

/// A variable that says something about the pod.
pub fn field_variable(name: &str, path: &str) -> EnvVar {
    let source = ObjectFieldSelector { field_path: path.to_owned(), api_version: None };
    let source = EnvVarSource { field_ref: Some(source), ..EnvVarSource::default() };
    EnvVar { name: name.to_owned(), value: None, value_from: Some(source) }
}

/// A volume at a path.
pub fn mount(volume: &str, path: &str) -> VolumeMount {
    VolumeMount { name: volume.to_owned(), mount_path: path.to_owned(), ..VolumeMount::default() }
}

/// A folder that lives as long as the pod.
pub fn scratch(name: &str) -> Volume {
    Volume {
        name: name.to_owned(),
        empty_dir: Some(EmptyDirVolumeSource::default()),
        ..Volume::default()
    }
}

/// A Secret as files.
pub fn secret_volume(name: &str, secret: String) -> Volume {
    let source = SecretVolumeSource { secret_name: Some(secret), ..SecretVolumeSource::default() };
    Volume { name: name.to_owned(), secret: Some(source), ..Volume::default() }
}

/// A configuration as files, which follow its changes.
pub fn config_volume(name: &str, config_map: String) -> Volume {
    let source = ConfigMapVolumeSource { name: config_map, ..ConfigMapVolumeSource::default() };
    Volume { name: name.to_owned(), config_map: Some(source), ..Volume::default() }
}
