//! What the operator may do: the kinds it deals with and the verbs it uses, in one list. The chart's
//! `ClusterRole` is printed from it.

use k8s_openapi::{
    api::rbac::v1::{ClusterRole, PolicyRule},
    apimachinery::pkg::apis::meta::v1::ObjectMeta,
};

/// To be watched, made, changed and deleted.
const OWNED: &[&str] = &["create", "delete", "get", "list", "patch", "watch"];

/// API group, resources, verbs.
const RULES: [(&str, &[&str], &[&str]); 9] = [
    ("shopkeeper.dev", &["shops"], &["get", "list", "watch"]),
    ("shopkeeper.dev", &["shops/status"], &["patch"]),
    ("", &["configmaps", "serviceaccounts", "services"], OWNED),
    ("apps", &["deployments", "statefulsets"], OWNED),
    ("policy", &["poddisruptionbudgets"], OWNED),
    // By name only: nobody's Secrets are ever listed.
    ("", &["secrets"], &["create", "get", "patch"]),
    // A pod that blocks a rollout is deleted; nothing is ever run inside one.
    ("", &["pods"], &["delete", "list", "watch"]),
    ("", &["persistentvolumeclaims"], &["list", "patch"]),
    ("events.k8s.io", &["events"], &["create", "patch"]),
];

/// The rights as an object.
pub fn cluster_role(name: &str) -> ClusterRole {
    ClusterRole {
        metadata: ObjectMeta { name: Some(name.to_owned()), ..ObjectMeta::default() },
        rules: Some(rules()),
        ..ClusterRole::default()
    }
}

/// The rights.
pub fn rules() -> Vec<PolicyRule> {
    let texts = |all: &[&str]| all.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
    RULES
        .map(|(group, resources, verbs)| PolicyRule {
            api_groups: Some(texts(&[group])),
            resources: Some(texts(resources)),
            verbs: texts(verbs),
            ..PolicyRule::default()
        })
        .into()
}
