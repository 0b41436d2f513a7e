//! What is generated equals what the code says. `UPDATE=1 cargo test -p operator drift` rewrites it.

use kube::CustomResourceExt as _;
use operator::{crd::Shop, rbac};
use std::{env, fs, path::PathBuf};

#[track_caller]
fn equals(file: &str, wanted: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..").join(file);
    #[expect(clippy::disallowed_methods, reason = "whether to rewrite is said from outside")]
    if env::var("UPDATE").is_ok() {
        fs::write(&path, wanted).unwrap();
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    assert!(found == wanted, "{file} is stale: run `UPDATE=1 cargo test -p operator drift`");
}

#[test]
fn the_custom_resource() {
    let crd = serde_yaml::to_string(&Shop::crd()).unwrap();
    equals("crds/shops.shopkeeper.dev.yaml", &crd);
    equals("charts/shopkeeper/crds/shops.shopkeeper.dev.yaml", &crd);
}

#[test]
fn the_rights_of_the_chart() {
    let role = serde_yaml::to_string(&rbac::cluster_role("shopkeeper-operator")).unwrap();
    equals("charts/shopkeeper/files/cluster_role.yaml", &role);
}
