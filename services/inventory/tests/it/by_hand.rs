//! Reservations that people make.

use super::*;
use chassis::clock::HeldClock;
use contracts::payments::PaymentMethod;
use jiff::{SignedDuration, Timestamp};

impl World {
    async fn asks(&self, verb: &str, body: &Value) -> (u16, Value) {
        let answer = self.http.post(&format!("/api/inventory/{verb}"), body).await;
        (answer.status.as_u16(), answer.body)
    }

    async fn is_refused(&self, verb: &str, body: &Value, code: &str) {
        let (status, answer) = self.asks(verb, body).await;
        assert_eq!((status, &answer["code"]), (409, &json!(code)), "{verb} {body}: {answer}");
        assert_eq!(answer["state"].is_string(), code == "reservation-state", "{answer}");
    }
}

#[tokio::test]
async fn stock_is_reserved_by_hand_and_released() {
    let world = World::new();
    let (product, order) = (world.stocked(10).await, OrderId::fresh());
    let body = json!({"productId": product, "quantity": 4, "orderId": order});
    for _ in 0..2 {
        let (status, answer) = world.asks("reserve", &body).await;
        assert_eq!((status, &answer["status"]), (201, &json!("reserved")), "{answer}");
        assert!(answer["expiresAt"].is_string());
        assert_eq!(answer["items"], json!([{"productId": product, "quantity": 4}]));
    }
    world.comes_to(product, 10, 6).await;
    for _ in 0..2 {
        let (status, answer) = world.asks("release", &body).await;
        assert_eq!((status, &answer["status"]), (200, &json!("released")), "{answer}");
    }
    world.comes_to(product, 10, 10).await;
    world.is_refused("commit", &body, "reservation-state").await;
    assert_eq!(world.asks("reserve", &body).await.0, 201, "it is made anew");
    world.comes_to(product, 10, 6).await;
    // No order hears of all this: one count.
    world.has_said(1).await;
}

#[tokio::test]
async fn what_is_reserved_by_hand_is_committed_once() {
    let world = World::new();
    let (product, order) = (world.stocked(10).await, OrderId::fresh());
    let body = json!({"items": [{"productId": product, "quantity": 4}], "orderId": order});
    assert_eq!(world.asks("reserve", &body).await.0, 201);
    let other = json!({"productId": product, "quantity": 3, "orderId": order});
    world.is_refused("reserve", &other, "reservation-other").await;
    world.is_refused("commit", &other, "reservation-other").await;
    for _ in 0..2 {
        let (status, answer) = world.asks("commit", &json!({"orderId": order})).await;
        assert_eq!((status, &answer["status"]), (200, &json!("sold")), "{answer}");
    }
    world.comes_to(product, 6, 6).await;
    world.has_moved(product, &[("counted", 10), ("sold", -4)]).await;
    world.is_refused("release", &json!({"orderId": order}), "reservation-state").await;
}

#[tokio::test]
async fn several_lines_are_reserved_by_hand_together_or_not_at_all() {
    let world = World::new();
    let (plenty, scarce) = (world.stocked(10).await, world.stocked(1).await);
    let order = OrderId::fresh();
    let lines = |count: u32| {
        json!({"orderId": order, "items": [
            {"productId": plenty, "quantity": 2}, {"productId": scarce, "quantity": count},
        ]})
    };
    let (status, answer) = world.asks("reserve", &lines(2)).await;
    assert_eq!((status, &answer["code"]), (409, &json!("stock-short")), "{answer}");
    assert_eq!(answer["errors"][0]["pointer"], "#/items/1/quantity");
    assert_eq!(answer["errors"].as_array().unwrap().len(), 1);
    world.comes_to(plenty, 10, 10).await;
    assert_eq!(world.asks("reserve", &lines(1)).await.0, 201, "it is asked for less");
    world.comes_to(plenty, 10, 8).await;
    world.comes_to(scarce, 1, 0).await;
    let unknown =
        json!({"productId": ProductId::fresh(), "quantity": 1, "orderId": OrderId::fresh()});
    world.is_refused("reserve", &unknown, "stock-short").await;
}

#[tokio::test]
async fn the_reservation_of_an_order_is_left_to_it() {
    let world = World::new();
    let (product, order) = (world.stocked(10).await, OrderId::fresh());
    world.want(order, &[(product, 3)]);
    world.comes_to(product, 10, 7).await;
    let body = json!({"productId": product, "quantity": 3, "orderId": order});
    for verb in ["reserve", "release", "commit"] {
        world.is_refused(verb, &body, "reservation-of-order").await;
    }
    world.comes_to(product, 10, 7).await;
    let nobody = json!({"orderId": OrderId::fresh()});
    assert_eq!(world.asks("release", &nobody).await.0, 404);
    assert_eq!(world.asks("commit", &nobody).await.0, 404);
}

#[tokio::test]
async fn an_order_reserves_what_it_needs_by_itself() {
    let world = World::new();
    let product = world.stocked(10).await;
    let order = world.orders.placed(1_000, PaymentMethod::CreditCard);
    let body = json!({"productId": product, "quantity": 3, "orderId": order});
    for _ in 0..2 {
        world.is_refused("reserve", &body, "order-reserves-itself").await;
    }
    world.comes_to(product, 10, 10).await;
    // It is not in its own way: its wish, which comes later, is granted.
    world.want(order, &[(product, 3)]);
    world.comes_to(product, 10, 7).await;
    world.has_said(2).await;
    world.is_refused("reserve", &body, "reservation-of-order").await;
    assert_eq!(world.orders.asked(), 2, "what is known here is not asked for");
}

#[tokio::test]
async fn as_long_as_no_order_can_be_asked_for_nothing_is_reserved_by_hand() {
    let world = World::new();
    let (product, kept) = (world.stocked(10).await, OrderId::fresh());
    let body = |order: OrderId| json!({"productId": product, "quantity": 3, "orderId": order});
    assert_eq!(world.asks("reserve", &body(kept)).await.0, 201);
    world.orders.set_silent(true);
    let answer = world.http.post("/api/inventory/reserve", &body(OrderId::fresh())).await;
    assert_eq!((answer.status.as_u16(), &answer.body["code"]), (503, &json!("orders-unavailable")));
    assert!(answer.headers.contains_key("retry-after"));
    world.comes_to(product, 10, 7).await;
    // What is known here goes on.
    for verb in ["reserve", "commit"] {
        assert!(world.asks(verb, &body(kept)).await.0 < 300, "{verb}");
    }
    world.comes_to(product, 7, 7).await;
}

#[tokio::test]
async fn what_nobody_commits_runs_out() {
    let clock = Arc::new(HeldClock::at(Timestamp::UNIX_EPOCH));
    let world = World::at(clock.clone());
    let product = world.stocked(10).await;
    let reserve = |order: OrderId, count: u32| json!({"productId": product, "quantity": count, "orderId": order});
    let (kept, lost, of_order) = (OrderId::fresh(), OrderId::fresh(), OrderId::fresh());
    world.want(of_order, &[(product, 1)]);
    world.comes_to(product, 10, 9).await;
    assert_eq!(world.asks("reserve", &reserve(lost, 2)).await.0, 201);
    assert_eq!(world.asks("reserve", &reserve(kept, 4)).await.0, 201);
    assert_eq!(world.asks("commit", &json!({"orderId": kept})).await.0, 200);
    world.comes_to(product, 6, 3).await;
    clock.advance(SignedDuration::from_mins(16));
    world.is_refused("commit", &json!({"orderId": lost}), "reservation-state").await;
    // What the order holds stays.
    world.comes_to(product, 6, 5).await;
}

#[tokio::test]
async fn bad_reservations_are_pointed_at_and_hold_nothing() {
    let world = World::new();
    let (product, order) = (world.stocked(10).await, OrderId::fresh());
    let line = json!({"productId": product, "quantity": 1});
    for (body, pointer) in [
        (json!({"productId": product, "quantity": 1}), "#/orderId"),
        (json!({"orderId": "17", "productId": product, "quantity": 1}), "#/orderId"),
        (json!({"orderId": order}), "#/productId"),
        (json!({"orderId": order, "productId": product}), "#/quantity"),
        (json!({"orderId": order, "productId": product, "quantity": 0}), "#/quantity"),
        (json!({"orderId": order, "productId": product, "quantity": -1}), "#/quantity"),
        (json!({"orderId": order, "productId": product, "quantity": 2_000_000_000}), "#/quantity"),
        (json!({"orderId": order, "items": []}), "#/items"),
        (json!({"orderId": order, "items": vec![line.clone(); 101]}), "#/items"),
        (
            json!({"orderId": order, "items": [line, {"productId": product, "quantity": 0}]}),
            "#/items/1/quantity",
        ),
        (json!({"orderId": order, "items": [line], "quantity": 1}), "#/items"),
        (json!({"orderId": order, "items": [line], "until": 1}), "#/until"),
    ] {
        let (status, answer) = world.asks("reserve", &body).await;
        assert_eq!(status, 422, "{body}: {answer}");
        assert_eq!(answer["errors"][0]["pointer"], pointer, "{body}");
    }
    for verb in ["release", "commit"] {
        for body in [json!({}), json!({"orderId": order, "quantity": 1})] {
            assert_eq!(world.asks(verb, &body).await.0, 422, "{verb} {body}");
        }
    }
    for verb in ["reserve", "release", "commit"] {
        let path = format!("/api/inventory/{verb}");
        let answer = world.http.send(axum::http::Method::POST, &path, &[], "{".to_owned()).await;
        assert_eq!(answer.status, 400);
    }
    world.comes_to(product, 10, 10).await;
}
