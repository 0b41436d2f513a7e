//! The Secret that a component logs in with. Where data outlives the Shop, so does what opens it: then
//! the Secret has no owner, and is found again by its name and labels.

use crate::blueprint::Blueprint;
use k8s_openapi::{
    ByteString, api::core::v1::Secret, apimachinery::pkg::apis::meta::v1::ObjectMeta,
};
use std::collections::BTreeMap;

/// The Secret of `component`.
pub fn build(
    shop: &Blueprint,
    component: &str,
    entries: &BTreeMap<&'static str, String>,
) -> Secret {
    let bytes = |value: &String| ByteString(value.clone().into_bytes());
    Secret {
        metadata: metadata(shop, component),
        data: Some(entries.iter().map(|(key, it)| ((*key).to_owned(), bytes(it))).collect()),
        ..Secret::default()
    }
}

fn metadata(shop: &Blueprint, component: &str) -> ObjectMeta {
    let mut metadata = shop.identity.meta(component);
    metadata.name = Some(shop.identity.secret(component));
    if shop.retain {
        metadata.owner_references = None;
    }
    metadata
}
