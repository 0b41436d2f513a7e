//! Those who listen in.

use super::World;
use crate::{broker::Broker, cluster::same, say};
use anyhow::{Context as _, Result, ensure};
use futures::StreamExt as _;
use lapin::{
    Connection, ConnectionProperties,
    options::{BasicAckOptions, BasicConsumeOptions, QueueBindOptions, QueueDeclareOptions},
    types::FieldTable,
};
use serde_json::Value;
use std::{collections::BTreeMap, time::Duration};

const MINUTE: Duration = Duration::from_mins(1);

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
