use super::*;
use contracts::ids::{OrderId, PaymentId, RefundId, ShipmentId};

const STOCK: &str = "orders_inventory_update_queue";
const OUTCOMES: &str = "inventory_outcomes_queue";
const MAILS: &str = "orders_email_service_queue";
const PAYMENTS: &str = "payments_wishes_queue";
const SHIPPING: &str = "shipping_wishes_queue";

pub(super) fn reserved(order: &str, product: ProductId) -> Value {
    let change = json!({"productId": product, "change": -1, "available": 9});
    json!({"message": "Stock reserved", "orderId": order, "changes": [change]})
}

fn payment(order: &str) -> Value {
    let payment = PaymentId::derived(order);
    let amount = json!({"amountMinor": 99_900, "currency": "USD"});
    json!({"paymentId": payment, "orderId": order, "amount": amount})
}

pub(super) fn authorized(order: &str) -> Value {
    payment(order)
}

fn parcel(order: &str, status: &str) -> Value {
    json!({"shipmentId": ShipmentId::derived(order), "orderId": order, "status": status})
}

fn refund(order: &str) -> Value {
    let mut body = payment(order);
    body["refundId"] = json!(RefundId::derived(order));
    body["refunded"] = body["amount"].clone();
    body["isFull"] = json!(true);
    body["reason"] = json!("The parcel came back");
    body
}

#[tokio::test]
async fn an_order_is_led_to_its_door() {
    let world = World::new();
    let order = world.placed().await;
    world.has_said(STOCK, 1).await;
    world.has_said(PAYMENTS, 1).await;
    world.grant(&order);
    world.becomes(&order, "processing").await;
    world.has_said(OUTCOMES, 1).await;
    world.has_said(SHIPPING, 1).await;
    let mut shipped = parcel(&order, "shipped");
    let estimate = "2027-01-15T08:00:00Z";
    shipped["tracking"] =
        json!({"carrier": "Swift", "trackingNumber": "TRK1", "estimatedDelivery": estimate});
    world.say("shipping.updated", &shipped);
    let seen = world.becomes(&order, "shipped").await;
    assert_eq!(seen["tracking"]["trackingNumber"], "TRK1");
    world.say("shipping.updated", &parcel(&order, "delivered"));
    world.becomes(&order, "delivered").await;
    world.has_said(PAYMENTS, 2).await; // cash, taken at the door
    world.say("payments.captured", &payment(&order));
    let seen = eventually(async || {
        let seen = world.http.get(&format!("/api/orders/{order}")).await.body;
        if seen["paymentStatus"] == "completed" { Ok(seen) } else { Err(seen) }
    })
    .await;
    let steps: Vec<_> =
        seen["history"].as_array().unwrap().iter().map(|it| &it["status"]).collect();
    assert_eq!(steps, ["pending", "processing", "shipped", "delivered"]);
    assert!(world.broker.dead_letters("orders_events_queue").is_empty());
}

#[tokio::test]
async fn a_short_order_is_cancelled_with_its_reason() {
    let world = World::new();
    let order = world.placed().await;
    let shortage = json!({"productId": world.laptops.product, "requested": 1, "available": 0});
    let rejected = json!({"message": "Out of stock", "orderId": order, "shortages": [shortage]});
    world.say("inventory.rejected", &rejected);
    let order = world.becomes(&order, "cancelled").await;
    assert_eq!(order["reason"], "Out of stock: Laptop (1 wanted, 0 left)");
    world.has_said(PAYMENTS, 2).await; // wanted, and then not any more
}

#[tokio::test]
async fn an_unpaid_order_is_cancelled_and_its_stock_wanted_free() {
    let world = World::new();
    let order = world.placed().await;
    let failed =
        json!({"paymentId": PaymentId::derived(&order), "orderId": order, "reason": "declined"});
    world.say("payments.failed", &failed);
    let seen = world.becomes(&order, "cancelled").await;
    assert_eq!(
        (&seen["reason"], &seen["paymentStatus"]),
        (&json!("Payment failed: declined"), &json!("failed"))
    );
    world.has_said(OUTCOMES, 1).await;
}

#[tokio::test]
async fn an_answer_that_comes_twice_changes_nothing_more() {
    let world = World::new();
    let order = world.placed().await;
    for _ in 0..3 {
        world.grant(&order);
    }
    world.becomes(&order, "processing").await;
    // Whoever asks again is told the outcome again, the customer is not: one mail of receipt, one of
    // confirmation, beside the three messages of stock that this test has said.
    eventually(async || {
        if world.broker.waiting(MAILS) == 5 { Ok(()) } else { Err(world.broker.waiting(MAILS)) }
    })
    .await;
}

#[tokio::test]
async fn cancelling_while_it_is_packed_waits_for_shipping() {
    let world = World::new();
    let order = world.placed().await;
    world.grant(&order);
    world.becomes(&order, "processing").await;
    world.has_said(SHIPPING, 1).await;
    let path = format!("/api/orders/{order}/cancel");
    let answer = world.http.post(&path, &json!({"reason": "Too dear"})).await;
    assert_eq!((answer.status.as_u16(), &answer.body["cancelling"]), (202, &json!("Too dear")));
    world.has_said(SHIPPING, 2).await;
    world.say("shipping.updated", &parcel(&order, "cancelled"));
    let seen = world.becomes(&order, "cancelled").await;
    assert_eq!(seen["reason"], "Too dear");
    let again = world.http.post(&path, &json!({})).await;
    assert_eq!((again.status.as_u16(), &again.body["reason"]), (200, &json!("Too dear")));
}

#[tokio::test]
async fn what_has_left_cannot_be_cancelled_and_what_comes_back_is_refunded() {
    let world = World::new();
    let order = world.placed().await;
    world.grant(&order);
    world.becomes(&order, "processing").await;
    world.say("shipping.updated", &parcel(&order, "delivered"));
    world.becomes(&order, "delivered").await;
    let answer = world.http.post(&format!("/api/orders/{order}/cancel"), &json!({})).await;
    assert_eq!(
        (answer.status.as_u16(), &answer.body["code"]),
        (409, &json!("order-not-cancellable"))
    );
    world.say("payments.captured", &payment(&order));
    world.say("shipping.updated", &parcel(&order, "returned"));
    world.becomes(&order, "cancelled").await;
    world.say("payments.refunded", &refund(&order));
    world.say("inventory.released", &json!({"orderId": order}));
    eventually(async || {
        let seen = world.http.get(&format!("/api/orders/{order}")).await.body;
        if seen["paymentStatus"] == "refunded" { Ok(()) } else { Err(seen) }
    })
    .await;
}

#[tokio::test]
async fn what_is_said_of_an_order_nobody_knows_yet_is_heard_again() {
    let world = World::new();
    world.say("payments.authorized", &payment(&OrderId::fresh().to_string()));
    eventually(async || if world.broker.is_idle() { Err("it was dropped") } else { Ok(()) }).await;
    assert!(world.broker.dead_letters("orders_events_queue").is_empty());
}

#[tokio::test]
async fn an_order_that_nobody_answers_asks_again() {
    let nudge = Duration::from_millis(500);
    let world = World::with(Timing { nudge, ..patient() });
    world.placed().await;
    world.has_said(STOCK, 2).await;
    world.has_said(PAYMENTS, 2).await;
}

#[tokio::test]
async fn an_order_that_nobody_answers_ends_at_its_deadline() {
    let short = Duration::from_millis(500);
    let world = World::with(Timing { nudge: short, deadline: short, ..patient() });
    let order = world.placed().await;
    let order = world.becomes(&order, "cancelled").await;
    assert_eq!(order["reason"], "Not carried out: the stock could not be reserved in time");
    world.has_said(OUTCOMES, 1).await;
}

#[tokio::test]
async fn the_catalogue_is_kept_by_events_and_the_newest_counts() {
    let world = World::new();
    let product = ProductId::fresh();
    let phone = |revision: u64, price: u64| {
        json!({
            "productId": product, "name": "Phone", "category": "Electronics", "revision": revision,
            "price": {"amountMinor": price, "currency": "USD"},
        })
    };
    world.say("products.updated", &phone(2, 40_000));
    world.say("products.created", &phone(1, 50_000));
    eventually(async || if world.broker.is_idle() { Ok(()) } else { Err("not heard") }).await;
    let body =
        json!({"email": "ada@example.com", "items": [{"productId": product, "quantity": 2}]});
    let answer = world.http.post("/api/orders", &body).await;
    assert_eq!(answer.body["total"], json!({"amountMinor": 80_000, "currency": "USD"}));
    assert_eq!(answer.body["items"][0]["name"], "Phone");
    world.say("products.deleted", &json!({"productId": product, "revision": 3}));
    eventually(async || {
        let answer = world.http.post("/api/orders", &body).await;
        if answer.status == 422 { Ok(()) } else { Err(answer) }
    })
    .await;
}
