//! What pods say: whether they serve, and what keeps them from it. Pure.

use k8s_openapi::api::{
    apps::v1::StatefulSet,
    core::v1::{ContainerStatus, Pod, PodStatus},
};
use kube::ResourceExt as _;
use std::net::IpAddr;

/// The label by which a pod of a `StatefulSet` says which template it was made from.
const REVISION: &str = "controller-revision-hash";

/// Why a container may wait for something that does not come by itself.
const BAD_REASONS: [&str; 9] = [
    "ImagePullBackOff",
    "ErrImagePull",
    "ErrImageNeverPull",
    "InvalidImageName",
    "CrashLoopBackOff",
    "CreateContainerConfigError",
    "CreateContainerError",
    "RunContainerError",
    "Unschedulable",
];

/// Something that keeps a pod from serving.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// In one word.
    pub reason: &'static str,
    /// Which pod, and what about it.
    pub message: String,
    /// Whether it is about the image.
    pub is_image: bool,
}

/// Whether it serves, and is not about to go.
pub fn is_ready(pod: &Pod) -> bool {
    pod.metadata.deletion_timestamp.is_none() && condition(pod, "Ready")
}

fn condition(pod: &Pod, kind: &str) -> bool {
    let status = pod.status.iter().flat_map(|it| it.conditions.iter().flatten());
    status.into_iter().any(|it| it.type_ == kind && it.status == "True")
}

/// Where it is, if it runs and is not about to go.
pub fn address(pod: &Pod) -> Option<IpAddr> {
    let status = pod.status.as_ref()?;
    let runs = status.phase.as_deref() == Some("Running");
    let stays = pod.metadata.deletion_timestamp.is_none();
    (runs && stays).then(|| status.pod_ip.as_ref()?.parse().ok())?
}

/// What keeps it from serving, where that does not pass by itself.
pub fn problem(pod: &Pod) -> Option<Problem> {
    let status = pod.status.as_ref()?;
    let containers = status.init_container_statuses.iter().chain(&status.container_statuses);
    containers.flatten().find_map(|it| waiting(pod, it)).or_else(|| unscheduled(pod, status))
}

fn waiting(pod: &Pod, container: &ContainerStatus) -> Option<Problem> {
    let reason = container.state.as_ref()?.waiting.as_ref()?.reason.as_ref()?;
    let reason = bad(reason)?;
    let (pod, name, image) = (pod.name_any(), &container.name, &container.image);
    let is_image = reason.contains("Image");
    let message = if is_image {
        format!("pod {pod} cannot get the image {image}")
    } else {
        format!("container {name} of pod {pod} does not start: see kubectl logs {pod} -c {name}")
    };
    // Kubernetes alternates between these two while it tries again.
    let reason = if reason == "ErrImagePull" { "ImagePullBackOff" } else { reason };
    Some(Problem { reason, message, is_image })
}

fn unscheduled(pod: &Pod, status: &PodStatus) -> Option<Problem> {
    let mut conditions = status.conditions.iter().flatten();
    let reason = conditions
        .find(|it| it.type_ == "PodScheduled" && it.status == "False")
        .and_then(|it| bad(it.reason.as_ref()?))?;
    let pod = pod.name_any();
    let message = format!("no node can take pod {pod}: see kubectl describe pod {pod}");
    Some(Problem { reason, message, is_image: false })
}

fn bad(reason: &str) -> Option<&'static str> {
    BAD_REASONS.into_iter().find(|it| *it == reason)
}

/// Whether a pod was made from the newest template of its set.
pub(super) fn is_current(set: &StatefulSet, pod: &Pod) -> bool {
    let newest = set.status.as_ref().and_then(|it| it.update_revision.as_ref());
    newest.is_some() && pod.labels().get(REVISION) == newest
}

/// The pods of a set that were made from an older template and do not start. The set would wait for them
/// before it makes newer ones, so that a bad image would outlive its correction.
pub fn stuck<'a>(set: &StatefulSet, pods: &'a [Pod]) -> Vec<&'a Pod> {
    let generation = set.status.as_ref().and_then(|it| it.observed_generation);
    if generation != set.metadata.generation {
        return Vec::new();
    }
    let owned = |pod: &&Pod| {
        pod.owner_references().iter().any(|it| Some(&it.uid) == set.metadata.uid.as_ref())
    };
    let hopeless = |pod: &&Pod| {
        pod.metadata.deletion_timestamp.is_none() && !is_ready(pod) && problem(pod).is_some()
    };
    pods.iter().filter(owned).filter(|it| !is_current(set, it)).filter(hopeless).collect()
}
