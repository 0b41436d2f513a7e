//! The API server, as the operator uses it. What is read is in `observe`, what is written in `apply` and
//! `report`; nothing else talks to it.

use crate::{
    crd::Shop,
    error::{Error, Result},
};
use kube::{Api, Client, Resource, ResourceExt as _, core::NamespaceResourceScope};
use serde::{Serialize, de::DeserializeOwned};
use std::fmt::Debug;

/// The API server.
#[derive(Clone)]
pub struct Cluster {
    client: Client,
}

impl Debug for Cluster {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cluster").finish_non_exhaustive()
    }
}

/// What a kind must be for the operator to deal with it.
pub trait Child:
    Resource<DynamicType = (), Scope = NamespaceResourceScope>
    + Clone
    + Debug
    + Serialize
    + DeserializeOwned
{
    /// Its kind and name, for people.
    fn what(&self) -> String {
        format!("{} {}", Self::kind(&()), self.name_any())
    }
}

impl<K> Child for K where
    K: Resource<DynamicType = (), Scope = NamespaceResourceScope>
        + Clone
        + Debug
        + Serialize
        + DeserializeOwned
{
}

impl Cluster {
    /// The API server that `client` talks to.
    pub const fn new(client: Client) -> Self {
        Self { client }
    }

    /// The Shop as it is now, which a watch may not know yet.
    pub async fn shop(&self, namespace: &str, name: &str) -> Result<Option<Shop>> {
        let shop = self.api::<Shop>(namespace).get_opt(name).await;
        shop.map_err(|source| Error::Read { what: format!("Shop {name}"), source: source.into() })
    }

    pub(crate) fn api<K: Child>(&self, namespace: &str) -> Api<K> {
        Api::namespaced(self.client.clone(), namespace)
    }
}
