//! Care for the insides of broker and database.

use crate::{
    fixtures::{minimal, production},
    world::World,
};
use operator::{broker::Node, status::condition};

const QUEUE: &str = "orders_inventory_update_queue";

#[tokio::test]
async fn what_is_deleted_inside_the_broker_comes_back() {
    let shop = minimal();
    let world = World::with(&shop);
    world.settle(&shop).await;
    let before = world.broker.topology().clone();
    {
        let mut topology = world.broker.topology();
        topology.queues.remove(QUEUE);
        topology.bindings.clear();
        topology.policies.remove("shop_retry_1s");
        topology.users.insert("orders".to_owned(), "another".to_owned());
        topology.permissions.remove("email");
        topology.exchanges.remove("orders_exchange");
        topology.default_queue_type = None;
    }
    world.step(&shop).await.unwrap();
    assert_eq!(*world.broker.topology(), before);
}

#[tokio::test]
async fn every_queue_has_a_member_on_every_node() {
    let shop = production();
    let world = World::with(&shop);
    world.settle(&shop).await;
    assert!(world.broker.topology().queues.values().all(|it| it.members.len() == 3));
    world.broker.topology().queues.get_mut(QUEUE).unwrap().members.pop_last();
    world.step(&shop).await.unwrap();
    assert_eq!(world.broker.topology().queues[QUEUE].members.len(), 3);
}

#[tokio::test]
async fn queues_are_first_declared_when_all_nodes_run() {
    let shop = production();
    let world = World::with(&shop);
    let last = world.broker.nodes().pop().unwrap();
    for _ in 0..4 {
        world.step(&shop).await.unwrap();
    }
    assert!(world.broker.topology().queues.is_empty());
    assert_eq!(world.condition(&shop, condition::BROKER).1, "NodesMissing");
    world.broker.nodes().push(Node { running: false, ..last.clone() });
    world.step(&shop).await.unwrap();
    assert!(world.broker.topology().queues.is_empty());
    *world.broker.nodes().last_mut().unwrap() = last;
    world.settle(&shop).await;
    assert!(world.broker.topology().queues.values().all(|it| it.members.len() == 3));
}

#[tokio::test]
async fn what_is_lost_is_put_back_while_a_node_is_away() {
    let shop = production();
    let world = World::with(&shop);
    world.settle(&shop).await;
    world.broker.nodes()[2].running = false;
    world.broker.topology().queues.remove(QUEUE);
    world.step(&shop).await.unwrap();
    assert!(world.broker.topology().queues.contains_key(QUEUE));
    let (status, _, message) = world.condition(&shop, condition::READY);
    assert_eq!(
        (status.as_str(), message.as_str()),
        ("False", "2 of 3 nodes of RabbitMQ run as one cluster")
    );
}

#[tokio::test]
async fn every_service_has_a_database_and_a_user_of_its_own() {
    let shop = production();
    let world = World::with(&shop);
    world.settle(&shop).await;
    for user in world.database.users() {
        let name = user.account.login.username.as_str();
        if name == "shopkeeper-operator" {
            continue;
        }
        assert_eq!(user.account.database, name);
        let roles: Vec<_> = user.roles.iter().map(|it| (it.role, it.database.as_str())).collect();
        assert_eq!(roles, [("readWrite", name)]);
    }
    assert_eq!(world.database.users().len(), 8);
}

#[tokio::test]
async fn users_of_the_database_are_put_right() {
    let shop = minimal();
    let world = World::with(&shop);
    world.settle(&shop).await;
    let before = world.database.users();
    for name in ["shopkeeper-operator", "orders"] {
        world.database.lock_out(name);
        world.step(&shop).await.unwrap();
        assert_eq!(world.database.users(), before, "locked out {name}");
        world.database.forget(name);
        world.step(&shop).await.unwrap();
        assert_eq!(world.database.users(), before, "forgotten {name}");
    }
}
