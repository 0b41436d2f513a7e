//! A customer calls an order off, at each point of its way.

use super::{World, delivery::way, payments::held};
use crate::{
    cluster::same,
    customers::{Answer, Wanted},
    ledger, mailbox, say,
};
use anyhow::{Result, ensure};
use serde_json::Value;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_mins(2);

/// An order whose transfer is still awaited ends at once, and what was set aside is free.
pub async fn while_money_is_awaited(world: &World) -> Result<()> {
    let (customers, email) = (&world.customers, "awaited@example.com");
    let product = customers.stock("Mirror", 4).await?;
    let order = customers.place(&Wanted::of(email, &[(&product, 1)]).by_transfer()).await?;
    held(world, &product, 1).await?;
    let answer = customers.call_off(&order, "changed my mind").await?;
    same("status", &(answer.status.as_u16(), &answer.body["status"]), &(200, &"cancelled".into()))?;
    let order_now = customers.comes_to(&order, ("cancelled", "voided"), PATIENCE).await?;
    same("reason", &order_now["reason"], &Value::from("changed my mind"))?;
    ledger::stock_adds_up(world, &product, 4, 0).await?;
    mailbox::told(world.market.namespace, email, &["received", "cancelled"], PATIENCE).await
}

/// An order that is paid and being packed ends as soon as shipping agrees: the money goes back, and
/// what was sold is in stock again. Calling it off once more changes nothing.
pub async fn when_it_is_paid(world: &World) -> Result<()> {
    let (customers, email) = (&world.customers, "paid@example.com");
    let product = customers.stock("Shelf", 4).await?;
    let order = customers.place(&Wanted::of(email, &[(&product, 2)]).by_card("tok_ok")).await?;
    customers.comes_to(&order, ("processing", "completed"), PATIENCE).await?;
    accepted(&customers.call_off(&order, "found it cheaper").await?)?;
    let order_now = customers.comes_to(&order, ("cancelled", "refunded"), PATIENCE).await?;
    same("its way", &way(&order_now).join(", ").as_str(), &"pending, processing, cancelled")?;
    accepted(&customers.call_off(&order, "really").await?)?;
    same("reason", &customers.view(&order).await?["reason"], &Value::from("found it cheaper"))?;
    let book = ledger::money_adds_up(world, &order).await?;
    ensure!(book.captured > 0 && book.refunded == book.captured, "the book has {book:?}");
    say!("{} were taken and given back", book.captured);
    ledger::stock_adds_up(world, &product, 4, 0).await?;
    let things = ["received", "confirmed", "cancelled", "given back"];
    mailbox::told(world.market.namespace, email, &things, PATIENCE).await
}

/// An order whose parcel is on its way goes on: 409, with where it stands.
pub async fn when_it_is_on_its_way(world: &World) -> Result<()> {
    let (customers, email) = (&world.customers, "underway@example.com");
    let product = customers.stock("Rug", 4).await?;
    let order = customers.place(&Wanted::of(email, &[(&product, 1)]).by_card("tok_ok")).await?;
    customers.comes_to(&order, ("processing", "completed"), PATIENCE).await?;
    world.staff.ship(&order).await?;
    customers.comes_to(&order, ("shipped", "completed"), PATIENCE).await?;
    let answer = customers.call_off(&order, "too late").await?;
    say!("{} {}", answer.status, answer.body);
    same("status", &answer.status.as_u16(), &409)?;
    let told = answer.body["detail"].as_str().unwrap_or_default().to_lowercase();
    ensure!(told.contains("shipped"), "it is not told where it stands: {}", answer.body);
    customers.comes_to(&order, ("shipped", "completed"), PATIENCE).await?;
    ledger::money_adds_up(world, &order).await?;
    ledger::stock_adds_up(world, &product, 4, 1).await
}

/// Calling off and shipping at the same moment: one of them wins, and all parts agree on which.
pub async fn while_it_is_handed_over(world: &World) -> Result<()> {
    let customers = &world.customers;
    let product = customers.stock("Vase", 20).await?;
    let mut shipped = 0;
    for _ in 0..10 {
        let wanted = Wanted::of("raced@example.com", &[(&product, 1)]).by_card("tok_ok");
        let order = customers.place(&wanted).await?;
        customers.comes_to(&order, ("processing", "completed"), PATIENCE).await?;
        let shipment = world.staff.shipment(&order, "processing").await?;
        let (called_off, _either) =
            tokio::join!(customers.call_off(&order, "a race"), world.staff.hand_over(&shipment));
        let answer = called_off?;
        ensure!(!answer.status.is_server_error(), "{} {}", answer.status, answer.body);
        shipped += u64::from(ends(world, &order).await? == "shipped");
        ledger::money_adds_up(world, &order).await?;
    }
    say!("10 races: {shipped} were shipped, {} called off", 10 - shipped);
    ledger::stock_adds_up(world, &product, 20, shipped).await
}

/// Waits until order, payment and shipment agree; how the order has ended.
async fn ends(world: &World, order: &str) -> Result<String> {
    let (status, _) = crate::cluster::wait_for("all parts agreeing", PATIENCE, async || {
        let order_now = world.customers.view(order).await?;
        let shipment = world.customers.get(&format!("/api/shipping/order/{order}")).await?;
        let text = |it: &Value| it.as_str().unwrap_or_default().to_owned();
        let parts = [&order_now["status"], &order_now["paymentStatus"], &shipment["status"]];
        let parts = parts.map(text);
        let agreed = [["shipped", "completed", "shipped"], ["cancelled", "refunded", "cancelled"]];
        ensure!(agreed.iter().any(|it| parts == *it), "{parts:?}");
        let [status, ..] = parts;
        Ok(status)
    })
    .await?;
    Ok(status)
}

/// 200 when it is cancelled, 202 while shipping has yet to agree.
fn accepted(answer: &Answer) -> Result<()> {
    let fits = matches!(answer.status.as_u16(), 200 | 202);
    ensure!(fits, "calling it off: {} {}", answer.status, answer.body);
    Ok(())
}
