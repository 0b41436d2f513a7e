//! Payments that somebody makes by hand, for orders that are there, are not, or are not as they say.

use super::*;
use contracts::payments::PaymentMethod;

fn body(order: OrderId, cents: i64) -> Value {
    json!({"orderId": order, "amount": usd(cents), "paymentMethod": "credit_card"})
}

impl World {
    async fn is_refused(&self, body: &Value, code: &str, pointer: &str) {
        let answer = self.http.post("/api/payments", body).await;
        let told = (answer.status.as_u16(), &answer.body["code"]);
        assert_eq!(told, (422, &json!(code)), "{body}: {}", answer.body);
        assert_eq!(answer.body["errors"][0]["pointer"], pointer, "{}", answer.body);
        assert_eq!(answer.body["errors"].as_array().unwrap().len(), 1);
    }

    /// Whether nothing is stored, and the provider was asked for nothing.
    async fn has_nothing_of(&self, order: OrderId) {
        assert_eq!(self.payment(order).await.status, 404);
        self.is_quiet().await;
        assert!(self.simulator.book().await.unwrap().is_empty());
        self.has_said(order, &[]).await;
    }
}

#[tokio::test(start_paused = true)]
async fn nobody_pays_for_an_order_that_is_not_there() {
    let world = World::new();
    let nobody = OrderId::fresh();
    world.is_refused(&body(nobody, 1_000), "no-such-order", "#/orderId").await;
    world.has_nothing_of(nobody).await;
}

#[tokio::test(start_paused = true)]
async fn an_order_is_paid_with_what_it_costs_and_as_it_says() {
    let world = World::new();
    let order = world.orders.placed(1_000, PaymentMethod::CreditCard);
    for cents in [1, 999, 1_001] {
        world.is_refused(&body(order, cents), "not-what-it-costs", "#/amount").await;
    }
    let mut euros = body(order, 1_000);
    euros["amount"]["currency"] = json!("EUR");
    world.is_refused(&euros, "not-what-it-costs", "#/amount").await;
    let mut cash = body(order, 1_000);
    cash["paymentMethod"] = json!("cash_on_delivery");
    world.is_refused(&cash, "not-how-it-is-paid", "#/paymentMethod").await;
    world.has_nothing_of(order).await;
    assert_eq!(world.http.post("/api/payments", &body(order, 1_000)).await.status, 201);
    world.becomes(order, "authorized").await;
}

#[tokio::test(start_paused = true)]
async fn as_long_as_no_order_can_be_asked_for_no_payment_is_made() {
    let world = World::new();
    let order = world.orders.placed(1_000, PaymentMethod::CreditCard);
    world.orders.set_silent(true);
    let answer = world.http.post("/api/payments", &body(order, 1_000)).await;
    assert_eq!((answer.status.as_u16(), &answer.body["code"]), (503, &json!("orders-unavailable")));
    assert!(answer.headers.contains_key("retry-after"));
    world.has_nothing_of(order).await;
    world.orders.set_silent(false);
    assert_eq!(world.http.post("/api/payments", &body(order, 1_000)).await.status, 201);
}

#[tokio::test(start_paused = true)]
async fn an_order_whose_payment_is_known_is_not_asked_for() {
    let world = World::new();
    let order = OrderId::fresh();
    world.want(order, "credit_card", None);
    world.becomes(order, "authorized").await;
    let answer = world.http.post("/api/payments", &body(order, 1_000)).await;
    assert_eq!((answer.status.as_u16(), &answer.body["status"]), (200, &json!("authorized")));
    assert_eq!(world.http.post("/api/payments", &body(order, 1)).await.status, 409);
    assert_eq!(world.orders.asked(), 0);
}
