use super::*;

#[tokio::test(start_paused = true)]
async fn what_is_wanted_gets_a_number_and_the_order_is_told() {
    let world = World::new();
    let (order, id) = world.processing().await;
    assert_eq!(id, ShipmentId::derived(&order.to_string()));
    let shipment = world.shipment(order).await;
    assert!(shipment["tracking"]["trackingNumber"].as_str().unwrap().starts_with("TRK"));
    assert_eq!(shipment["tracking"]["estimatedDelivery"], "1970-01-03T00:00:00Z");
    assert_eq!(shipment["address"], address());
    world.has_said(2).await;
}

#[tokio::test(start_paused = true)]
async fn who_asks_again_is_answered_again_and_nothing_is_shipped_twice() {
    let world = World::new();
    let (order, _id) = world.processing().await;
    world.has_said(2).await;
    let before = world.shipment(order).await;
    for told in 3..6 {
        world.want(order);
        world.has_said(told).await;
    }
    assert_eq!(world.shipment(order).await, before);
    let all = world.http.get("/api/shipping").await.body;
    assert_eq!(all["data"].as_array().unwrap().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_order_called_off_in_time_is_not_shipped() {
    let world = World::new();
    let (order, id) = world.processing().await;
    world.call_off(order);
    let shipment = world.becomes(order, "cancelled").await;
    assert_eq!(shipment["reason"], "changed my mind");
    world.has_said(3).await;
    let late = world.put(id, "ship", &json!({})).await;
    assert_eq!(late.status, 409);
    assert!(late.body["detail"].as_str().unwrap().contains("is cancelled"), "{}", late.body);
}

#[tokio::test(start_paused = true)]
async fn an_order_called_off_too_late_learns_that_it_is_shipped() {
    let world = World::new();
    let (order, id) = world.processing().await;
    assert_eq!(world.put(id, "ship", &json!({})).await.status, 200);
    world.has_said(3).await;
    world.call_off(order);
    world.has_said(4).await;
    world.becomes(order, "shipped").await;
}

#[tokio::test(start_paused = true)]
async fn an_order_called_off_before_it_is_wanted_is_never_shipped() {
    let world = World::new();
    let order = OrderId::fresh();
    world.call_off(order);
    world.becomes(order, "cancelled").await;
    world.has_said(1).await;
    for told in 2..4 {
        world.want(order);
        world.has_said(told).await;
    }
    world.becomes(order, "cancelled").await;
}

#[tokio::test(start_paused = true)]
async fn cancelling_and_shipping_race_and_one_wins() {
    let world = World::new();
    for _ in 0..50 {
        let (order, id) = world.processing().await;
        let ship = async || world.put(id, "ship", &json!({})).await.status.as_u16();
        let reason = json!({"reason": "too dear"});
        let cancel = async || world.put(id, "cancel", &reason).await.status.as_u16();
        let answers = tokio::join!(ship(), cancel());
        let status = world.shipment(order).await["status"].clone();
        let expected = if status == "shipped" { (200, 409) } else { (409, 200) };
        assert_eq!(answers, expected, "{status}");
    }
}

#[tokio::test(start_paused = true)]
async fn wishes_that_race_end_in_one_history() {
    let world = World::at(Pace::Leg(Duration::from_secs(1)));
    let orders: Vec<_> = (0..50).map(|_| OrderId::fresh()).collect();
    for order in &orders {
        world.want(*order);
        world.call_off(*order);
        world.want(*order);
    }
    for order in orders {
        let shipment = world.becomes(order, "cancelled").await;
        for entry in shipment["history"].as_array().unwrap() {
            let status = entry["status"].as_str().unwrap();
            assert!(["pending", "processing", "cancelled"].contains(&status), "{shipment}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_read_is_set_aside() {
    let world = World::new();
    world.say("orders.shipmentwanted", &json!({"orderId": 7}));
    world.say("orders.shipmentunwanted", &json!("nonsense"));
    eventually(async || match world.broker.dead_letters("shipping_wishes_queue").len() {
        2 => Ok(()),
        other => Err(other),
    })
    .await;
    world.processing().await;
    world.has_heard().await;
}
