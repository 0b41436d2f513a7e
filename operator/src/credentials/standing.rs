//! Whether the pods that run were given what the Secrets hold now. Pure.

use super::Credentials;
use crate::{
    names::{COMPONENT, CONTENT, Identity},
    observe::Observed,
    status,
};
use contracts::catalog::{self, CATALOG, Service};
use k8s_openapi::api::{apps::v1::Deployment, core::v1::Pod};
use kube::ResourceExt as _;

/// Who knows the present keys of customers' tokens: everybody checks them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// All who check tokens.
    pub verifiers: bool,
    /// Who signs them.
    pub signer: bool,
}

impl Standing {
    /// As far as `credentials`, which the Secrets hold, have reached the pods.
    pub fn of(shop: &Identity, credentials: &Credentials, observed: &Observed) -> Self {
        let knows = |it: &Service| {
            let content = credentials.hash(it.name);
            let deployment =
                observed.live.deployments.iter().find(|one| one.name_any() == shop.child(it.name));
            let is_updated = deployment.is_some_and(|it| is_updated(it, &content));
            is_updated
                && pods(&observed.pods, it.name)
                    .all(|pod| has(pod.annotations().get(CONTENT), &content))
        };
        Self { verifiers: CATALOG.iter().all(knows), signer: knows(&catalog::CUSTOMERS) }
    }
}

/// Whether its own controller has made all pods of a template with this content.
fn is_updated(deployment: &Deployment, content: &str) -> bool {
    let template = deployment.spec.as_ref().and_then(|it| it.template.metadata.as_ref());
    let annotations = template.and_then(|it| it.annotations.as_ref());
    has(annotations.and_then(|it| it.get(CONTENT)), content) && status::rolled_out(deployment)
}

/// Those that may still answer: one that is about to go does, for a while, and its Deployment does not
/// count it any more.
fn pods<'a>(all: &'a [Pod], component: &str) -> impl Iterator<Item = &'a Pod> {
    let over = |pod: &Pod| {
        let phase = pod.status.as_ref().and_then(|it| it.phase.as_deref());
        matches!(phase, Some("Succeeded" | "Failed"))
    };
    all.iter().filter(move |it| has(it.labels().get(COMPONENT), component) && !over(it))
}

fn has(found: Option<&String>, wanted: &str) -> bool {
    found.is_some_and(|it| it == wanted)
}
