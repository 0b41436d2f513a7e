//! Who the pods of a component are: nobody with any rights.

use crate::blueprint::Blueprint;
use k8s_openapi::api::core::v1::ServiceAccount;

/// The account of `component`.
pub fn build(shop: &Blueprint, component: &str) -> ServiceAccount {
    ServiceAccount {
        metadata: shop.identity.meta(component),
        automount_service_account_token: Some(false),
        ..ServiceAccount::default()
    }
}
