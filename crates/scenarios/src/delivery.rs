//! From an order to a parcel at the door, and back.

use crate::{Customers, Shop, Staff, Wanted, ledger, mails, same};
use anyhow::{Result, ensure};
use serde_json::Value;
use std::time::Duration;

/// How long a step may take.
const PATIENCE: Duration = Duration::from_mins(2);

/// An order by card is paid, shipped and delivered, and its customer is told of each step once.
pub async fn an_order_is_delivered<S: Shop>(customers: &Customers<S>) -> Result<()> {
    let (staff, email) = (Staff::beside(customers), customers.somebody("delivery"));
    let product = customers.stock("Lamp", 10).await?;
    let order = customers.place(&Wanted::of(&email, &[(&product, 2)]).by_card("tok_ok")).await?;
    customers.comes_to(&order, ("processing", "completed"), PATIENCE).await?;
    staff.ship(&order).await?;
    let shipped = customers.comes_to(&order, ("shipped", "completed"), PATIENCE).await?;
    ensure!(shipped["tracking"]["trackingNumber"].is_string(), "no tracking number: {shipped}");
    staff.deliver(&order).await?;
    let delivered = customers.comes_to(&order, ("delivered", "completed"), PATIENCE).await?;
    let whole = "pending, processing, shipped, delivered";
    same("its way", &way(&delivered).as_str(), &whole)?;
    customers.shop().tell(format_args!("order {order}: {whole}"));
    ledger::money_is_taken_once(customers, &order).await?;
    ledger::stock_adds_up(customers, &product, 10, 2).await?;
    mails::told(customers, &email, &["received", "confirmed", "shipped", "delivered"]).await
}

/// Cash is taken at the door: nothing is paid before the parcel is delivered, and all of it then.
pub async fn cash_is_taken_at_the_door<S: Shop>(customers: &Customers<S>) -> Result<()> {
    let (staff, email) = (Staff::beside(customers), customers.somebody("cash"));
    let product = customers.stock("Chair", 5).await?;
    let order = customers.place(&Wanted::of(&email, &[(&product, 1)]).brought()).await?;
    customers.comes_to(&order, ("processing", "authorized"), PATIENCE).await?;
    staff.ship(&order).await?;
    customers.comes_to(&order, ("shipped", "authorized"), PATIENCE).await?;
    staff.deliver(&order).await?;
    customers.comes_to(&order, ("delivered", "completed"), PATIENCE).await?;
    let payment = staff.payment(&order).await?;
    same("what was taken", &payment["capturedAmount"], &payment["amount"])?;
    customers.shop().tell(format_args!("{} taken at the door", payment["capturedAmount"]));
    ledger::stock_adds_up(customers, &product, 5, 1).await?;
    mails::told(customers, &email, &["received", "confirmed", "shipped", "delivered"]).await
}

/// What nobody brings waits at the shop, and is paid for there.
pub async fn an_order_is_collected<S: Shop>(customers: &Customers<S>) -> Result<()> {
    let (staff, email) = (Staff::beside(customers), customers.somebody("collected"));
    let product = customers.stock("Lamp", 5).await?;
    let order = customers.place(&Wanted::of(&email, &[(&product, 1)])).await?;
    customers.comes_to(&order, ("processing", "authorized"), PATIENCE).await?;
    staff.ship(&order).await?;
    staff.deliver(&order).await?;
    customers.comes_to(&order, ("delivered", "completed"), PATIENCE).await?;
    ledger::stock_adds_up(customers, &product, 5, 1).await?;
    mails::told(customers, &email, &["received", "confirmed", "ready", "delivered"]).await
}

/// A parcel that comes back is paid back, and what was in it can be sold again.
pub async fn a_parcel_comes_back<S: Shop>(customers: &Customers<S>) -> Result<()> {
    let (staff, email) = (Staff::beside(customers), customers.somebody("return"));
    let product = customers.stock("Table", 5).await?;
    let order = customers.place(&Wanted::of(&email, &[(&product, 3)]).by_card("tok_ok")).await?;
    customers.comes_to(&order, ("processing", "completed"), PATIENCE).await?;
    staff.ship(&order).await?;
    staff.deliver(&order).await?;
    customers.comes_to(&order, ("delivered", "completed"), PATIENCE).await?;
    staff.take_back(&order, "too large").await?;
    let back = customers.comes_to(&order, ("cancelled", "refunded"), PATIENCE).await?;
    customers.shop().tell(format_args!("order {order}: {}; {}", way(&back), back["reason"]));
    ledger::money_is_given_back(customers, &order).await?;
    ledger::stock_adds_up(customers, &product, 5, 0).await?;
    let things = ["received", "confirmed", "shipped", "delivered", "cancelled", "given back"];
    mails::told(customers, &email, &things).await
}

/// The statuses that an order has had, oldest first.
pub fn way(order: &Value) -> String {
    let steps = order["history"].as_array().into_iter().flatten();
    steps.filter_map(|it| it["status"].as_str()).collect::<Vec<_>>().join(", ")
}
