//! From an order to a parcel at the door, and back.

use super::World;
use crate::{cluster::same, customers::Wanted, ledger, mailbox, say};
use anyhow::{Result, ensure};
use serde_json::Value;
use std::time::Duration;

const MINUTE: Duration = Duration::from_mins(1);

/// An order by card is paid, shipped and delivered, and its customer is told of each step once.
pub async fn an_order_is_delivered(world: &World) -> Result<()> {
    let (customers, email) = (&world.customers, "delivery@example.com");
    let product = customers.stock("Lamp", 10).await?;
    let order = customers.place(&Wanted::of(email, &[(&product, 2)]).by_card("tok_ok")).await?;
    customers.comes_to(&order, ("processing", "completed"), MINUTE).await?;
    world.staff.ship(&order).await?;
    let shipped = customers.comes_to(&order, ("shipped", "completed"), MINUTE).await?;
    ensure!(shipped["tracking"]["trackingNumber"].is_string(), "no tracking number: {shipped}");
    world.staff.deliver(&order).await?;
    let delivered = customers.comes_to(&order, ("delivered", "completed"), MINUTE).await?;
    let wanted = ["pending", "processing", "shipped", "delivered"].map(str::to_owned).to_vec();
    same("its way", &way(&delivered), &wanted)?;
    say!("order {order}: {}", wanted.join(", "));
    let book = ledger::money_adds_up(world, &order).await?;
    same("promised and taken", &(book.authorizations, book.captures), &(1, 1))?;
    ledger::stock_adds_up(world, &product, 10, 2).await?;
    let things = ["received", "confirmed", "shipped", "delivered"];
    mailbox::told(world.market.namespace, email, &things, MINUTE).await
}

/// Cash is taken at the door: nothing is paid before the parcel is delivered, and all of it then.
pub async fn cash_is_taken_at_the_door(world: &World) -> Result<()> {
    let (customers, email) = (&world.customers, "cash@example.com");
    let product = customers.stock("Chair", 5).await?;
    let order = customers.place(&Wanted::of(email, &[(&product, 1)]).brought()).await?;
    customers.comes_to(&order, ("processing", "authorized"), MINUTE).await?;
    world.staff.ship(&order).await?;
    customers.comes_to(&order, ("shipped", "authorized"), MINUTE).await?;
    world.staff.deliver(&order).await?;
    customers.comes_to(&order, ("delivered", "completed"), MINUTE).await?;
    let payment = world.staff.payment(&order).await?;
    same("what was taken", &payment["capturedAmount"], &payment["amount"])?;
    say!("{} taken at the door", payment["capturedAmount"]);
    ledger::stock_adds_up(world, &product, 5, 1).await?;
    let things = ["received", "confirmed", "shipped", "delivered"];
    mailbox::told(world.market.namespace, email, &things, MINUTE).await
}

/// A parcel that comes back is paid back, and what was in it can be sold again.
pub async fn a_parcel_comes_back(world: &World) -> Result<()> {
    let (customers, email) = (&world.customers, "return@example.com");
    let product = customers.stock("Table", 5).await?;
    let order = customers.place(&Wanted::of(email, &[(&product, 3)]).by_card("tok_ok")).await?;
    customers.comes_to(&order, ("processing", "completed"), MINUTE).await?;
    world.staff.ship(&order).await?;
    world.staff.deliver(&order).await?;
    customers.comes_to(&order, ("delivered", "completed"), MINUTE).await?;
    world.staff.take_back(&order, "too large").await?;
    let back = customers.comes_to(&order, ("cancelled", "refunded"), MINUTE).await?;
    say!("order {order}: {}; reason {}", way(&back).join(", "), back["reason"]);
    let book = ledger::money_adds_up(world, &order).await?;
    ensure!(book.captured > 0 && book.refunded == book.captured, "the book has {book:?}");
    ledger::stock_adds_up(world, &product, 5, 0).await?;
    let things = ["received", "confirmed", "shipped", "delivered", "cancelled", "given back"];
    mailbox::told(world.market.namespace, email, &things, MINUTE).await
}

/// The statuses that an order has had, oldest first.
pub(super) fn way(order: &Value) -> Vec<String> {
    let steps = order["history"].as_array().into_iter().flatten();
    steps.filter_map(|it| it["status"].as_str().map(str::to_owned)).collect()
}
