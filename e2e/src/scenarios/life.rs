//! A shop is deleted, and comes back with what it held.

use super::{World, market};
use crate::{cluster::wait_for, say};
use anyhow::{Result, ensure};
use serde_json::{Value, json};
use std::{collections::BTreeSet, time::Duration};

/// What stays when a shop is deleted.
const KEPT: [&str; 2] = ["PersistentVolumeClaim", "Secret"];

/// Deleting a shop whose broker is gone already removes all it had made, but for the claims and the
/// credentials that open them; the same shop applied again has its old orders.
pub async fn a_shop_is_deleted_and_comes_back(world: &World) -> Result<()> {
    let shop = world.market;
    let product = world.customers.stock("Remembered", 10).await?;
    let order = world.customers.order("remembered@example.com", &product).await?;
    world.customers.outcomes([&order], Duration::from_mins(1)).await?;
    let before = world.customers.get(&format!("/api/orders/{order}")).await?;

    shop.kubectl(&["delete", "statefulset/market-rabbitmq", "--wait=false"]).await?;
    shop.kubectl(&["delete", "shop", "market", "--timeout=30s"]).await?;
    let (kept, took) = wait_for("everything being gone", Duration::from_mins(1), async || {
        let left = shop.children().await?;
        let gone = |(kind, ..): &&(String, String, String)| !KEPT.contains(&kind.as_str());
        let others: Vec<_> = left.iter().filter(gone).collect();
        ensure!(others.is_empty(), "{others:?} are left");
        let pods = shop
            .kubectl(&["get", "pods", "-l", "shopkeeper.dev/shop=market", "-o", "name"])
            .await?;
        ensure!(pods.trim().is_empty(), "{pods} are left");
        Ok(left)
    })
    .await?;
    let kinds: BTreeSet<_> = kept.iter().map(|(kind, ..)| kind.as_str()).collect();
    ensure!(kinds == BTreeSet::from(KEPT), "{kinds:?} were kept");
    say!("gone after {:.1} s, but for {} claims and credentials", took.as_secs_f32(), kept.len());

    shop.apply(&market()).await?;
    let took = shop.ready().await?;
    let (after, _) = wait_for("the old order", Duration::from_secs(30), async || {
        world.customers.get(&format!("/api/orders/{order}")).await
    })
    .await?;
    ensure!(remembers(&after, &before), "the order was {before} and is {after}");
    say!("the same shop was Ready after {:.1} s, with its old orders", took.as_secs_f32());
    let next = world.customers.order("remembered@example.com", &product).await?;
    let outcomes = world.customers.outcomes([&next], Duration::from_mins(1)).await?;
    ensure!(outcomes.contains_key("processing"), "it does not sell: {outcomes:?}");
    Ok(())
}

/// Whether an order still is what it was. It may have gone on meanwhile, for its parcel travels while the shop
/// closes; what was bought, for whom and for how much stays, and nothing of its history is gone.
fn remembers(after: &Value, before: &Value) -> bool {
    let stays =
        ["orderId", "email", "items", "total", "paymentMethod", "shippingMethod", "createdAt"];
    let events = |order: &Value| order["history"].as_array().cloned().unwrap_or_default();
    stays.iter().all(|field| !before[field].is_null() && after[field] == before[field])
        && events(after).starts_with(&events(before))
}

/// With `deletionPolicy: Delete` nothing is left.
pub async fn a_shop_may_go_for_good(world: &World) -> Result<()> {
    let shop = world.corner;
    shop.patch(&json!({"deletionPolicy": "Delete"})).await?;
    shop.ready().await?;
    shop.kubectl(&["delete", "shop", shop.name, "--timeout=30s"]).await?;
    let ((), took) = wait_for("everything being gone", Duration::from_mins(1), async || {
        let left = shop.children().await?;
        ensure!(left.is_empty(), "{left:?} are left");
        Ok(())
    })
    .await?;
    say!("nothing was left after {:.1} s", took.as_secs_f32());
    Ok(())
}
