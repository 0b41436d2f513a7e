//! Cards that are declined, cards that answer late, twice or not at all, and transfers.

use super::{World, delivery::way};
use crate::{
    cluster::same,
    customers::Wanted,
    ledger::{self, Book},
    mailbox, say,
};
use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_mins(2);
/// How many orders race where two messages may come in any order.
const RACES: usize = 20;

/// A declined card cancels the order: its stock is free again, and nothing was taken.
pub async fn a_declined_card_cancels(world: &World) -> Result<()> {
    let (customers, email) = (&world.customers, "declined@example.com");
    let product = customers.stock("Sofa", 3).await?;
    let order = Wanted::of(email, &[(&product, 2)]).by_card("tok_declined");
    let order = customers.place(&order).await?;
    let order_now = customers.comes_to(&order, ("cancelled", "failed"), PATIENCE).await?;
    let reason = order_now["reason"].as_str().unwrap_or_default();
    ensure!(reason.contains("declined"), "the reason is {reason}");
    say!("order {order}: cancelled, {reason}");
    let book = ledger::money_adds_up(world, &order).await?;
    same("captures", &book.captures, &0)?;
    ledger::stock_adds_up(world, &product, 3, 0).await?;
    mailbox::told(world.market.namespace, email, &["received", "failed"], PATIENCE).await
}

/// A provider that charges and then does not answer is asked again under the same key: charged once.
pub async fn a_charge_without_an_answer_is_one_charge(world: &World) -> Result<()> {
    let (customers, email) = (&world.customers, "timeout@example.com");
    let product = customers.stock("Clock", 3).await?;
    let order = Wanted::of(email, &[(&product, 1)]).by_card("tok_timeout");
    let order = customers.place(&order).await?;
    customers.comes_to(&order, ("processing", "completed"), PATIENCE).await?;
    once(world, &order).await?;
    ledger::stock_adds_up(world, &product, 3, 1).await
}

/// A webhook that tells the same twice, and one that is faster than the answer, change nothing: each
/// order has one legal history, and its money is taken once.
pub async fn webhooks_race_the_answer(world: &World) -> Result<()> {
    let customers = &world.customers;
    for (who, token) in [("twice", "tok_duplicate"), ("early", "tok_webhook_first")] {
        let product = customers.stock(&format!("Raced {who}"), 100).await?;
        let wanted = |email: &str| Wanted::of(email, &[(&product, 1)]).by_card(token);
        let orders = customers.crowd(who, RACES, wanted).await?;
        for order in orders.keys() {
            let order_now =
                customers.comes_to(order, ("processing", "completed"), PATIENCE).await?;
            same("its way", &way(&order_now).join(", ").as_str(), &"pending, processing")?;
            let payment = world.staff.payment(order).await?;
            same("its payment's way", &paid(&payment)?.as_str(), &"authorized, completed")?;
            once(world, order).await?;
        }
        ledger::stock_adds_up(world, &product, 100, RACES as u64).await?;
        mailbox::two_each(world.market.namespace, &format!("{who}-"), RACES, 0, PATIENCE).await?;
        say!("{token}: {RACES} orders, each with one history and one charge");
    }
    Ok(())
}

/// An order by transfer waits until the transfer has arrived, with its stock set aside.
pub async fn a_transfer_is_waited_for(world: &World) -> Result<()> {
    let (customers, email) = (&world.customers, "transfer@example.com");
    let product = customers.stock("Bed", 2).await?;
    let order = customers.place(&Wanted::of(email, &[(&product, 1)]).by_transfer()).await?;
    held(world, &product, 1).await?;
    same("status", &customers.view(&order).await?["status"], &Value::from("pending"))?;
    world.staff.transfer_arrived(&order).await?;
    customers.comes_to(&order, ("processing", "completed"), PATIENCE).await?;
    say!("order {order} went on when its transfer had arrived");
    ledger::stock_adds_up(world, &product, 2, 1).await?;
    mailbox::told(world.market.namespace, email, &["received", "confirmed"], PATIENCE).await
}

/// Waits until so many of a product are set aside.
pub(super) async fn held(world: &World, product: &str, count: u64) -> Result<()> {
    let what = format!("{count} being set aside");
    crate::cluster::wait_for(&what, PATIENCE, async || {
        let stock = world.customers.get(&format!("/api/inventory/product/{product}")).await?;
        ensure!(stock["reservedQuantity"] == count, "{stock}");
        Ok(())
    })
    .await?;
    Ok(())
}

/// Whether the provider has promised and taken the money for an order just once.
async fn once(world: &World, order: &str) -> Result<()> {
    let Book { authorizations, captures, .. } = ledger::money_adds_up(world, order).await?;
    same("promised and taken", &(authorizations, captures), &(1, 1))
}

/// The statuses that a payment has had after the first.
fn paid(payment: &Value) -> Result<String> {
    let steps = payment["history"].as_array().context("a payment has a history")?;
    let steps = steps.iter().filter_map(|it| it["status"].as_str());
    Ok(steps.filter(|it| *it != "pending").collect::<Vec<_>>().join(", "))
}
