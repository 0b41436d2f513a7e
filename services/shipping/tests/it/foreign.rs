//! Shipments that somebody opens by hand, for orders that are there, are not, or say something else.

use super::*;
use contracts::{
    orders::OrderStatus,
    payments::{PaymentMethod, PaymentStatus},
};

impl World {
    async fn opens(&self, body: &Value) -> Answer {
        self.http.post("/api/shipping", body).await
    }

    async fn has_no_shipment(&self, order: OrderId) {
        assert_eq!(self.http.get(&format!("/api/shipping/order/{order}")).await.status, 404);
        self.has_said(0).await;
    }

    /// A shipment that was opened by hand, of one phone at another address, and that a carrier knows.
    async fn opened_otherwise(&self) -> (OrderId, ShipmentId) {
        let order = self.orders.to_be_shipped();
        let opened = self.opens(&otherwise(order)).await;
        assert_eq!(opened.status, 201, "{}", opened.body);
        self.becomes(order, "processing").await;
        (order, ShipmentId::derived(&order.to_string()))
    }
}

fn otherwise(order: OrderId) -> Value {
    json!({
        "orderId": order, "method": "overnight",
        "items": [{"productId": ProductId::derived("phone"), "name": "Phone", "quantity": 1}],
    })
}

fn is_what_was_ordered(shipment: &Value) -> bool {
    let ordered = wanted(OrderId::derived("any"));
    ["method", "address", "items"].iter().all(|it| shipment[it] == ordered[it])
}

#[tokio::test(start_paused = true)]
async fn nobody_ships_an_order_that_is_not_there() {
    let world = World::new();
    let nobody = OrderId::fresh();
    let answer = world.opens(&wanted(nobody)).await;
    assert_eq!((answer.status.as_u16(), &answer.body["code"]), (422, &json!("no-such-order")));
    assert_eq!(answer.body["errors"][0]["pointer"], "#/orderId");
    world.has_no_shipment(nobody).await;
}

#[tokio::test(start_paused = true)]
async fn an_order_is_shipped_once_it_is_paid_for() {
    let world = World::new();
    let card = world.orders.placed(1_000, PaymentMethod::CreditCard);
    let cash = world.orders.placed(1_000, PaymentMethod::CashOnDelivery);
    let refused = async |order: OrderId, state: &str| {
        let answer = world.opens(&wanted(order)).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.body["code"]),
            (409, &json!("order-not-ready"))
        );
        assert_eq!(answer.body["state"], state, "{}", answer.body);
    };
    refused(card, "pending").await;
    world.orders.becomes(card, OrderStatus::Processing, PaymentStatus::Authorized);
    refused(card, "processing").await;
    // Its stock may still be missing.
    world.orders.becomes(cash, OrderStatus::Pending, PaymentStatus::Authorized);
    refused(cash, "pending").await;
    let off = world.orders.to_be_shipped();
    world.orders.becomes(off, OrderStatus::Cancelled, PaymentStatus::Completed);
    refused(off, "cancelled").await;
    for order in [card, cash, off] {
        world.has_no_shipment(order).await;
    }
    world.orders.becomes(card, OrderStatus::Processing, PaymentStatus::Completed);
    world.orders.becomes(cash, OrderStatus::Processing, PaymentStatus::Authorized);
    for order in [card, cash] {
        assert_eq!(world.opens(&wanted(order)).await.status, 201);
        world.becomes(order, "processing").await;
    }
}

#[tokio::test(start_paused = true)]
async fn as_long_as_no_order_can_be_asked_for_none_is_shipped_by_hand() {
    let world = World::new();
    let order = world.orders.to_be_shipped();
    world.orders.set_silent(true);
    let answer = world.opens(&wanted(order)).await;
    assert_eq!((answer.status.as_u16(), &answer.body["code"]), (503, &json!("orders-unavailable")));
    assert!(answer.headers.contains_key("retry-after"));
    world.has_no_shipment(order).await;
    // The order itself needs nobody's word.
    world.want(order);
    world.becomes(order, "processing").await;
    assert_eq!(world.opens(&wanted(order)).await.status, 409);
}

#[tokio::test(start_paused = true)]
async fn the_order_has_the_last_word_on_what_is_in_its_parcel() {
    let world = World::new();
    let (order, _id) = world.opened_otherwise().await;
    let before = world.shipment(order).await;
    assert_eq!(before["tracking"]["carrier"], "Collection at the shop");
    world.want(order);
    // What the carrier has booked is corrected too.
    let shipment = eventually(async || {
        let shipment = world.shipment(order).await;
        let is_told = shipment["tracking"]["carrier"] == "Shopkeeper Parcels";
        if is_told && is_what_was_ordered(&shipment) { Ok(shipment) } else { Err(shipment) }
    })
    .await;
    assert_eq!(
        (&shipment["status"], &shipment["differsFromOrder"]),
        (&json!("processing"), &json!("corrected"))
    );
    assert_eq!(shipment["tracking"]["estimatedDelivery"], "1970-01-03T00:00:00Z");
    let history = shipment["history"].as_array().unwrap();
    assert!(history.last().unwrap()["notes"].as_str().unwrap().contains("what its order says"));
    // Pending, processing, and the answer to the order. Asked again it changes nothing more.
    world.has_said(3).await;
    world.want(order);
    world.has_said(4).await;
    assert_eq!(world.shipment(order).await["history"], shipment["history"]);
}

#[tokio::test(start_paused = true)]
async fn what_no_carrier_can_be_told_of_is_told_later() {
    let world = World::new();
    let order = world.orders.to_be_shipped();
    world.carrier.fail(2);
    assert_eq!(world.opens(&otherwise(order)).await.status, 201);
    let troubled = async || {
        let shipment = world.shipment(order).await;
        if shipment["trouble"].is_string() { Ok(()) } else { Err(shipment) }
    };
    eventually(troubled).await;
    world.want(order);
    world.has_said(2).await;
    assert!(is_what_was_ordered(&world.shipment(order).await));
    eventually(async || {
        world.clock.advance(SignedDuration::from_secs(1));
        let shipment = world.shipment(order).await;
        let is_told = shipment["tracking"]["carrier"] == "Shopkeeper Parcels";
        if is_told { Ok(()) } else { Err(shipment) }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn what_has_left_as_something_else_is_shown_to_staff() {
    let world = World::new();
    let (order, id) = world.opened_otherwise().await;
    assert_eq!(world.put(id, "ship", &json!({})).await.status, 200);
    world.has_said(3).await;
    for told in 4..6 {
        world.want(order);
        world.has_said(told).await;
    }
    let shipment = world.shipment(order).await;
    assert_eq!(
        (&shipment["status"], &shipment["differsFromOrder"]),
        (&json!("shipped"), &json!("too-late"))
    );
    assert_eq!(shipment["items"], otherwise(order)["items"], "it tells what is in it");
}
