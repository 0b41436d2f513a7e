//! The settings of the gateway as a file that it watches. Its pods are not made anew when it changes: the
//! kubelet brings the new text to those that run, within about a minute.

use crate::blueprint::Blueprint;
use contracts::{catalog::GATEWAY, gateway_settings::GatewaySettings};
use k8s_openapi::api::core::v1::ConfigMap;
use serde_json::json;

/// What stands behind the name of the Shop.
const NAME: &str = "gateway-settings";
const FILE: &str = "gateway.json";
/// Where the gateway finds it. The folder is mounted as a whole: a single file would never change.
pub const FOLDER: &str = "/etc/shopkeeper";

/// The settings.
pub fn build(shop: &Blueprint) -> ConfigMap {
    let mut metadata = shop.identity.meta(GATEWAY.name);
    metadata.name = Some(name(shop));
    let settings: &GatewaySettings = &shop.gateway;
    let text = format!("{:#}\n", json!(settings));
    ConfigMap { metadata, data: Some([(FILE.to_owned(), text)].into()), ..ConfigMap::default() }
}

/// What it is called.
pub fn name(shop: &Blueprint) -> String {
    shop.identity.child(NAME)
}

/// Where the gateway finds it.
pub fn path() -> String {
    format!("{FOLDER}/{FILE}")
}
