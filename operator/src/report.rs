//! Writes the status of a Shop, and only when it says something else than before.

use crate::{
    cluster::Cluster,
    crd::{Shop, ShopStatus},
    error::{Error, Result},
    metrics,
    names::MANAGER,
};
use kube::{
    Resource as _, ResourceExt as _,
    api::{Patch, PatchParams},
};
use serde_json::json;

impl Cluster {
    /// Makes `status` the status of `shop`; whether that was news.
    pub async fn report(&self, shop: &Shop, status: &ShopStatus) -> Result<bool> {
        if shop.status.as_ref() == Some(status) {
            return Ok(false);
        }
        let name = shop.name_any();
        let patch = json!({
            "apiVersion": Shop::api_version(&()),
            "kind": Shop::kind(&()),
            "metadata": { "name": name, "uid": shop.uid() },
            "status": status,
        });
        let api = self.api::<Shop>(&shop.namespace().unwrap_or_default());
        metrics::written("Shop");
        api.patch_status(&name, &PatchParams::apply(MANAGER).force(), &Patch::Apply(patch))
            .await
            .map(|_| true)
            .map_err(|source| Error::Report { source: source.into() })
    }
}
