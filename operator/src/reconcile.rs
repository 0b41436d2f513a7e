//! The pipeline: observe → blueprint → plan → apply → tend → report. Nothing else.

use crate::{
    blueprint::{self, Blueprint, Refused, identity},
    broker::{self, Broker},
    children::{Children, mongodb, stateful_set},
    cluster::Cluster,
    config::Images,
    crd::{Shop, ShopStatus},
    credentials::{Asked, Credentials, Login, Standing},
    database::{self, Database, Member},
    error::Result,
    events::{self, Teller, Told},
    metrics,
    names::{COMPONENT, Identity, RABBITMQ},
    observe::Observed,
    plan, status,
};
use chassis::clock::SharedClock;
use jiff::Timestamp;
use k8s_openapi::api::core::v1::Pod;
use kube::ResourceExt as _;
use std::{net::IpAddr, sync::Arc};

/// What a reconciliation works with.
pub struct Context {
    /// The API server.
    pub cluster: Cluster,
    /// What runs in the pods.
    pub stores: Arc<dyn Stores>,
    /// What Shops run when they do not say.
    pub images: Images,
    /// Who tells events.
    pub teller: Teller,
    /// What time it is.
    pub clock: SharedClock,
}

impl std::fmt::Debug for Context {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Context").field("images", &self.images).finish_non_exhaustive()
    }
}

/// Finds what runs in the pods.
pub trait Stores: Send + Sync {
    /// The broker's node at an address.
    fn broker(&self, address: IpAddr, login: Login) -> anyhow::Result<Arc<dyn Broker>>;
    /// The database.
    fn database(&self) -> Arc<dyn Database>;
}

/// When to look again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// It is settled: look now and then whether it still is.
    Settled,
    /// Something is on its way.
    Soon,
    /// Nothing will change until a person changes something.
    Wait,
}

/// Brings one shop a step closer to what it should be.
pub async fn reconcile(shop: &Shop, ctx: &Context) -> Result<Next> {
    let (namespace, name) = (shop.namespace().ok_or(Refused::NotStored)?, shop.name_any());
    let Some(shop) = ctx.cluster.shop(&namespace, &name).await? else { return Ok(Next::Wait) };
    if shop.metadata.deletion_timestamp.is_some() || shop.spec.paused {
        return Ok(Next::Wait);
    }
    match advance(&shop, ctx).await {
        Ok((status, told)) => {
            let settled = is_ready(&status);
            report(&shop, ctx, &status, told).await?;
            Ok(if settled { Next::Settled } else { Next::Soon })
        }
        Err(error) => {
            let status = status::refused(&error, &shop, ctx.clock.now());
            report(&shop, ctx, &status, Vec::new()).await?;
            Err(error)
        }
    }
}

async fn advance(shop: &Shop, ctx: &Context) -> Result<(ShopStatus, Vec<Told>)> {
    let cluster = &ctx.cluster;
    let identity = identity(shop)?;
    let observed = cluster.observe(&identity).await?; // reads
    let credentials = credentials(shop, &identity, &observed, ctx.clock.now()); // pure
    let sets = &observed.live.stateful_sets;
    let blueprint = Blueprint::draw(shop, &ctx.images, credentials, sets)?; // pure
    let planned = plan::of(&blueprint); // pure
    let applied = cluster.apply(&identity, planned, &observed.live).await?; // writes
    cluster.prune(&identity, &applied, &observed.live).await?; // writes
    cluster.grow(&blueprint, &observed.claims).await?; // writes
    unblock(cluster, &blueprint, &applied, &observed.pods).await?; // writes

    let (broker, database) = tend(&blueprint, ctx, &observed).await; // reads and writes, inside
    let parts = status::Parts::of(&blueprint, &applied, &observed.pods);
    let report = status::Report { shop: &blueprint, parts, broker: &broker, database: &database };
    let status = status::report(&report, shop, ctx.clock.now());
    Ok((status, repairs(shop, &broker, &database)))
}

/// What the Secrets hold and lack, and what it is time to change in them.
fn credentials(
    shop: &Shop,
    identity: &Identity,
    observed: &Observed,
    now: Timestamp,
) -> Credentials {
    let asked = Asked { shop: &identity.name, roll: blueprint::roll(shop) };
    let held = Credentials::complete(asked, &observed.secrets(identity));
    let standing = Standing::of(identity, &held, observed);
    held.rolled(asked, standing, now)
}

async fn report(shop: &Shop, ctx: &Context, status: &ShopStatus, told: Vec<Told>) -> Result<()> {
    if ctx.cluster.report(shop, status).await? {
        ctx.teller.tell(shop, events::transitions(shop.status.as_ref(), status)).await;
    }
    ctx.teller.tell(shop, told).await;
    Ok(())
}

/// Removes the pods that keep a set from taking up its newest template.
async fn unblock(
    cluster: &Cluster,
    shop: &Blueprint,
    applied: &Children,
    pods: &[Pod],
) -> Result<()> {
    for set in &applied.stateful_sets {
        for pod in status::stuck(set, pods) {
            cluster.replace(&shop.identity, pod).await?;
        }
    }
    Ok(())
}

/// Looks after the insides of broker and database, at the same time.
async fn tend(
    shop: &Blueprint,
    ctx: &Context,
    observed: &Observed,
) -> (broker::Tended, database::Tended) {
    let login = shop.credentials.operator_login(RABBITMQ);
    let node = ready_node(&observed.pods);
    let broker = node.and_then(|it| ctx.stores.broker(it, login).ok());
    let database = ctx.stores.database();
    let members = members(shop, &observed.pods);
    tokio::join!(broker::tend(shop, broker.as_deref()), database::tend(shop, &*database, &members))
}

fn ready_node(pods: &[Pod]) -> Option<IpAddr> {
    let is_broker = |it: &&Pod| it.labels().get(COMPONENT).is_some_and(|it| it == RABBITMQ);
    pods.iter().filter(is_broker).filter(|it| status::is_ready(it)).find_map(status::address)
}

fn members(shop: &Blueprint, pods: &[Pod]) -> Vec<Member> {
    let member = |pod: String| Member {
        host: mongodb::host(shop, &pod),
        address: pods.iter().find(|it| it.name_any() == pod).and_then(status::address),
        pod,
    };
    stateful_set::pods(shop, &shop.database).into_iter().map(member).collect()
}

/// What was put right inside a shop that was settled; while it comes up that is no news.
fn repairs(shop: &Shop, broker: &broker::Tended, database: &database::Tended) -> Vec<Told> {
    if !shop.status.as_ref().is_some_and(is_ready) {
        return Vec::new();
    }
    let declared: Vec<_> = broker.declared.iter().map(ToString::to_string).collect();
    metrics::repaired("broker", declared.len());
    metrics::repaired("database", database.done.len());
    [("TopologyRepaired", declared), ("DatabaseRepaired", database.done.clone())]
        .into_iter()
        .filter(|(_, what)| !what.is_empty())
        .map(|(reason, what)| events::repaired(reason, &what))
        .collect()
}

fn is_ready(status: &ShopStatus) -> bool {
    let ready = |it: &&_| is(it, status::condition::READY);
    status.conditions.iter().find(ready).is_some_and(|it| it.status == "True")
}

fn is(condition: &k8s_openapi::apimachinery::pkg::apis::meta::v1::Condition, kind: &str) -> bool {
    condition.type_ == kind
}
