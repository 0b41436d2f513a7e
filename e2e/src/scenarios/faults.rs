//! Things die while orders are placed.

use super::{World, delivery::way, orders::all_are_carried_out};
use crate::{
    broker::{Broker, Said},
    cluster::same,
    customers::Wanted,
    ledger::{self, Book},
    mailbox, say, shop,
};
use anyhow::{Result, ensure};
use futures::{StreamExt as _, stream};
use serde_json::{Value, json};
use std::{collections::BTreeMap, time::Duration};
use tokio::time::sleep;

const PATIENCE: Duration = Duration::from_mins(4);
/// How many mails are under way to the mail server at once, and may go out twice when somebody dies.
const UNDER_WAY: usize = 8;
/// How many pieces there are of what is ordered: enough.
const PLENTY: u32 = 1_000;
/// How many orders by card run while those who carry them out die.
const CHARGED: usize = 200;
/// How many orders' books are read at once.
const LOOKS: usize = 8;
/// How often a message comes again.
const AGAIN: usize = 6;

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
        let mut orders = BTreeMap::new();
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

/// Payments, orders and shipping die while 200 orders by card run: each that was accepted is carried
/// out, and the provider has taken its money once.
pub async fn services_die_while_cards_are_charged(world: &World) -> Result<()> {
    let customers = &world.customers;
    let product = customers.stock("Charged", PLENTY).await?;
    let kill = async {
        for component in ["payments", "orders", "shipping"] {
            sleep(Duration::from_secs(1)).await;
            world.market.kill(component).await?;
            say!("killed {component}");
        }
        anyhow::Ok(())
    };
    let wanted = |email: &str| Wanted::of(email, &[(&product, 1)]).by_card("tok_ok");
    let (killed, orders) = tokio::join!(kill, customers.crowd("charged", CHARGED, wanted));
    killed?;
    let orders = orders?;
    all_are_carried_out(customers, &orders, &product, PLENTY.into(), PATIENCE).await?;
    let books = stream::iter(orders.keys().cloned()).map(|order| async move {
        customers.comes_to(&order, ("processing", "completed"), PATIENCE).await?;
        ledger::money_adds_up(world, &order).await
    });
    let books: Vec<_> = books.buffer_unordered(LOOKS).collect().await;
    for book in books {
        let Book { authorizations, captures, .. } = book?;
        same("promised and taken", &(authorizations, captures), &(1, 1))?;
    }
    say!("the provider's book has one promise and one charge for each of {CHARGED} orders");
    ledger::stock_adds_up(world, &product, PLENTY.into(), CHARGED as u64).await?;
    mailbox::two_each(world.market.namespace, "charged-", CHARGED, UNDER_WAY, PATIENCE).await
}

/// What an order has said and heard comes again, several times and in any order: nothing happens twice.
pub async fn messages_come_again(world: &World) -> Result<()> {
    let (customers, email) = (&world.customers, "again@example.com");
    let product = customers.stock("Heard again", 10).await?;
    let order = customers.place(&Wanted::of(email, &[(&product, 1)]).by_card("tok_ok")).await?;
    let before = customers.comes_to(&order, ("processing", "completed"), PATIENCE).await?;
    let payment = world.staff.payment(&order).await?;
    let (amount, paid) = (&payment["amount"], &payment["paymentId"]);
    let wanted =
        json!({"orderId": order, "amount": amount, "method": "credit_card", "token": "tok_ok"});
    let taken = json!({"paymentId": paid, "orderId": order, "amount": amount});
    let messages = [
        ("shop_events", "payments.captured", taken.clone()),
        ("orders_exchange", "orders.capturewanted", json!({"orderId": order})),
        ("orders_exchange", "orders.confirmed", json!({"orderId": order})),
        ("orders_exchange", "orders.paymentwanted", wanted),
        ("shop_events", "payments.authorized", taken),
    ];
    Broker::of(&world.market).await?.publish(&several(&messages)).await?;
    // What comes behind them in the same queues has been heard: so have they.
    let next = Wanted::of("behind@example.com", &[(&product, 1)]).by_card("tok_ok");
    let next = customers.place(&next).await?;
    customers.comes_to(&next, ("processing", "completed"), PATIENCE).await?;
    let after = customers.view(&order).await?;
    same("its way", &way(&after), &way(&before))?;
    let book = ledger::money_adds_up(world, &order).await?;
    ensure!((book.authorizations, book.captures) == (1, 1), "the book has {book:?}");
    ledger::stock_adds_up(world, &product, 10, 2).await?;
    say!("{} messages came {AGAIN} times more, and nothing happened twice", messages.len());
    mailbox::told(world.market.namespace, email, &["received", "confirmed"], PATIENCE).await
}

/// Each message several times, every second time under another name: said again, and not only
/// delivered again.
fn several<'a>(messages: &[(&'a str, &'a str, Value)]) -> Vec<Said<'a>> {
    let each = messages.iter().flat_map(|message| (0..AGAIN).map(move |number| (message, number)));
    each.map(|((exchange, key, body), number)| Said {
        exchange,
        key,
        kind: key,
        id: format!("{key}-{}", number / 2),
        body: body.to_string(),
    })
    .collect()
}
