//! Many orders, the same order many times, and a guest's.

use crate::{Customers, Shop, ledger, mails, same};
use anyhow::{Context as _, Result};
use http::Method;
use serde_json::json;
use std::{collections::BTreeMap, time::Duration};

/// How long orders may take to be decided.
const PATIENCE: Duration = Duration::from_mins(2);
/// How often the same is sent at once.
const COPIES: usize = 50;

/// 200 orders at once for a product of which there are 50.
pub async fn two_hundred_orders_for_fifty_pieces<S: Shop>(customers: &Customers<S>) -> Result<()> {
    let who = format!("fifty-{}", customers.shop().unique());
    let product = customers.stock("Fifty", 50).await?;
    let orders = customers.orders(&who, &product, 200).await?;
    let outcomes = customers.outcomes(orders.keys(), PATIENCE).await?;
    customers.shop().tell(format_args!("{} orders: {outcomes:?}", orders.len()));
    let wanted = BTreeMap::from([("processing".to_owned(), 50), ("cancelled".to_owned(), 150)]);
    same("outcomes", &outcomes, &wanted)?;
    ledger::stock_adds_up(customers, &product, 50, 50).await?;
    mails::two_each(customers, &format!("{who}-"), 200, 0).await
}

/// A guest's order in the form of the first system, by name.
pub async fn a_guest_orders_by_name<S: Shop>(customers: &Customers<S>) -> Result<()> {
    let (email, name) = (customers.somebody("guest"), "Guest's laptop");
    let product = customers.stock(name, 1).await?;
    let body = json!({"email": email, "itemName": name, "itemCategory": "Test"});
    let answer = customers.post("/order", &body).await?;
    customers.shop().tell(format_args!("{} {}", answer.status, answer.body));
    same("status", &answer.status.as_u16(), &201)?;
    same("message", &answer.body["message"], &json!("Order created successfully"))?;
    let order = &answer.body["order"];
    let shown = [
        ("email", email.as_str()),
        ("itemName", name),
        ("itemCategory", "Test"),
        ("status", "pending"),
    ];
    for (field, value) in shown {
        same(field, &order[field], &json!(value))?;
    }
    let id = order["orderId"].as_str().context("an order has an id")?.to_owned();
    let outcomes = customers.outcomes([&id], PATIENCE).await?;
    same("outcome", &outcomes, &BTreeMap::from([("processing".to_owned(), 1)]))?;
    ledger::stock_adds_up(customers, &product, 1, 1).await?;
    mails::told(customers, &email, &["received", "confirmed"]).await
}

/// The same key sent many times at once is one order, and one answer; with another body it is refused.
pub async fn one_key_is_one_order<S: Shop>(customers: &Customers<S>) -> Result<()> {
    let email = customers.somebody("key");
    let product = customers.stock("Keyed", 100).await?;
    let body = |quantity: u32| {
        json!({"email": email, "items": [{"productId": product, "quantity": quantity}]}).to_string()
    };
    let key = format!("copies-{}", customers.shop().unique());
    let send = |quantity| customers.send(Method::POST, "/api/orders", Some(&key), body(quantity));
    let answers = futures::future::try_join_all((0..COPIES).map(|_| send(1))).await?;
    let first = &answers[0];
    for answer in &answers {
        same("answer", &(answer.status, &answer.body), &(first.status, &first.body))?;
    }
    same("status", &first.status.as_u16(), &201)?;
    same("another body", &send(2).await?.status.as_u16(), &422)?;
    customers.shop().tell(format_args!("{COPIES} requests, {COPIES} equal answers, one order"));
    ledger::stock_adds_up(customers, &product, 100, 1).await?;
    mails::told(customers, &email, &["received", "confirmed"]).await
}
