//! Stories of troubles that only a simulation can have when it wants to, and wait for as long as they
//! last.

use crate::{
    stage::{PATIENCE, Stage},
    stories::tell,
};
use anyhow::{Result, ensure};
use axum::http::Method;
use contracts::{
    catalog::{INVENTORY, PAYMENTS, Service},
    ids::OrderId,
};
use scenarios::{Answer, Customers, Staff, Wanted, ledger, mails, same};
use serde_json::json;
use std::time::Duration;
use tokio::time::sleep;

/// How long a step may take.
const STEP: Duration = Duration::from_mins(2);

/// Orders a piece of three while a service is away; gives the product and the order once the latter has
/// waited for too long.
async fn waits_in_vain(
    customers: &Customers<Stage>,
    email: &str,
    away: Service,
) -> Result<(String, String)> {
    let (world, product) = (&customers.shop().world, customers.stock("Lantern", 3).await?);
    let count = world.goes_away(away);
    let order = customers.place(&Wanted::of(email, &[(&product, 1)]).by_card("tok_ok")).await?;
    sleep(PATIENCE.orders.deadline.saturating_sub(STEP)).await;
    same("status", &customers.view(&order).await?["status"], &json!("pending"))?;
    sleep(STEP * 2).await;
    same("status", &customers.view(&order).await?["status"], &json!("cancelled"))?;
    world.comes_back(away, count);
    Ok((product, order))
}

/// An order ends for this reason when one of those whom it needs is away for longer than it waits; what
/// the others did for it is undone, and so is what the one does that comes back.
async fn an_order_deadline_passes(
    customers: &Customers<Stage>,
    away: Service,
    reason: &str,
    told: &str,
) -> Result<()> {
    let email = customers.somebody("in-vain");
    let (product, order) = waits_in_vain(customers, &email, away).await?;
    let order_now = customers.comes_to(&order, ("cancelled", "voided"), STEP).await?;
    same("reason", &order_now["reason"], &json!(reason))?;
    ledger::money_is_never_taken(customers, &order).await?;
    ledger::stock_adds_up(customers, &product, 3, 0).await?;
    mails::told(customers, &email, &["received", told]).await
}

#[test]
fn an_order_deadline_passes_without_stock() {
    tell("an_order_deadline_passes_without_stock", &async |customers| {
        let reason = "Not carried out: the stock could not be reserved in time";
        an_order_deadline_passes(customers, INVENTORY, reason, "refused").await
    });
}

#[test]
fn an_order_deadline_passes_without_money() {
    tell("an_order_deadline_passes_without_money", &async |customers| {
        let reason = "Not carried out: the payment did not come in time";
        an_order_deadline_passes(customers, PAYMENTS, reason, "failed").await
    });
}

/// What staff do with reservations that they make themselves.
async fn by_hand(
    customers: &Customers<Stage>,
    what: &str,
    order: &OrderId,
    product: &str,
) -> Result<Answer> {
    let body = json!({"orderId": order, "productId": product, "quantity": 2});
    let path = format!("/api/inventory/{what}");
    customers.staff().send(Method::POST, &path, None, body.to_string()).await
}

#[test]
fn a_reservation_expires() {
    tell("a_reservation_expires", &async |customers| {
        let (order, product) = (OrderId::fresh(), customers.stock("Umbrella", 3).await?);
        let reserved = by_hand(customers, "reserve", &order, &product).await?;
        same("reserved", &reserved.status.as_u16(), &201)?;
        customers.held(&product, 2, STEP).await?;
        sleep(PATIENCE.reservations.expiry.saturating_sub(STEP)).await;
        customers.held(&product, 2, Duration::ZERO).await?;
        sleep(STEP).await;
        same("what can be had", &customers.settled_stock(&product, STEP).await?, &(3, 3))?;
        let late = by_hand(customers, "commit", &order, &product).await?;
        same("sold too late", &late.status.as_u16(), &409)?;
        ledger::stock_adds_up(customers, &product, 3, 0).await
    });
}

#[test]
fn cancel_when_delivered_is_refused_with_409() {
    tell("cancel_when_delivered_is_refused_with_409", &async |customers| {
        let (staff, email) = (Staff::beside(customers), customers.somebody("there"));
        let product = customers.stock("Stool", 3).await?;
        let order = Wanted::of(&email, &[(&product, 1)]).by_card("tok_ok");
        let order = customers.place(&order).await?;
        customers.comes_to(&order, ("processing", "completed"), STEP).await?;
        staff.ship(&order).await?;
        staff.deliver(&order).await?;
        customers.comes_to(&order, ("delivered", "completed"), STEP).await?;
        let answer = customers.call_off(&order, "too late").await?;
        same("status", &answer.status.as_u16(), &409)?;
        let told = answer.body["detail"].as_str().unwrap_or_default().to_lowercase();
        ensure!(told.contains("delivered"), "it is not told where it stands: {}", answer.body);
        customers.comes_to(&order, ("delivered", "completed"), Duration::ZERO).await?;
        ledger::money_is_taken_once(customers, &order).await?;
        ledger::stock_adds_up(customers, &product, 3, 1).await?;
        mails::told(customers, &email, &["received", "confirmed", "shipped", "delivered"]).await
    });
}
