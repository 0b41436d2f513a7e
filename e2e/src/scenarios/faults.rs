//! Things die while orders are placed.

use super::{
    World,
    aftermath::{all_are_carried_out, all_are_paid_once},
};
use crate::{broker::Broker, cluster::wait_for, database, say, shop};
use anyhow::{Result, ensure};
use scenarios::{Wanted, mails};
use std::{collections::BTreeMap, time::Duration};
use tokio::time::sleep;

/// How long a replica set may take to agree on another primary.
const ELECTION: Duration = Duration::from_mins(1);
/// How many mails are under way to the mail server at once, and may go out twice when somebody dies.
const UNDER_WAY: usize = 8;
/// How many pieces there are of what is ordered: enough.
const PLENTY: u32 = 1_000;
/// How many orders by card run while those who carry them out die.
const CHARGED: usize = 200;

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
        let first = by_card(world, "brokerless", &product, 100).await?;
        sleep(Duration::from_secs(3)).await;
        let second = by_card(world, "meanwhile", &product, 100).await?;
        anyhow::Ok(first.into_iter().chain(second).collect())
    };
    let (hurt, orders) = tokio::join!(hurt, placing);
    hurt?;
    all_are_paid_once(world, &orders?, &product, PLENTY).await?;
    mails::two_each(&world.customers, "brokerless-", 100, 0).await?;
    mails::two_each(&world.customers, "meanwhile-", 100, 0).await?;
    let took = world.market.ready().await?;
    say!("the shop was Ready again {:.1} s later", took.as_secs_f32());
    Ok(())
}

/// The process of every service is killed in turn, by a signal it cannot catch, while 500 orders run.
pub async fn services_are_killed(world: &World) -> Result<()> {
    let product = world.customers.stock("Killed", PLENTY).await?;
    let kill = async {
        let all = ["inventory", "orders", "payments", "email", "customers", "shipping"];
        for component in all.into_iter().chain(["products", "gateway"]) {
            sleep(Duration::from_secs(2)).await;
            world.market.kill(component).await?;
            say!("killed {component}");
        }
        anyhow::Ok(())
    };
    let placing = async {
        let mut orders = BTreeMap::new();
        for part in 0..5 {
            orders.extend(world.customers.orders(&format!("killed-{part}"), &product, 100).await?);
            sleep(Duration::from_secs(1)).await;
        }
        anyhow::Ok(orders)
    };
    let (killed, orders) = tokio::join!(kill, placing);
    killed?;
    all_are_carried_out(world, &orders?, &product, PLENTY).await?;
    mails::two_each(&world.customers, "killed-", 500, UNDER_WAY).await
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
        let mut orders = BTreeMap::new();
        for part in 0..3 {
            orders.extend(by_card(world, &format!("unbound-{part}"), &product, 50).await?);
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
    all_are_paid_once(world, &orders?, &product, PLENTY).await
}

/// The primary of the database is killed while orders are placed, and another takes over.
pub async fn the_primary_is_killed(world: &World) -> Result<()> {
    let product = world.customers.stock("Unled", PLENTY).await?;
    let primary = database::primary(&world.market).await?;
    let hurt = async {
        sleep(Duration::from_millis(300)).await;
        shop::kill(world.market.namespace, &primary).await?;
        say!("killed {primary}, the primary");
        anyhow::Ok(())
    };
    let (hurt, orders) = tokio::join!(hurt, by_card(world, "unled", &product, 200));
    hurt?;
    let (next, _) = wait_for("another primary", ELECTION, async || {
        let next = database::primary(&world.market).await?;
        ensure!(next != primary, "{next} leads again");
        Ok(next)
    })
    .await?;
    say!("{next} leads now");
    all_are_paid_once(world, &orders?, &product, PLENTY).await?;
    mails::two_each(&world.customers, "unled-", 200, UNDER_WAY).await
}

/// Payments, orders and shipping die while 200 orders by card run: each that was accepted is carried
/// out, and the provider has taken its money once.
pub async fn services_die_while_cards_are_charged(world: &World) -> Result<()> {
    let product = world.customers.stock("Charged", PLENTY).await?;
    let kill = async {
        for component in ["payments", "orders", "shipping"] {
            sleep(Duration::from_secs(1)).await;
            world.market.kill(component).await?;
            say!("killed {component}");
        }
        anyhow::Ok(())
    };
    let (killed, orders) = tokio::join!(kill, by_card(world, "charged", &product, CHARGED));
    killed?;
    all_are_paid_once(world, &orders?, &product, PLENTY).await?;
    mails::two_each(&world.customers, "charged-", CHARGED, UNDER_WAY).await
}

/// Orders `count` times one piece by card, many at once.
async fn by_card(
    world: &World,
    who: &str,
    product: &str,
    count: usize,
) -> Result<BTreeMap<String, String>> {
    let wanted = |email: &str| Wanted::of(email, &[(product, 1)]).by_card("tok_ok");
    world.customers.crowd(who, count, wanted).await
}
