//! What there is of a shop: everything that carries its label, fresh from the API server.
//!
//! Secrets are read by name, so that the operator needs no right to list them.

use crate::{
    children::Children,
    cluster::{Child, Cluster},
    credentials,
    error::{Error, Result},
    names::{Identity, SHOP},
};
use k8s_openapi::api::core::v1::{PersistentVolumeClaim, Pod, Secret};
use kube::api::ListParams;
use std::collections::BTreeMap;

/// What there is of a shop.
#[derive(Clone, Debug, Default)]
pub struct Observed {
    /// What the operator makes.
    pub live: Children,
    /// The pods that others make of it.
    pub pods: Vec<Pod>,
    /// The volume claims of broker and database.
    pub claims: Vec<PersistentVolumeClaim>,
}

impl Observed {
    /// The credentials found, by component.
    pub fn secrets(&self, shop: &Identity) -> BTreeMap<&'static str, Secret> {
        let found = |name: String| {
            self.live.secrets.iter().find(|it| it.metadata.name.as_ref() == Some(&name)).cloned()
        };
        credentials::components()
            .filter_map(|component| Some((component, found(shop.secret(component))?)))
            .collect()
    }
}

impl Cluster {
    /// Reads all that there is of a shop.
    pub async fn observe(&self, shop: &Identity) -> Result<Observed> {
        let live = Children {
            service_accounts: self.labelled(shop).await?,
            secrets: self.secrets(shop).await?,
            config_maps: self.labelled(shop).await?,
            services: self.labelled(shop).await?,
            pod_disruption_budgets: self.labelled(shop).await?,
            stateful_sets: self.labelled(shop).await?,
            deployments: self.labelled(shop).await?,
        };
        let (pods, claims) = (self.labelled(shop).await?, self.labelled(shop).await?);
        Ok(Observed { live, pods, claims })
    }

    async fn labelled<K: Child>(&self, shop: &Identity) -> Result<Vec<K>> {
        let ours = ListParams::default().labels(&format!("{SHOP}={}", shop.name));
        let list = self.api::<K>(&shop.namespace).list(&ours).await;
        list.map(|it| it.items)
            .map_err(|source| Error::Read { what: K::plural(&()).into(), source: source.into() })
    }

    async fn secrets(&self, shop: &Identity) -> Result<Vec<Secret>> {
        let api = self.api::<Secret>(&shop.namespace);
        let mut found = Vec::new();
        for component in credentials::components() {
            let what = shop.secret(component);
            let secret = api.get_opt(&what).await;
            found.extend(secret.map_err(|source| Error::Read { what, source: source.into() })?);
        }
        Ok(found)
    }
}
