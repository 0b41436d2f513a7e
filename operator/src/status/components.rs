//! How each part of a shop is, as its pods and its workload object say. Pure.

use super::pods::{self, Problem};
use crate::{blueprint::Blueprint, children::Children, names::COMPONENT};
use k8s_openapi::api::{
    apps::v1::{Deployment, StatefulSet},
    core::v1::Pod,
};
use kube::ResourceExt as _;

/// How one part is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// Its component name.
    pub component: &'static str,
    /// What it should run.
    pub image: String,
    /// How many pods there should be.
    pub wanted: i32,
    /// How many are up to date and serve.
    pub ready: i32,
    /// Whether nothing is left to be done.
    pub settled: bool,
    /// What keeps it from that, where it does not pass by itself.
    pub problem: Option<Problem>,
}

/// How all parts are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parts {
    /// The services.
    pub services: Vec<State>,
    /// The broker.
    pub broker: State,
    /// The database.
    pub database: State,
}

impl Parts {
    /// Looks at what was applied and at its pods.
    pub fn of(shop: &Blueprint, applied: &Children, pods: &[Pod]) -> Self {
        let deployment = |component: &str| {
            let name = shop.identity.child(component);
            applied.deployments.iter().find(|it| it.name_any() == name)
        };
        let set = |component: &str| {
            let name = shop.identity.child(component);
            applied.stateful_sets.iter().find(|it| it.name_any() == name)
        };
        let services = shop.workloads.iter().map(|it| {
            let (component, field) =
                (it.service.name, "spec.version or its image in spec.services");
            let pods = of_component(pods, component);
            let counts = deployment(component).map(|it| counted(it, &pods)).unwrap_or_default();
            state(component, &it.image, it.replicas, counts, problem(&pods, field))
        });
        let store = |it: &crate::blueprint::Store, field| {
            let pods = of_component(pods, it.component);
            let counts = set(it.component).map(|it| updated(it, &pods)).unwrap_or_default();
            state(it.component, &it.image, it.replicas, counts, problem(&pods, field))
        };
        Self {
            services: services.collect(),
            broker: store(&shop.broker, "spec.rabbitmq.image"),
            database: store(&shop.database, "spec.mongodb.image"),
        }
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &State> {
        self.services.iter().chain([&self.broker, &self.database])
    }
}

/// How many pods are ready and up to date, and whether the workload's own controller has seen the newest.
#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    ready: usize,
    seen: bool,
}

fn of_component<'a>(pods: &'a [Pod], component: &str) -> Vec<&'a Pod> {
    let is = |pod: &&Pod| pod.labels().get(COMPONENT).is_some_and(|it| it == component);
    pods.iter().filter(is).collect()
}

/// The pods of a Deployment do not say which template they are of, but its status counts them.
fn counted(deployment: &Deployment, pods: &[&Pod]) -> Counts {
    let ready = pods.iter().filter(|it| pods::is_ready(it)).count();
    Counts { ready, seen: rolled_out(deployment) }
}

/// Whether all its pods are of its newest template and serve, and none is left of an older one but those
/// that are about to go.
pub(crate) fn rolled_out(deployment: &Deployment) -> bool {
    let Some(status) = &deployment.status else { return false };
    let wanted = deployment.spec.as_ref().and_then(|it| it.replicas).unwrap_or(1);
    let count = |it: Option<i32>| it.unwrap_or_default();
    status.observed_generation == deployment.metadata.generation
        && count(status.updated_replicas) == wanted
        && count(status.replicas) == wanted
        && count(status.unavailable_replicas) == 0
}

fn updated(set: &StatefulSet, pods: &[&Pod]) -> Counts {
    let seen = set.status.as_ref().and_then(|it| it.observed_generation) == set.metadata.generation;
    let current = pods.iter().filter(|it| pods::is_current(set, it));
    Counts { ready: current.filter(|it| pods::is_ready(it)).count(), seen }
}

fn problem(pods: &[&Pod], field: &str) -> Option<Problem> {
    let mut problem = pods.iter().find_map(|it| pods::problem(it))?;
    if problem.is_image {
        problem.message = format!("{}: correct {field}", problem.message);
    }
    Some(problem)
}

fn state(
    component: &'static str,
    image: &str,
    wanted: i32,
    counts: Counts,
    problem: Option<Problem>,
) -> State {
    let ready = i32::try_from(counts.ready).unwrap_or(i32::MAX).min(wanted);
    let settled = counts.seen && ready == wanted;
    let problem = problem.filter(|_| !settled);
    State { component, image: image.to_owned(), wanted, ready, settled, problem }
}
