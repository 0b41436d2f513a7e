//! What the broker and the database have in common: pods with names and volumes that stay.
//!
//! `Parallel`, or a cluster that lost all its pods could never start again, since the first waits for the
//! others. The size that claims are made with is never changed; claims are grown one by one.

use super::pod;
use crate::blueprint::{Blueprint, Store};
use k8s_openapi::{
    api::{
        apps::v1::{StatefulSet, StatefulSetPersistentVolumeClaimRetentionPolicy, StatefulSetSpec},
        core::v1::{
            EnvVar, PersistentVolumeClaim, PersistentVolumeClaimSpec, PodTemplateSpec,
            VolumeResourceRequirements,
        },
    },
    apimachinery::pkg::{
        api::resource::Quantity,
        apis::meta::v1::{LabelSelector, ObjectMeta},
    },
};

/// The name of the claim, in the pods as in the template.
pub const DATA: &str = "data";

/// A set of `template`s, whose pods find each other by the Service `governing`.
pub fn build(
    shop: &Blueprint,
    store: &Store,
    governing: String,
    template: PodTemplateSpec,
) -> StatefulSet {
    StatefulSet {
        metadata: shop.identity.meta(store.component),
        spec: Some(StatefulSetSpec {
            replicas: Some(store.replicas),
            service_name: Some(governing),
            pod_management_policy: Some("Parallel".to_owned()),
            selector: LabelSelector {
                match_labels: Some(shop.identity.selector(store.component)),
                ..LabelSelector::default()
            },
            template,
            revision_history_limit: Some(3),
            volume_claim_templates: Some(vec![claim(shop, store)]),
            persistent_volume_claim_retention_policy: Some(retention(shop.retain)),
            ..StatefulSetSpec::default()
        }),
        ..StatefulSet::default()
    }
}

fn retention(retain: bool) -> StatefulSetPersistentVolumeClaimRetentionPolicy {
    StatefulSetPersistentVolumeClaimRetentionPolicy {
        when_deleted: Some(if retain { "Retain" } else { "Delete" }.to_owned()),
        when_scaled: Some("Retain".to_owned()),
    }
}

fn claim(shop: &Blueprint, store: &Store) -> PersistentVolumeClaim {
    let size = Quantity(store.template_size.text.clone());
    PersistentVolumeClaim {
        metadata: ObjectMeta {
            name: Some(DATA.to_owned()),
            labels: Some(shop.identity.labels(store.component)),
            ..ObjectMeta::default()
        },
        spec: Some(PersistentVolumeClaimSpec {
            access_modes: Some(vec!["ReadWriteOnce".to_owned()]),
            storage_class_name: store.class_name.clone(),
            resources: Some(VolumeResourceRequirements {
                requests: Some([("storage".to_owned(), size)].into()),
                ..VolumeResourceRequirements::default()
            }),
            ..PersistentVolumeClaimSpec::default()
        }),
        ..PersistentVolumeClaim::default()
    }
}

/// What tells a pod of the set who it is.
pub fn identity_variables(governing: &str) -> Vec<EnvVar> {
    vec![
        pod::field_variable("POD_NAME", "metadata.name"),
        pod::field_variable("POD_NAMESPACE", "metadata.namespace"),
        pod::variable("GOVERNING_SERVICE", governing),
    ]
}

/// The names of the set's pods.
pub fn pods(shop: &Blueprint, store: &Store) -> Vec<String> {
    let set = shop.identity.child(store.component);
    (0..store.replicas).map(|ordinal| format!("{set}-{ordinal}")).collect()
}
