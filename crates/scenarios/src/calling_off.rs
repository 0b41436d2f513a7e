//! A customer calls an order off, at each point of its way.

use crate::{Answer, Customers, Shop, Staff, Wanted, delivery::way, ledger, mails, same, wait_for};
use anyhow::{Result, ensure};
use serde_json::Value;
use std::time::Duration;

/// How long a step may take.
const PATIENCE: Duration = Duration::from_mins(2);
/// How many orders race.
const RACES: u64 = 10;

/// An order whose transfer is still awaited ends at once, and what was set aside is free.
pub async fn while_money_is_awaited<S: Shop>(customers: &Customers<S>) -> Result<()> {
    let email = customers.somebody("awaited");
    let product = customers.stock("Mirror", 4).await?;
    let order = customers.place(&Wanted::of(&email, &[(&product, 1)]).by_transfer()).await?;
    customers.held(&product, 1, PATIENCE).await?;
    let answer = customers.call_off(&order, "changed my mind").await?;
    same("status", &(answer.status.as_u16(), &answer.body["status"]), &(200, &"cancelled".into()))?;
    let order_now = customers.comes_to(&order, ("cancelled", "voided"), PATIENCE).await?;
    same("reason", &order_now["reason"], &Value::from("changed my mind"))?;
    ledger::stock_adds_up(customers, &product, 4, 0).await?;
    mails::told(customers, &email, &["received", "cancelled"]).await
}

/// An order that is paid and being packed ends as soon as shipping agrees: the money goes back, and
/// what was sold is in stock again. Calling it off once more changes nothing.
pub async fn when_it_is_paid<S: Shop>(customers: &Customers<S>) -> Result<()> {
    let email = customers.somebody("paid");
    let product = customers.stock("Shelf", 4).await?;
    let order = customers.place(&Wanted::of(&email, &[(&product, 2)]).by_card("tok_ok")).await?;
    customers.comes_to(&order, ("processing", "completed"), PATIENCE).await?;
    accepted(&customers.call_off(&order, "found it cheaper").await?)?;
    let order_now = customers.comes_to(&order, ("cancelled", "refunded"), PATIENCE).await?;
    same("its way", &way(&order_now).as_str(), &"pending, processing, cancelled")?;
    accepted(&customers.call_off(&order, "really").await?)?;
    same("reason", &customers.view(&order).await?["reason"], &Value::from("found it cheaper"))?;
    ledger::money_is_given_back(customers, &order).await?;
    ledger::stock_adds_up(customers, &product, 4, 0).await?;
    mails::told(customers, &email, &["received", "confirmed", "cancelled", "given back"]).await
}

/// An order whose parcel is on its way, or has arrived, goes on: 409, with where it stands.
pub async fn when_it_is_on_its_way<S: Shop>(customers: &Customers<S>) -> Result<()> {
    let (staff, email) = (Staff::beside(customers), customers.somebody("underway"));
    let product = customers.stock("Rug", 4).await?;
    let order = customers.place(&Wanted::of(&email, &[(&product, 1)]).by_card("tok_ok")).await?;
    customers.comes_to(&order, ("processing", "completed"), PATIENCE).await?;
    staff.ship(&order).await?;
    customers.comes_to(&order, ("shipped", "completed"), PATIENCE).await?;
    is_too_late(customers, &order, "shipped").await?;
    staff.deliver(&order).await?;
    customers.comes_to(&order, ("delivered", "completed"), PATIENCE).await?;
    is_too_late(customers, &order, "delivered").await?;
    ledger::money_adds_up(customers, &order).await?;
    ledger::stock_adds_up(customers, &product, 4, 1).await
}

/// Calling off is refused with where the order stands, and it stays there.
async fn is_too_late<S: Shop>(customers: &Customers<S>, order: &str, stands: &str) -> Result<()> {
    let answer = customers.call_off(order, "too late").await?;
    customers.shop().tell(format_args!("{} {}", answer.status, answer.body));
    same("status", &answer.status.as_u16(), &409)?;
    let told = answer.body["detail"].as_str().unwrap_or_default().to_lowercase();
    ensure!(told.contains(stands), "it is not told where it stands: {}", answer.body);
    customers.comes_to(order, (stands, "completed"), PATIENCE).await.map(drop)
}

/// Calling off and shipping at the same moment: one of them wins, and all parts agree on which.
pub async fn while_it_is_handed_over<S: Shop>(customers: &Customers<S>) -> Result<()> {
    let staff = Staff::beside(customers);
    let product = customers.stock("Vase", 20).await?;
    let mut shipped = 0;
    for _ in 0..RACES {
        let wanted = Wanted::of("raced@example.com", &[(&product, 1)]).by_card("tok_ok");
        let order = customers.place(&wanted).await?;
        customers.comes_to(&order, ("processing", "completed"), PATIENCE).await?;
        let shipment = staff.shipment(&order, "processing").await?;
        let (called_off, _either) =
            futures::join!(customers.call_off(&order, "a race"), staff.hand_over(&shipment));
        let answer = called_off?;
        ensure!(!answer.status.is_server_error(), "{} {}", answer.status, answer.body);
        shipped += u64::from(ends(customers, &order).await? == "shipped");
        ledger::money_adds_up(customers, &order).await?;
    }
    let called_off = RACES - shipped;
    customers.shop().tell(format_args!("{shipped} were shipped, {called_off} called off"));
    ledger::stock_adds_up(customers, &product, 20, shipped).await
}

/// Waits until order, payment and shipment agree; how the order has ended.
async fn ends<S: Shop>(customers: &Customers<S>, order: &str) -> Result<String> {
    let (status, _) = wait_for("all parts agreeing", PATIENCE, async || {
        let order_now = customers.view(order).await?;
        let shipment = customers.get(&format!("/api/shipping/order/{order}")).await?;
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
