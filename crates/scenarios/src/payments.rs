//! Cards that are declined, cards that answer late, twice or not at all, transfers, and refunds.

use crate::{Customers, Shop, Staff, Wanted, delivery::way, ledger, mails, same};
use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use std::time::Duration;

/// How long a step may take.
const PATIENCE: Duration = Duration::from_mins(2);
/// How many orders race where two messages may come in any order.
const RACES: usize = 20;

/// A declined card cancels the order: its stock is free again, and nothing was taken.
pub async fn a_declined_card_cancels<S: Shop>(customers: &Customers<S>) -> Result<()> {
    let email = customers.somebody("declined");
    let product = customers.stock("Sofa", 3).await?;
    let order = Wanted::of(&email, &[(&product, 2)]).by_card("tok_declined");
    let order = customers.place(&order).await?;
    let order_now = customers.comes_to(&order, ("cancelled", "failed"), PATIENCE).await?;
    let reason = order_now["reason"].as_str().unwrap_or_default();
    ensure!(reason.contains("declined"), "the reason is {reason}");
    customers.shop().tell(format_args!("order {order}: cancelled, {reason}"));
    ledger::money_is_never_taken(customers, &order).await?;
    ledger::stock_adds_up(customers, &product, 3, 0).await?;
    mails::told(customers, &email, &["received", "failed"]).await
}

/// A provider that charges and then does not answer is asked again under the same key: charged once.
pub async fn a_charge_without_an_answer_is_one_charge<S: Shop>(
    customers: &Customers<S>,
) -> Result<()> {
    let email = customers.somebody("timeout");
    let product = customers.stock("Clock", 3).await?;
    let order = Wanted::of(&email, &[(&product, 1)]).by_card("tok_timeout");
    let order = customers.place(&order).await?;
    customers.comes_to(&order, ("processing", "completed"), PATIENCE).await?;
    ledger::money_is_taken_once(customers, &order).await?;
    ledger::stock_adds_up(customers, &product, 3, 1).await
}

/// A webhook that tells the same twice, and one that is faster than the answer, change nothing: each
/// order has one legal history, and its money is taken once.
pub async fn webhooks_race_the_answer<S: Shop>(customers: &Customers<S>) -> Result<()> {
    let staff = Staff::beside(customers);
    for (who, token) in [("twice", "tok_duplicate"), ("early", "tok_webhook_first")] {
        let who = format!("{who}-{}", customers.shop().unique());
        let product = customers.stock(&format!("Raced {who}"), 100).await?;
        let wanted = |email: &str| Wanted::of(email, &[(&product, 1)]).by_card(token);
        let orders = customers.crowd(&who, RACES, wanted).await?;
        for (order, email) in &orders {
            let order_now =
                customers.comes_to(order, ("processing", "completed"), PATIENCE).await?;
            same("its way", &way(&order_now).as_str(), &"pending, processing")?;
            let payment = staff.payment(order).await?;
            same("its payment's way", &paid(&payment)?.as_str(), &"authorized, completed")?;
            ledger::money_is_taken_once(customers, order).await?;
            mails::told(customers, email, &["received", "confirmed"]).await?;
        }
        ledger::stock_adds_up(customers, &product, 100, RACES as u64).await?;
        let told = format_args!("{token}: {RACES} orders, each with one history and one charge");
        customers.shop().tell(told);
    }
    Ok(())
}

/// An order by transfer waits until the transfer has arrived, with its stock set aside.
pub async fn a_transfer_is_waited_for<S: Shop>(customers: &Customers<S>) -> Result<()> {
    let (staff, email) = (Staff::beside(customers), customers.somebody("transfer"));
    let product = customers.stock("Bed", 2).await?;
    let order = customers.place(&Wanted::of(&email, &[(&product, 1)]).by_transfer()).await?;
    customers.held(&product, 1, PATIENCE).await?;
    same("status", &customers.view(&order).await?["status"], &Value::from("pending"))?;
    staff.transfer_arrived(&order).await?;
    customers.comes_to(&order, ("processing", "completed"), PATIENCE).await?;
    customers.shop().tell(format_args!("order {order} went on when its transfer had arrived"));
    ledger::stock_adds_up(customers, &product, 2, 1).await?;
    mails::told(customers, &email, &["received", "confirmed"]).await
}

/// One that never arrives is waited for as long as the shop says, and no longer.
pub async fn a_transfer_never_comes<S: Shop>(
    customers: &Customers<S>,
    deadline: Duration,
) -> Result<()> {
    let email = customers.somebody("never");
    let product = customers.stock("Wardrobe", 2).await?;
    let order = customers.place(&Wanted::of(&email, &[(&product, 1)]).by_transfer()).await?;
    customers.held(&product, 1, PATIENCE).await?;
    let patience = deadline + PATIENCE;
    let order_now = customers.comes_to(&order, ("cancelled", "failed"), patience).await?;
    ensure!(order_now["reason"].is_string(), "no reason: {order_now}");
    ledger::stock_adds_up(customers, &product, 2, 0).await?;
    mails::told(customers, &email, &["received", "failed"]).await
}

/// Staff give a part back, and the order goes on.
pub async fn a_part_is_given_back<S: Shop>(customers: &Customers<S>) -> Result<()> {
    let (staff, email) = (Staff::beside(customers), customers.somebody("scratched"));
    let product = customers.stock("Desk", 2).await?;
    let order = customers.place(&Wanted::of(&email, &[(&product, 1)]).by_card("tok_ok")).await?;
    customers.comes_to(&order, ("processing", "completed"), PATIENCE).await?;
    staff.refund(&order, 10_000, "a scratch").await?;
    staff.ship(&order).await?;
    staff.deliver(&order).await?;
    customers.comes_to(&order, ("delivered", "completed"), PATIENCE).await?;
    let book = ledger::money_less(customers, &order, 10_000).await?;
    same("given back", &book.refunded, &10_000)?;
    ledger::stock_adds_up(customers, &product, 2, 1).await?;
    let things = ["received", "confirmed", "given back", "shipped", "delivered"];
    mails::told(customers, &email, &things).await
}

/// The statuses that a payment has had after the first.
fn paid(payment: &Value) -> Result<String> {
    let steps = payment["history"].as_array().context("a payment has a history")?;
    let steps = steps.iter().filter_map(|it| it["status"].as_str());
    Ok(steps.filter(|it| *it != "pending").collect::<Vec<_>>().join(", "))
}
