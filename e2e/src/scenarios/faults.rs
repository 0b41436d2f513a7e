//! Things die while orders are placed.

use super::{World, orders::all_are_carried_out};
use crate::{broker::Broker, mailbox, say, shop};
use anyhow::Result;
use std::time::Duration;
use tokio::time::sleep;

const PATIENCE: Duration = Duration::from_mins(4);
/// How many mails are under way to the mail server at once, and may go out twice when somebody dies.
const UNDER_WAY: usize = 8;
/// How many pieces there are of what is ordered: enough.
const PLENTY: u32 = 1_000;

/// All nodes of RabbitMQ go at once while orders are placed: whatever was accepted is carried out once
/// the broker is back.
pub async fn the_broker_goes_away(world: &World) -> Result<()> {
    let product = world.customers.stock("Brokerless", PLENTY).await?;
    let hurt = async {
        sleep(Duration::from_millis(500)).await;
        let pods = world.market.pods("rabbitmq").await?;
        let delete = ["delete", "pod", "--wait=false", "--grace-period=5"];
        let pods: Vec<_> = delete.into_iter().chain(pods.iter().map(String::as_str)).collect();
        say!("{}", world.market.kubectl(&pods).await?.trim().replace('\n', ", "));
        anyhow::Ok(())
    };
    let placing = async {
        let first = world.customers.orders("brokerless", &product, 100).await?;
        sleep(Duration::from_secs(3)).await;
        let second = world.customers.orders("meanwhile", &product, 100).await?;
        anyhow::Ok(first.into_iter().chain(second).collect())
    };
    let (hurt, orders) = tokio::join!(hurt, placing);
    hurt?;
    all_are_carried_out(&world.customers, &orders?, &product, PLENTY.into(), PATIENCE).await?;
    mailbox::two_each(world.market.namespace, "brokerless-", 100, 0, PATIENCE).await?;
    mailbox::two_each(world.market.namespace, "meanwhile-", 100, 0, PATIENCE).await?;
    let took = world.market.ready().await?;
    say!("the shop was Ready again {:.1} s later", took.as_secs_f32());
    Ok(())
}

/// The process of every service is killed in turn, by a signal it cannot catch, while 500 orders run.
pub async fn services_are_killed(world: &World) -> Result<()> {
    let product = world.customers.stock("Killed", PLENTY).await?;
    let kill = async {
        for component in ["inventory", "orders", "email", "products", "gateway"] {
            sleep(Duration::from_secs(2)).await;
            world.market.kill(component).await?;
            say!("killed {component}");
        }
        anyhow::Ok(())
    };
    let placing = async {
        let mut orders = std::collections::BTreeMap::new();
        for part in 0..5 {
            orders.extend(world.customers.orders(&format!("killed-{part}"), &product, 100).await?);
            sleep(Duration::from_secs(1)).await;
        }
        anyhow::Ok(orders)
    };
    let (killed, orders) = tokio::join!(kill, placing);
    killed?;
    all_are_carried_out(&world.customers, &orders?, &product, PLENTY.into(), PATIENCE).await?;
    mailbox::two_each(world.market.namespace, "killed-", 500, UNDER_WAY, PATIENCE).await
}

/// A queue and bindings are deleted while orders are placed: they are repaired, and orders whose
/// messages were lost with them ask again.
pub async fn queues_and_bindings_are_deleted(world: &World) -> Result<()> {
    let product = world.customers.stock("Unbound", PLENTY).await?;
    let broker = Broker::of(&world.market).await?;
    let inventory =
        "bindings/%2f/e/orders_exchange/q/orders_inventory_update_queue/orders.inventoryupdate";
    let answers = "bindings/%2f/e/shop_events/q/orders_events_queue/inventory.updated";
    let placing = async {
        let mut orders = std::collections::BTreeMap::new();
        for part in 0..3 {
            orders.extend(world.customers.orders(&format!("unbound-{part}"), &product, 50).await?);
            sleep(Duration::from_secs(1)).await;
        }
        anyhow::Ok(orders)
    };
    let hurt = async {
        sleep(Duration::from_millis(100)).await;
        broker.delete(inventory).await?;
        broker.delete(answers).await?;
        sleep(Duration::from_millis(500)).await;
        broker.delete("queues/%2f/orders_inventory_update_queue").await?;
        say!("deleted two bindings and a queue with what was in it");
        anyhow::Ok(())
    };
    let (orders, hurt) = tokio::join!(placing, hurt);
    hurt?;
    all_are_carried_out(&world.customers, &orders?, &product, PLENTY.into(), PATIENCE).await
}

/// The primary of the database is killed while orders are placed.
pub async fn the_primary_is_killed(world: &World) -> Result<()> {
    let product = world.customers.stock("Unled", PLENTY).await?;
    let hurt = async {
        sleep(Duration::from_millis(300)).await;
        // Whoever formed the set is its first primary; killing it is an election in any case but one.
        shop::kill(world.market.namespace, "market-mongodb-0").await?;
        say!("killed market-mongodb-0");
        anyhow::Ok(())
    };
    let (hurt, orders) = tokio::join!(hurt, world.customers.orders("unled", &product, 200));
    hurt?;
    all_are_carried_out(&world.customers, &orders?, &product, PLENTY.into(), PATIENCE).await?;
    mailbox::two_each(world.market.namespace, "unled-", 200, UNDER_WAY, PATIENCE).await
}
