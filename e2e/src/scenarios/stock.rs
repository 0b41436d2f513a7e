//! Stock that is short, and a crowd before it.

use super::World;
use crate::{cluster::same, customers::Wanted, ledger, mailbox, say};
use anyhow::{Context as _, Result, ensure};
use futures::{StreamExt as _, TryStreamExt as _, stream};
use std::{collections::BTreeMap, time::Duration};

const PATIENCE: Duration = Duration::from_mins(3);
/// How many buyers there are for one piece.
const BUYERS: usize = 1_000;
/// How many orders are looked at side by side.
const LOOKS: usize = 50;

/// Of several lines one is short: nothing is set aside for any of them, and no money is taken.
pub async fn one_line_is_short(world: &World) -> Result<()> {
    let (customers, email) = (&world.customers, "short@example.com");
    let plenty = customers.stock("Cup", 10).await?;
    let scarce = customers.stock("Saucer", 1).await?;
    let lines = [(plenty.as_str(), 2), (scarce.as_str(), 2)];
    let order = customers.place(&Wanted::of(email, &lines).by_card("tok_ok")).await?;
    let outcomes = customers.outcomes([&order], PATIENCE).await?;
    same("outcome", &outcomes, &BTreeMap::from([("cancelled".to_owned(), 1)]))?;
    let order_now = customers.view(&order).await?;
    let reason = order_now["reason"].as_str().unwrap_or_default();
    ensure!(reason.contains("Saucer") && !reason.contains("Cup"), "the reason is {reason}");
    say!("order {order}: cancelled, {reason}");
    let book = ledger::money_adds_up(world, &order).await?;
    same("captures", &book.captures, &0)?;
    ledger::stock_adds_up(world, &plenty, 10, 0).await?;
    ledger::stock_adds_up(world, &scarce, 1, 0).await?;
    mailbox::told(world.market.namespace, email, &["received", "refused"], PATIENCE).await
}

/// A thousand buyers at once for one piece: one gets it, all others are told that there is none left,
/// and nobody reads that something went wrong.
pub async fn a_thousand_buyers_for_one_piece(world: &World) -> Result<()> {
    let product = world.customers.stock("The last one", 1).await?;
    let answers = stream::iter(0..BUYERS).map(|index| buys(world, index, &product));
    let answers: Vec<_> = answers.buffer_unordered(BUYERS).collect().await;
    let orders: Vec<String> = answers.into_iter().collect::<Result<_>>()?;
    say!("{BUYERS} buyers at once have {} orders", orders.len());
    let outcomes = world.customers.outcomes(&orders, PATIENCE).await?;
    let wanted = [("processing".to_owned(), 1), ("cancelled".to_owned(), BUYERS - 1)];
    same("outcomes", &outcomes, &BTreeMap::from(wanted))?;
    let reasons = reasons(world, &orders).await?;
    say!("{outcomes:?}; reasons: {reasons:?}");
    let short: usize =
        reasons.iter().filter(|it| it.0.contains("Out of stock")).map(|it| it.1).sum();
    same("told that there is none left", &short, &(BUYERS - 1))?;
    ledger::stock_adds_up(world, &product, 1, 1).await
}

/// Asks, and again under the same key as long as the shop is too busy to say yes.
async fn buys(world: &World, index: usize, product: &str) -> Result<String> {
    let wanted = Wanted::of(&format!("last-{index}@example.com"), &[(product, 1)]);
    world.customers.place(&wanted).await
}

/// The reasons for which orders were cancelled, and how often each was given.
async fn reasons(world: &World, orders: &[String]) -> Result<BTreeMap<String, usize>> {
    let views = stream::iter(orders.iter().cloned())
        .map(|order| async move { world.customers.view(&order).await });
    let views: Vec<_> = views.buffer_unordered(LOOKS).try_collect().await?;
    let mut reasons = BTreeMap::new();
    for order in views.iter().filter(|it| it["status"] == "cancelled") {
        let reason = order["reason"].as_str().with_context(|| format!("no reason: {order}"))?;
        *reasons.entry(reason.to_owned()).or_insert(0) += 1;
    }
    Ok(reasons)
}
