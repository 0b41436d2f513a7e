//! Many orders, and those who listen in.

use super::World;
use crate::{broker::Broker, cluster::same, customers::Customers, mailbox, say};
use anyhow::{Context as _, Result, ensure};
use futures::StreamExt as _;
use lapin::{
    Connection, ConnectionProperties,
    options::{BasicAckOptions, BasicConsumeOptions, QueueBindOptions, QueueDeclareOptions},
    types::FieldTable,
};
use serde_json::{Value, json};
use std::{collections::BTreeMap, time::Duration};

const MINUTE: Duration = Duration::from_mins(1);

/// 200 orders at once for a product of which there are 50.
pub async fn two_hundred_orders_for_fifty_pieces(world: &World) -> Result<()> {
    let product = world.customers.stock("Fifty", 50).await?;
    let orders = world.customers.orders("fifty", &product, 200).await?;
    let outcomes = world.customers.outcomes(orders.keys(), MINUTE).await?;
    let (quantity, available) = world.customers.settled_stock(&product, MINUTE).await?;
    say!("{} orders: {outcomes:?}; stock {quantity}, available {available}", orders.len());
    let wanted = BTreeMap::from([("processing".to_owned(), 50), ("cancelled".to_owned(), 150)]);
    same("outcomes", &outcomes, &wanted)?;
    same("stock", &(quantity, available), &(0, 0))?;
    mailbox::two_each(world.market.namespace, "fifty-", 200, 0, MINUTE).await
}

/// A guest's order in the form of the first system, by name.
pub async fn a_guest_orders_by_name(world: &World) -> Result<()> {
    world.customers.stock("Guest's laptop", 1).await?;
    let body =
        json!({"email": "guest@example.com", "itemName": "Guest's laptop", "itemCategory": "Test"});
    let answer = world.customers.post("/order", &body).await?;
    say!("{} {}", answer.status, answer.body);
    same("status", &answer.status.as_u16(), &201)?;
    same("message", &answer.body["message"], &json!("Order created successfully"))?;
    let order = &answer.body["order"];
    for (field, value) in [
        ("email", "guest@example.com"),
        ("itemName", "Guest's laptop"),
        ("itemCategory", "Test"),
        ("status", "pending"),
    ] {
        same(field, &order[field], &json!(value))?;
    }
    let id = order["orderId"].as_str().context("an order has an id")?.to_owned();
    let outcomes = world.customers.outcomes([&id], MINUTE).await?;
    same("outcome", &outcomes, &BTreeMap::from([("processing".to_owned(), 1)]))
}

/// The same key sent many times at once is one order, and one answer; with another body it is refused.
pub async fn one_key_is_one_order(world: &World) -> Result<()> {
    let product = world.customers.stock("Keyed", 100).await?;
    let body = |quantity: u32| {
        json!({"email": "key@example.com", "items": [{"productId": product, "quantity": quantity}]})
            .to_string()
    };
    let key = uuid::Uuid::now_v7().to_string();
    let send = |quantity| {
        world.customers.send(reqwest::Method::POST, "/api/orders", Some(&key), body(quantity))
    };
    let answers = futures::future::try_join_all((0..50).map(|_| send(1))).await?;
    let first = &answers[0];
    for answer in &answers {
        same("answer", &(answer.status, &answer.body), &(first.status, &first.body))?;
    }
    same("status", &first.status.as_u16(), &201)?;
    same("another body", &send(2).await?.status.as_u16(), &422)?;
    say!("50 requests, 50 equal answers; another body under the same key is 422");
    Ok(())
}

/// Somebody who knows only the first system declares its queue plainly, binds it, and understands what
/// comes; what it takes from ours is asked for again.
pub async fn a_consumer_of_the_first_system_understands(world: &World) -> Result<()> {
    let broker = Broker::of(&world.market).await?;
    let product = world.customers.stock("Seed", 100).await?;
    let connection = Connection::connect(&broker.url(), ConnectionProperties::default()).await?;
    let channel = connection.create_channel().await?;
    let queue = "orders_inventory_update_queue";
    let plain = QueueDeclareOptions { durable: true, ..QueueDeclareOptions::default() };
    channel
        .queue_declare(queue.into(), plain, FieldTable::default())
        .await
        .context("plain re-declaration")?;
    let bind = QueueBindOptions::default();
    channel
        .queue_bind(
            queue.into(),
            "orders_exchange".into(),
            "orders.inventoryupdate".into(),
            bind,
            FieldTable::default(),
        )
        .await?;
    let mut messages = channel
        .basic_consume(
            queue.into(),
            "seed".into(),
            BasicConsumeOptions::default(),
            FieldTable::default(),
        )
        .await?;
    let customers = &world.customers;
    let (orders, read) = tokio::join!(customers.orders("seed", &product, 20), async {
        let mut read = Vec::new();
        while read.len() < 3 {
            let next =
                tokio::time::timeout(MINUTE, messages.next()).await.context("no message came")?;
            let message = next.context("the queue was closed")??;
            message.ack(BasicAckOptions::default()).await?;
            read.push(serde_json::from_slice::<Value>(&message.data)?);
        }
        anyhow::Ok(read)
    });
    connection.close(200, "done".into()).await?;
    let (orders, read) = (orders?, read?);
    for message in &read {
        understood(message)?;
    }
    say!("it took {} of the messages, for example {}", read.len(), read[0]);
    let outcomes = customers.outcomes(orders.keys(), 2 * MINUTE).await?;
    same("outcomes", &outcomes, &BTreeMap::from([("processing".to_owned(), 20)]))?;
    say!("all 20 orders were asked for again where needed, and are final");
    Ok(())
}

/// As the first system's consumers read a message.
fn understood(message: &Value) -> Result<()> {
    ensure!(message["message"].is_string(), "no message: {message}");
    for field in ["orderId", "email", "itemName", "itemCategory", "status"] {
        ensure!(message["order"][field].is_string(), "no order.{field}: {message}");
    }
    Ok(())
}

/// What must hold of `count` orders of one piece each, whatever was done to the shop meanwhile: there
/// was enough for all, so all are carried out, and nothing happened twice.
pub(super) async fn all_are_carried_out(
    customers: &Customers,
    orders: &BTreeMap<String, String>,
    product: &str,
    stocked: u64,
    patience: Duration,
) -> Result<()> {
    let outcomes = customers.outcomes(orders.keys(), patience).await?;
    let (quantity, available) = customers.settled_stock(product, patience).await?;
    say!("{} accepted orders: {outcomes:?}; stock {quantity} of {stocked}", orders.len());
    same("outcomes", &outcomes, &BTreeMap::from([("processing".to_owned(), orders.len())]))?;
    let left = stocked - orders.len() as u64;
    same("stock", &(quantity, available), &(left, left))
}
