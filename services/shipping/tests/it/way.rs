//! A parcel's way, as the carrier and the clock have it.

use super::*;

const LEG: SignedDuration = SignedDuration::from_mins(1);

fn moving() -> World {
    World::at(Pace::Leg(Duration::from_mins(1)))
}

#[tokio::test(start_paused = true)]
async fn a_parcel_is_picked_up_and_delivered_by_the_clock() {
    let world = moving();
    let (order, _id) = world.processing().await;
    world.clock.advance(LEG);
    world.becomes(order, "shipped").await;
    world.clock.advance(LEG);
    eventually(async || {
        let shipment = world.shipment(order).await;
        let place = shipment["history"].as_array().unwrap().last().unwrap()["location"].clone();
        if place == "Delivery depot" { Ok(()) } else { Err(shipment) }
    })
    .await;
    world.clock.advance(LEG);
    let shipment = world.becomes(order, "delivered").await;
    assert_eq!(shipment["actualDelivery"], "1970-01-01T00:03:00Z");
    let history = shipment["history"].as_array().unwrap().iter();
    let history: Vec<_> = history.map(|it| (it["status"].clone(), it["at"].clone())).collect();
    let expected = [
        (json!("pending"), json!("1970-01-01T00:00:00Z")),
        (json!("processing"), json!("1970-01-01T00:00:00Z")),
        (json!("shipped"), json!("1970-01-01T00:01:00Z")),
        (json!("shipped"), json!("1970-01-01T00:02:00Z")),
        (json!("delivered"), json!("1970-01-01T00:03:00Z")),
    ];
    assert_eq!(history, expected);
    // Pending, processing, shipped, delivered.
    world.has_said(4).await;
}

#[tokio::test(start_paused = true)]
async fn what_is_collected_waits_at_the_counter() {
    let world = moving();
    let order = OrderId::fresh();
    let mut body = wanted(order);
    body.as_object_mut().unwrap().remove("address");
    world.say("orders.shipmentwanted", &body);
    let shipment = world.becomes(order, "processing").await;
    assert_eq!(shipment["tracking"]["carrier"], "Collection at the shop");
    world.clock.advance(LEG);
    world.becomes(order, "shipped").await;
    world.clock.advance(LEG * 2);
    world.becomes(order, "delivered").await;
}

#[tokio::test(start_paused = true)]
async fn a_carrier_that_is_out_of_order_gets_the_parcel_later() {
    let world = moving();
    world.carrier.fail(3);
    let order = OrderId::fresh();
    world.want(order);
    let troubled = async || {
        let shipment = world.shipment(order).await;
        if shipment["trouble"].is_string() { Ok(shipment) } else { Err(shipment) }
    };
    let shipment = eventually(troubled).await;
    assert_eq!(shipment["status"], "pending");
    assert!(shipment["trouble"].as_str().unwrap().contains("out of order"));
    // It is asked again after 1, 2 and 4 seconds.
    eventually(async || {
        world.clock.advance(SignedDuration::from_secs(1));
        let shipment = world.shipment(order).await;
        if shipment["status"] == "processing" { Ok(()) } else { Err(shipment) }
    })
    .await;
    assert_eq!(world.shipment(order).await["trouble"], Value::Null);
}

#[tokio::test(start_paused = true)]
async fn a_carrier_that_is_out_of_order_holds_up_no_cancellation() {
    let world = moving();
    let (order, _id) = world.processing().await;
    // Until it was asked where the parcel is, for the first time.
    tokio::time::sleep(Duration::from_secs(1)).await;
    world.carrier.fail(1);
    world.call_off(order);
    world.becomes(order, "cancelled").await;
    let troubled = async |is: bool| {
        let shipment = world.shipment(order).await;
        if shipment["trouble"].is_string() == is { Ok(()) } else { Err(shipment) }
    };
    eventually(async || troubled(true).await).await;
    world.clock.advance(SignedDuration::from_secs(1));
    eventually(async || troubled(false).await).await;
    // The carrier's clock goes on, and the parcel stays.
    world.clock.advance(LEG * 10);
    tokio::time::sleep(Duration::from_secs(5)).await;
    world.becomes(order, "cancelled").await;
}

#[tokio::test(start_paused = true)]
async fn staff_may_be_faster_than_the_carrier() {
    let world = moving();
    let (order, id) = world.processing().await;
    assert_eq!(world.put(id, "ship", &json!({"location": "Dock"})).await.status, 200);
    assert_eq!(world.put(id, "deliver", &json!({"notes": "with a neighbour"})).await.status, 200);
    world.clock.advance(LEG * 10);
    tokio::time::sleep(Duration::from_secs(5)).await;
    let shipment = world.becomes(order, "delivered").await;
    assert_eq!(shipment["history"].as_array().unwrap().len(), 4, "{shipment}");
    world.has_said(4).await;
}

#[tokio::test(start_paused = true)]
async fn without_a_pace_staff_move_parcels() {
    let world = World::new();
    let (order, id) = world.processing().await;
    world.clock.advance(SignedDuration::from_hours(1_000));
    tokio::time::sleep(Duration::from_secs(5)).await;
    world.becomes(order, "processing").await;
    world.put(id, "ship", &json!({})).await;
    world.put(id, "deliver", &json!({})).await;
    world.becomes(order, "delivered").await;
}
