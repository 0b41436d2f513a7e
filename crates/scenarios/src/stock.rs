//! Stock that is short, and a crowd before it.

use crate::{Answer, Customers, Shop, Wanted, ledger, mails, same};
use anyhow::{Context as _, Result, ensure};
use futures::{StreamExt as _, TryStreamExt as _, stream};
use http::Method;
use std::{collections::BTreeMap, time::Duration};

/// How long a crowd may take.
const PATIENCE: Duration = Duration::from_mins(3);
/// How many buyers there are for one piece.
const BUYERS: usize = 1_000;
/// How many orders are looked at side by side.
const LOOKS: usize = 50;

/// Of several lines one is short: nothing is set aside for any of them, and no money is taken.
pub async fn one_line_is_short<S: Shop>(customers: &Customers<S>) -> Result<()> {
    let email = customers.somebody("short");
    let plenty = customers.stock("Cup", 10).await?;
    let scarce = customers.stock("Saucer", 1).await?;
    let lines = [(plenty.as_str(), 2), (scarce.as_str(), 2)];
    let order = customers.place(&Wanted::of(&email, &lines).by_card("tok_ok")).await?;
    let outcomes = customers.outcomes([&order], PATIENCE).await?;
    same("outcome", &outcomes, &BTreeMap::from([("cancelled".to_owned(), 1)]))?;
    let order_now = customers.view(&order).await?;
    let reason = order_now["reason"].as_str().unwrap_or_default();
    ensure!(reason.contains("Saucer") && !reason.contains("Cup"), "the reason is {reason}");
    customers.shop().tell(format_args!("order {order}: cancelled, {reason}"));
    ledger::money_is_never_taken(customers, &order).await?;
    ledger::stock_adds_up(customers, &plenty, 10, 0).await?;
    ledger::stock_adds_up(customers, &scarce, 1, 0).await?;
    mails::told(customers, &email, &["received", "refused"]).await
}

/// A thousand buyers at once for one piece: one gets it, all others are told that there is none left,
/// and nobody reads that something went wrong.
pub async fn a_thousand_buyers_for_one_piece<S: Shop>(customers: &Customers<S>) -> Result<()> {
    let product = customers.stock("The last one", 1).await?;
    let answers = stream::iter(0..BUYERS).map(|index| buys(customers, index, &product));
    let answers: Vec<_> = answers.buffer_unordered(BUYERS).try_collect().await?;
    same("answers", &by_answer(&answers), &BTreeMap::from([("201".to_owned(), BUYERS)]))?;
    let ids = answers.iter().filter_map(|it| it.body["orderId"].as_str());
    let orders: Vec<_> = ids.map(str::to_owned).collect();
    let outcomes = customers.outcomes(&orders, PATIENCE).await?;
    let wanted = [("processing".to_owned(), 1), ("cancelled".to_owned(), BUYERS - 1)];
    same("outcomes", &outcomes, &BTreeMap::from(wanted))?;
    let reasons = reasons(customers, &orders).await?;
    customers.shop().tell(format_args!("{outcomes:?}; reasons: {reasons:?}"));
    let short: usize =
        reasons.iter().filter(|it| it.0.contains("Out of stock")).map(|it| it.1).sum();
    same("told that there is none left", &short, &(BUYERS - 1))?;
    ledger::stock_adds_up(customers, &product, 1, 1).await
}

/// Asks once.
async fn buys<S: Shop>(customers: &Customers<S>, index: usize, product: &str) -> Result<Answer> {
    let (key, email) =
        (format!("key-{}", customers.shop().unique()), format!("last-{index}@example.com"));
    let body = Wanted::of(&email, &[(product, 1)]).body();
    customers.send(Method::POST, "/api/orders", Some(&key), body).await
}

/// How often each status was answered, and with which problem.
fn by_answer(answers: &[Answer]) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for answer in answers {
        let problem = ["type", "detail"].map(|it| answer.body[it].as_str().unwrap_or_default());
        let told = format!("{} {}", answer.status.as_u16(), problem.join(" "));
        *counts.entry(told.trim().to_owned()).or_insert(0) += 1;
    }
    counts
}

/// The reasons for which orders were cancelled, and how often each was given.
async fn reasons<S: Shop>(
    customers: &Customers<S>,
    orders: &[String],
) -> Result<BTreeMap<String, usize>> {
    let views = stream::iter(orders.iter().cloned())
        .map(|order| async move { customers.view(&order).await });
    let views: Vec<_> = views.buffer_unordered(LOOKS).try_collect().await?;
    let mut reasons = BTreeMap::new();
    for order in views.iter().filter(|it| it["status"] == "cancelled") {
        let reason = order["reason"].as_str().with_context(|| format!("no reason: {order}"))?;
        *reasons.entry(reason.to_owned()).or_insert(0) += 1;
    }
    Ok(reasons)
}
