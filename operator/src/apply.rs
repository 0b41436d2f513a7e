//! The only thing that writes children to the API server: server-side apply, and only where something
//! differs; then everything that is ours and no longer planned is deleted.

mod same;

pub use same::{holds, stamped};

use crate::{
    blueprint::{Blueprint, Size, checks::claim_size},
    children::Children,
    cluster::{Child, Cluster},
    error::{Error, Result},
    metrics,
    names::{COMPONENT, Claim, Identity, MANAGER},
};
use k8s_openapi::api::core::v1::{PersistentVolumeClaim, Pod};
use kube::{
    Api, ResourceExt as _,
    api::{DeleteParams, Patch, PatchParams, Preconditions},
};
use serde_json::{Value, json};

impl Cluster {
    /// Makes everything as planned, in the order of the plan; what it is then.
    pub async fn apply(
        &self,
        shop: &Identity,
        planned: Children,
        live: &Children,
    ) -> Result<Children> {
        // No `..`: a kind left out here is a mistake that the compiler finds.
        let Children {
            service_accounts,
            secrets,
            config_maps,
            services,
            pod_disruption_budgets,
            stateful_sets,
            deployments,
        } = planned;
        Ok(Children {
            service_accounts: self.settle(shop, service_accounts, &live.service_accounts).await?,
            secrets: self.settle(shop, secrets, &live.secrets).await?,
            config_maps: self.settle(shop, config_maps, &live.config_maps).await?,
            services: self.settle(shop, services, &live.services).await?,
            pod_disruption_budgets: self
                .settle(shop, pod_disruption_budgets, &live.pod_disruption_budgets)
                .await?,
            stateful_sets: self.settle(shop, stateful_sets, &live.stateful_sets).await?,
            deployments: self.settle(shop, deployments, &live.deployments).await?,
        })
    }

    /// Deletes what is ours and was not planned. Secrets are never among it.
    pub async fn prune(&self, shop: &Identity, planned: &Children, live: &Children) -> Result<()> {
        let Children {
            service_accounts,
            secrets: _,
            config_maps,
            services,
            pod_disruption_budgets,
            stateful_sets,
            deployments,
        } = planned;
        self.sweep(shop, deployments, &live.deployments).await?;
        self.sweep(shop, stateful_sets, &live.stateful_sets).await?;
        self.sweep(shop, pod_disruption_budgets, &live.pod_disruption_budgets).await?;
        self.sweep(shop, services, &live.services).await?;
        self.sweep(shop, config_maps, &live.config_maps).await?;
        self.sweep(shop, service_accounts, &live.service_accounts).await
    }

    /// Makes the claims of broker and database as large as they should be.
    pub async fn grow(&self, shop: &Blueprint, claims: &[PersistentVolumeClaim]) -> Result<()> {
        for claim in claims {
            let component = claim.labels().get(COMPONENT);
            let stores = [&shop.broker, &shop.database];
            let store =
                stores.into_iter().find(|it| Some(it.component) == component.map(|it| &**it));
            if let Some(store) = store.filter(|it| is_smaller(claim, &it.size)) {
                self.resize(&shop.identity, claim, &store.size).await?;
            }
        }
        Ok(())
    }

    /// Deletes a pod, so that its set makes a new one.
    pub async fn replace(&self, shop: &Identity, pod: &Pod) -> Result<()> {
        self.delete(&self.api(&shop.namespace), pod).await
    }

    async fn resize(
        &self,
        shop: &Identity,
        claim: &PersistentVolumeClaim,
        size: &Size,
    ) -> Result<()> {
        let wanted = json!({ "spec": { "resources": { "requests": { "storage": size.text } } } });
        let api = self.api::<PersistentVolumeClaim>(&shop.namespace);
        let ours =
            PatchParams { field_manager: Some(MANAGER.to_owned()), ..PatchParams::default() };
        metrics::written("PersistentVolumeClaim");
        api.patch(&claim.name_any(), &ours, &Patch::Merge(wanted))
            .await
            .map(drop)
            .map_err(|source| Error::Apply { what: claim.what(), source: source.into() })
    }

    async fn settle<K: Child>(
        &self,
        shop: &Identity,
        planned: Vec<K>,
        live: &[K],
    ) -> Result<Vec<K>> {
        let api = self.api::<K>(&shop.namespace);
        let mut settled = Vec::with_capacity(planned.len());
        for object in planned {
            settled.push(settle_one(&api, shop, &object, live).await?);
        }
        Ok(settled)
    }

    async fn sweep<K: Child>(&self, shop: &Identity, planned: &[K], live: &[K]) -> Result<()> {
        let api = self.api::<K>(&shop.namespace);
        let owned = |it: &&K| it.owner_references().iter().any(|it| it.uid == shop.owner.uid);
        let is_planned = |it: &K| planned.iter().any(|one| one.meta().name == it.meta().name);
        for orphan in live.iter().filter(owned).filter(|it| !is_planned(it)) {
            if orphan.meta().deletion_timestamp.is_none() {
                self.delete(&api, orphan).await?;
            }
        }
        Ok(())
    }

    /// Deletes exactly what was seen: not another of the same name, nor a changed one.
    async fn delete<K: Child>(&self, api: &Api<K>, object: &K) -> Result<()> {
        let seen = Preconditions { uid: object.uid(), resource_version: object.resource_version() };
        let parameters = DeleteParams::background().preconditions(seen);
        tracing::info!(object = object.what(), "deleting");
        metrics::written(&K::kind(&()));
        match api.delete(&object.name_any(), &parameters).await {
            Ok(_) => Ok(()),
            // Gone already, or changed since: the next look tells.
            Err(kube::Error::Api(status)) if status.is_not_found() || status.is_conflict() => {
                Ok(())
            }
            Err(source) => Err(Error::Delete { what: object.what(), source: source.into() }),
        }
    }
}

/// Writes `object` unless the live one already has all of it.
async fn settle_one<K: Child>(api: &Api<K>, shop: &Identity, object: &K, live: &[K]) -> Result<K> {
    let what = object.what();
    let name = object.name_any();
    let wanted = stamped(object).map_err(|source| Error::Encode { what: what.clone(), source })?;
    let known = live.iter().find(|it| it.name_any() == name).cloned();
    let found = match known {
        Some(known) => Some(known),
        None => api
            .get_opt(&name)
            .await
            .map_err(|source| Error::Read { what: what.clone(), source: source.into() })?,
    };
    if let Some(found) = found {
        check_claim(shop, &found)?;
        if is_as_wanted(&wanted, &found) {
            return Ok(found);
        }
    }
    tracing::info!(object = what, "applying");
    metrics::written(&K::kind(&()));
    api.patch(&name, &PatchParams::apply(MANAGER).force(), &Patch::Apply(wanted))
        .await
        .map_err(|source| Error::Apply { what, source: source.into() })
}

fn check_claim<K: Child>(shop: &Identity, found: &K) -> Result<()> {
    let what = found.what();
    match shop.claim(found.meta()) {
        Claim::Ours if found.meta().deletion_timestamp.is_none() => Ok(()),
        Claim::Ours | Claim::Leftover => Err(Error::Leftover { what }),
        Claim::Foreign => Err(Error::NameTaken { what }),
    }
}

fn is_as_wanted<K: Child>(wanted: &Value, found: &K) -> bool {
    serde_json::to_value(found).is_ok_and(|found| holds(&found, wanted))
}

fn is_smaller(claim: &PersistentVolumeClaim, size: &Size) -> bool {
    let has = claim.spec.as_ref().and_then(claim_size);
    has.is_some_and(|has| has.mebibytes < size.mebibytes)
}
