//! A pretended world: an API server with the controllers that make pods of objects, a broker and a
//! database, all in memory, and a fuse that lets the operator die at any write to any of them.

mod api_server;
mod controllers;
mod fuse;
mod stores;

pub(crate) use api_server::ApiServer;
pub(crate) use fuse::{Death, Fuse};
pub(crate) use stores::{MemoryBroker, MemoryDatabase};

use crate::fixtures::images;
use chassis::clock::HeldClock;
use kube::Client;
use operator::{
    broker::Broker,
    cluster::Cluster,
    crd::{Shop, ShopStatus},
    credentials::Login,
    database::Database,
    error::Result,
    events::Teller,
    reconcile::{Context, Next, Stores, reconcile},
};
use serde_json::{Value, json};
use std::{collections::BTreeMap, net::IpAddr, sync::Arc};

/// All that the operator deals with.
#[derive(Clone)]
pub(crate) struct World {
    pub(crate) fuse: Fuse,
    pub(crate) api: ApiServer,
    pub(crate) broker: MemoryBroker,
    pub(crate) database: MemoryDatabase,
    pub(crate) clock: Arc<HeldClock>,
}

impl World {
    /// A world with one Shop in it.
    pub(crate) fn with(shop: &Shop) -> Self {
        let fuse = Fuse::default();
        let nodes = usize::try_from(shop.spec.rabbitmq.replicas).unwrap();
        let world = Self {
            api: ApiServer::new(fuse.clone()),
            broker: MemoryBroker::of(nodes, fuse.clone()),
            database: MemoryDatabase::new(fuse.clone()),
            clock: Arc::new(HeldClock::at("2026-11-23T12:00:00Z".parse().unwrap())),
            fuse,
        };
        world.api.put(serde_json::to_value(shop).unwrap());
        world
    }

    /// An operator that has just started.
    fn operator(&self) -> Context {
        let client = Client::new(self.api.clone(), "default");
        Context {
            cluster: Cluster::new(client.clone()),
            stores: Arc::new(self.clone()),
            images: images(),
            teller: Teller::new(client),
            clock: self.clock.clone(),
        }
    }

    /// Stores another Shop of the same name.
    pub(crate) fn edit(&self, shop: &Shop) {
        let mut stored = serde_json::to_value(shop).unwrap();
        let name = shop.metadata.name.as_ref().unwrap();
        let path = ApiServer::path("shopkeeper.dev/v1alpha1", "shops", name);
        stored["status"] = self.api.get(&path).unwrap()["status"].clone();
        self.api.put(stored);
    }

    /// Reconciles once, with an operator that has just started; then the cluster's own controllers act.
    pub(crate) async fn step(&self, shop: &Shop) -> Result<Next> {
        self.step_where(shop, |_| true).await
    }

    /// The same, where only some Deployments go on.
    pub(crate) async fn step_where(
        &self,
        shop: &Shop,
        goes_on: impl Fn(&str) -> bool,
    ) -> Result<Next> {
        let next = Box::pin(reconcile(shop, &self.operator())).await;
        controllers::act(&self.api, goes_on);
        next
    }

    /// Reconciles until it is settled.
    #[track_caller]
    pub(crate) fn settle(&self, shop: &Shop) -> impl Future<Output = ()> {
        let (world, shop) = (self.clone(), shop.clone());
        async move {
            for _ in 0..20 {
                if matches!(world.step(&shop).await, Ok(Next::Settled)) {
                    return;
                }
            }
            panic!("not settled: {:#?}", world.status(&shop));
        }
    }

    /// What is said about a Shop.
    pub(crate) fn status(&self, shop: &Shop) -> ShopStatus {
        let name = shop.metadata.name.as_ref().unwrap();
        let found = self.api.get(&ApiServer::path("shopkeeper.dev/v1alpha1", "shops", name));
        let status = found.and_then(|it| it.get("status").cloned());
        status.map(|it| serde_json::from_value(it).unwrap()).unwrap_or_default()
    }

    /// Status and message of one condition.
    pub(crate) fn condition(&self, shop: &Shop, kind: &str) -> (String, String, String) {
        let status = self.status(shop);
        let found = status.conditions.iter().find(|it| it.type_ == kind).unwrap();
        (found.status.clone(), found.reason.clone(), found.message.clone())
    }

    /// Everything there is by name, but for what differs from one run to another.
    pub(crate) fn end_state(&self) -> BTreeMap<String, Value> {
        let mut all = self.api.all_without_volatile();
        all.insert("broker".to_owned(), json!(self.broker.names()));
        all.insert("database".to_owned(), json!(self.database.names()));
        all
    }
}

/// Compares, and tells only what differs.
#[track_caller]
pub(crate) fn assert_same(
    found: &BTreeMap<String, Value>,
    wanted: &BTreeMap<String, Value>,
    when: &str,
) {
    for (name, wanted) in wanted {
        assert_eq!(found.get(name), Some(wanted), "{name}, {when}");
    }
    let more: Vec<_> = found.keys().filter(|it| !wanted.contains_key(*it)).collect();
    assert!(more.is_empty(), "there is more, {when}: {more:?}");
}

impl Stores for World {
    fn broker(&self, _: IpAddr, _: Login) -> anyhow::Result<Arc<dyn Broker>> {
        Ok(Arc::new(self.broker.clone()))
    }

    fn database(&self) -> Arc<dyn Database> {
        Arc::new(self.database.clone())
    }
}
