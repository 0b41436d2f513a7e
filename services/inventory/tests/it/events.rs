use super::*;

#[tokio::test]
async fn an_order_is_reserved_and_then_sold() {
    let world = World::new();
    let (product, order) = (world.stocked(10).await, OrderId::fresh());
    world.want(order, &[(product, 3)]);
    world.comes_to(product, 10, 7).await;
    world.say("orders.confirmed", &json!({"orderId": order}));
    world.comes_to(product, 7, 7).await;
}

#[tokio::test]
async fn a_message_that_comes_twice_reserves_once() {
    let world = World::new();
    let (product, order) = (world.stocked(10).await, OrderId::fresh());
    for _ in 0..3 {
        world.want(order, &[(product, 3)]);
    }
    world.comes_to(product, 10, 7).await;
    for _ in 0..3 {
        world.say("orders.confirmed", &json!({"orderId": order}));
    }
    world.comes_to(product, 7, 7).await;
    world.want(order, &[(product, 3)]);
    world.comes_to(product, 7, 7).await;
}

#[tokio::test]
async fn a_cancelled_order_gives_back_what_it_held() {
    let world = World::new();
    let (product, order) = (world.stocked(10).await, OrderId::fresh());
    world.want(order, &[(product, 10)]);
    world.comes_to(product, 10, 0).await;
    world.cancel(order);
    world.comes_to(product, 10, 10).await;
    // One count, one promise, and that nothing is held any more.
    world.has_said(3).await;
}

#[tokio::test]
async fn what_was_sold_comes_back_once_when_its_order_is_cancelled() {
    let world = World::new();
    let (one, other) = (world.stocked(10).await, world.stocked(10).await);
    let order = OrderId::fresh();
    world.want(order, &[(one, 3), (other, 2)]);
    world.comes_to(other, 10, 8).await;
    world.say("orders.confirmed", &json!({"orderId": order}));
    world.comes_to(other, 8, 8).await;
    for _ in 0..3 {
        world.cancel(order);
    }
    world.say("orders.confirmed", &json!({"orderId": order}));
    world.comes_to(one, 10, 10).await;
    world.comes_to(other, 10, 10).await;
    // Two counts, one promise, and at last that all is back.
    world.has_said_at_least(4).await;
    world.has_moved(one, &[("counted", 10), ("sold", -3), ("returned", 3)]).await;
    assert_eq!(world.broker.dead_letters("inventory_outcomes_queue").len(), 0);
}

#[tokio::test]
async fn a_cancellation_may_overtake_what_it_takes_back() {
    let world = World::new();
    let (product, order) = (world.stocked(10).await, OrderId::fresh());
    world.want(order, &[(product, 3)]);
    world.comes_to(product, 10, 7).await;
    world.cancel(order);
    world.comes_to(product, 10, 10).await;
    world.say("orders.confirmed", &json!({"orderId": order}));
    world.is_idle().await;
    world.comes_to(product, 10, 10).await;
    world.has_moved(product, &[("counted", 10), ("released", 0)]).await;
    assert_eq!(world.broker.dead_letters("inventory_outcomes_queue").len(), 0);
}

#[tokio::test]
async fn an_order_that_was_refused_is_not_carried_out() {
    let world = World::new();
    let (product, order) = (world.stocked(1).await, OrderId::fresh());
    world.want(order, &[(product, 3)]);
    // One count, and one refusal.
    world.has_said(2).await;
    world.say("orders.confirmed", &json!({"orderId": order}));
    let dead = eventually(async || {
        let dead = world.broker.dead_letters("inventory_outcomes_queue");
        if dead.len() == 1 { Ok(dead) } else { Err(dead) }
    })
    .await;
    assert!(dead[0].reason.starts_with("reservation-missing"), "{}", dead[0].reason);
    world.cancel(order);
    world.has_said(3).await;
}

#[tokio::test]
async fn each_movement_is_written_down_once_and_told_to_the_catalogue() {
    let world = World::new();
    let (product, order) = (world.stocked(10).await, OrderId::fresh());
    world.has_moved(product, &[("counted", 10)]).await;
    let moved = |revision: u64| {
        json!({
            "productId": product, "kind": "adjusted", "change": 1, "quantity": 11,
            "available": 11, "revision": revision,
        })
    };
    let raw = |id: OrderId, revision| Raw {
        exchange: "shop_events".to_owned(),
        key: "inventory.moved".to_owned(),
        id: Some(id.to_string()),
        body: moved(revision).to_string(),
        ..Raw::default()
    };
    // In the wrong order, and one of them twice.
    for (id, revision) in [(order, 3), (order, 3), (OrderId::fresh(), 2)] {
        assert!(world.broker.send(raw(id, revision)));
    }
    world.has_moved(product, &[("counted", 10), ("adjusted", 1), ("adjusted", 1)]).await;
    eventually(async || match world.broker.waiting("products_stock_queue") {
        3 => Ok(()),
        waiting => Err(waiting),
    })
    .await;
}

#[tokio::test]
async fn an_order_that_is_cancelled_first_gets_nothing() {
    let world = World::new();
    let (product, order) = (world.stocked(10).await, OrderId::fresh());
    world.cancel(order);
    world.has_heard("inventory_outcomes_queue").await;
    world.want(order, &[(product, 10)]);
    world.has_heard("orders_inventory_update_queue").await;
    // Another order gets what the cancelled one did not.
    world.want(OrderId::fresh(), &[(product, 10)]);
    world.comes_to(product, 10, 0).await;
    // One count, one promise, and that nothing is held for the cancelled one.
    world.has_said(3).await;
}

#[tokio::test]
async fn several_lines_are_reserved_together_or_not_at_all() {
    let world = World::new();
    let (plenty, scarce) = (world.stocked(10).await, world.stocked(1).await);
    world.want(OrderId::fresh(), &[(plenty, 2), (scarce, 2)]);
    // Two counts, and one refusal.
    world.has_said(3).await;
    world.comes_to(plenty, 10, 10).await;
    world.comes_to(scarce, 1, 1).await;
    world.want(OrderId::fresh(), &[(plenty, 2), (scarce, 1)]);
    world.comes_to(plenty, 10, 8).await;
    world.comes_to(scarce, 1, 0).await;
}

#[tokio::test]
async fn an_unknown_product_is_out_of_stock() {
    let world = World::new();
    world.want(OrderId::fresh(), &[(ProductId::fresh(), 1)]);
    world.has_said(1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_orders_for_fifty_pieces() {
    let world = World::new();
    let product = world.stocked(50).await;
    for _ in 0..1_000 {
        world.want(OrderId::fresh(), &[(product, 1)]);
    }
    // One count, fifty promises, and the rest refusals.
    world.has_said(1_001).await;
    world.comes_to(product, 50, 0).await;
}

#[tokio::test]
async fn what_cannot_be_read_is_set_aside() {
    let world = World::new();
    world.say(
        "orders.inventoryupdate",
        &json!({"message": "Order placed", "order": {"orderId": 7}}),
    );
    let dead = eventually(async || {
        let dead = world.broker.dead_letters("orders_inventory_update_queue");
        if dead.len() == 1 { Ok(dead) } else { Err(dead) }
    })
    .await;
    assert!(dead[0].reason.starts_with("undecodable"), "{}", dead[0].reason);
    let product = world.stocked(1).await;
    world.want(OrderId::fresh(), &[(product, 1)]);
    world.comes_to(product, 1, 0).await;
}
