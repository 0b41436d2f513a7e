//! What must hold after something was done to the shop while people ordered from it.

use super::World;
use crate::{
    cluster::{kubectl, same, wait_for},
    say,
};
use anyhow::{Result, ensure};
use contracts::catalog::{CATALOG, Service};
use futures::{StreamExt as _, TryStreamExt as _, stream};
use scenarios::ledger;
use std::{collections::BTreeMap, time::Duration};

/// How long everything may take to come to rest.
const PATIENCE: Duration = Duration::from_mins(4);
/// How many orders' books are read at once.
const LOOKS: usize = 8;
/// How long the oldest message has waited that a service has to say, by collection.
const OLDEST: &str = "shop_outbox_oldest_seconds{";

/// Of orders of one piece each there was enough for all: so all are carried out, the stock and its
/// movements have lost just as many, and nobody has anything left to say.
pub(super) async fn all_are_carried_out(
    world: &World,
    orders: &BTreeMap<String, String>,
    product: &str,
    stocked: u32,
) -> Result<()> {
    let customers = &world.customers;
    let outcomes = customers.outcomes(orders.keys(), PATIENCE).await?;
    say!("{} accepted orders: {outcomes:?}", orders.len());
    same("outcomes", &outcomes, &BTreeMap::from([("processing".to_owned(), orders.len())]))?;
    ledger::stock_adds_up(customers, product, stocked.into(), orders.len() as u64).await?;
    outboxes_are_empty(world).await
}

/// The same of orders by card; each was promised once and charged once.
pub(super) async fn all_are_paid_once(
    world: &World,
    orders: &BTreeMap<String, String>,
    product: &str,
    stocked: u32,
) -> Result<()> {
    all_are_carried_out(world, orders, product, stocked).await?;
    let customers = &world.customers;
    let books = stream::iter(orders.keys().cloned()).map(|order| async move {
        customers.comes_to(&order, ("processing", "completed"), PATIENCE).await?;
        ledger::money_is_taken_once(customers, &order).await
    });
    books.buffer_unordered(LOOKS).try_collect::<()>().await?;
    say!("the provider's book has one promise and one charge for each of {}", orders.len());
    Ok(())
}

async fn outboxes_are_empty(world: &World) -> Result<()> {
    let (mut outboxes, services) = (0, CATALOG.into_iter().filter(|it| it.has_store));
    for Service { name, .. } in services {
        let path = world.market.proxied(name, "/metrics");
        let what = format!("the outboxes of {name} being empty");
        let (count, _) = wait_for(&what, PATIENCE, async || {
            let metrics = kubectl(&["get", "--raw", &path]).await?;
            let oldest: Vec<_> = metrics.lines().filter(|it| it.starts_with(OLDEST)).collect();
            ensure!(oldest.iter().all(|it| it.ends_with(" 0")), "{oldest:?}");
            Ok(oldest.len())
        })
        .await?;
        outboxes += count;
    }
    ensure!(outboxes > 0, "no service tells of {OLDEST}");
    say!("all {outboxes} outboxes are empty");
    Ok(())
}
