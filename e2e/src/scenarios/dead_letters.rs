//! Messages that cannot be handled: set aside, looked at, and sent again.

use super::World;
use crate::{
    broker::{Broker, Said},
    cluster::wait_for,
    say,
};
use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use std::time::Duration;
use uuid::Uuid;

const MINUTE: Duration = Duration::from_mins(1);
const WISHES: &str = "orders_inventory_update_queue";
const OUTCOMES: &str = "inventory_outcomes_queue";

/// A message that cannot be read is set aside with the reason, its consumer lives on, and staff can
/// read it. Sent again it is set aside again.
pub async fn what_cannot_be_read_is_set_aside(world: &World) -> Result<()> {
    let broker = Broker::of(&world.market).await?;
    let mark = Uuid::now_v7().to_string();
    let bodies = [format!("{{ {mark}"), json!({"message": mark, "order": 7}).to_string()];
    let key = "orders.inventoryupdate";
    let said = bodies.map(|body| Said {
        exchange: "orders_exchange",
        key,
        kind: key,
        id: Uuid::now_v7().to_string(),
        body,
    });
    broker.publish(&said).await?;
    for Said { id, .. } in &said {
        let letter = set_aside(world, WISHES, id).await?;
        let body = letter["body"].as_str().unwrap_or_default();
        ensure!(body.contains(&mark), "it reads {body}");
        say!("{}", letter["reason"]);
    }
    let path = format!("/staff/dead-letters/{WISHES}/redrive");
    let redriven = world.market.ask_inside("inventory", &path).await?;
    ensure!(redriven["redriven"].as_u64().is_some_and(|it| it >= 2), "{redriven}");
    for Said { id, .. } in &said {
        set_aside(world, WISHES, id).await?;
    }
    broker.delete(&format!("queues/%2f/{WISHES}.dead/contents")).await?;
    let product = world.customers.stock("After the unreadable", 1).await?;
    let order = world.customers.order("unreadable@example.com", &product).await?;
    let outcomes = world.customers.outcomes([&order], MINUTE).await?;
    ensure!(outcomes.contains_key("processing"), "the consumer did not live on: {outcomes:?}");
    say!("the next order was carried out");
    Ok(())
}

/// A message that can be handled after all is sent again, and does not come back.
pub async fn what_was_set_aside_is_sent_again(world: &World) -> Result<()> {
    let product = world.customers.stock("Set aside", 1).await?;
    let order = world.customers.order("aside@example.com", &product).await?;
    world.customers.outcomes([&order], MINUTE).await?;
    let dead = format!("{OUTCOMES}.dead");
    let letter = Said {
        exchange: "",
        key: &dead,
        kind: "orders.confirmed",
        id: Uuid::now_v7().to_string(),
        body: json!({"orderId": order}).to_string(),
    };
    Broker::of(&world.market).await?.publish(std::slice::from_ref(&letter)).await?;
    let seen = set_aside(world, OUTCOMES, &letter.id).await?;
    say!("set aside: {seen}");
    let path = format!("/staff/dead-letters/{OUTCOMES}/{}/redrive", letter.id);
    world.market.ask_inside("inventory", &path).await?;
    wait_for("it being handled", MINUTE, async || {
        let left = listed(world).await?;
        ensure!(left.iter().all(|it| it["id"] != letter.id.as_str()), "it is among {left:?}");
        Ok(())
    })
    .await?;
    let stock = world.customers.settled_stock(&product, MINUTE).await?;
    ensure!(stock == (0, 0), "the stock is {stock:?}");
    say!("sent again, and handled");
    Ok(())
}

/// Waits until a message is set aside; gives it with its body.
async fn set_aside(world: &World, queue: &str, id: &str) -> Result<Value> {
    let path = format!("/staff/dead-letters/{queue}/{id}");
    let look = async || world.market.inside("inventory", &path).await;
    let (letter, _) = wait_for("a message being set aside", MINUTE, look).await?;
    Ok(letter)
}

/// All that inventory has set aside.
async fn listed(world: &World) -> Result<Vec<Value>> {
    let page = world.market.inside("inventory", "/staff/dead-letters").await?;
    Ok(page["data"].as_array().context("dead letters are a list")?.clone())
}
