use super::*;
use axum::http::Method;
use contracts::payments::PaymentMethod::{BankTransfer, CashOnDelivery, CreditCard};

fn body(order: OrderId, method: &str) -> Value {
    json!({"orderId": order, "amount": usd(1_000), "paymentMethod": method, "token": "tok_ok"})
}

#[tokio::test(start_paused = true)]
async fn a_payment_is_begun_once_and_found_in_two_ways() {
    let world = World::new();
    let order = world.orders.placed(1_000, CreditCard);
    let answer = world.http.post("/api/payments", &body(order, "credit_card")).await;
    assert_eq!((answer.status.as_u16(), &answer.body["status"]), (201, &json!("pending")));
    let path = answer.headers["location"].to_str().unwrap().to_owned();
    world.becomes(order, "authorized").await;
    let again = world.http.post("/api/payments", &body(order, "credit_card")).await;
    assert_eq!((again.status.as_u16(), &again.body["status"]), (200, &json!("authorized")));
    let one = world.http.get(&path).await;
    let other = world.payment(order).await;
    assert_eq!((one.status.as_u16(), &one.body), (200, &other.body));
    assert!(!one.body.to_string().contains("tok_ok"), "{}", one.body);
    world.has_said(order, &["authorized"]).await;
    assert_eq!(world.book(order).await, ["authorize"]);
}

#[tokio::test(start_paused = true)]
async fn another_payment_for_the_same_order_is_refused() {
    let world = World::new();
    let order = world.orders.placed(1_000, CreditCard);
    world.http.post("/api/payments", &body(order, "credit_card")).await;
    world.becomes(order, "authorized").await;
    let with = |name: &str, value: Value| {
        let mut body = body(order, "credit_card");
        body[name] = value;
        body
    };
    for other in [
        with("amount", usd(1)),
        with("paymentMethod", json!("paypal")),
        with("token", json!("tok_slow")),
        with("customerId", json!(OrderId::fresh())),
    ] {
        let answer = world.http.post("/api/payments", &other).await;
        assert_eq!((answer.status.as_u16(), &answer.body["code"]), (409, &json!("payment-exists")));
        assert!(answer.body["detail"].as_str().unwrap().contains("authorized"));
    }
    assert_eq!(world.book(order).await, ["authorize"]);
}

#[tokio::test(start_paused = true)]
async fn staff_carry_a_payment_on_or_give_it_up() {
    let world = World::new();
    let (taken, given_up) = (OrderId::fresh(), OrderId::fresh());
    for order in [taken, given_up] {
        world.want(order, "credit_card", None);
        world.becomes(order, "authorized").await;
    }
    let post = async |order, verb: &str| {
        let path = format!("/api/payments/{}/{verb}", world.id(order).await);
        world.http.send(Method::POST, &path, &[], String::new()).await
    };
    let answer = post(taken, "process").await;
    assert_eq!((answer.status.as_u16(), &answer.body["waitingFor"]), (200, &json!("capture")));
    world.becomes(taken, "completed").await;
    world.has_said(taken, &["authorized", "captured"]).await;
    let answer = post(given_up, "void").await;
    assert_eq!((answer.status.as_u16(), &answer.body["isUnwanted"]), (200, &json!(true)));
    world.becomes(given_up, "voided").await;
    world.has_said(given_up, &["authorized", "voided"]).await;
    assert_eq!(post(given_up, "void").await.status, 200);
    for (order, verb, status) in [
        (taken, "process", "completed"),
        (taken, "void", "completed"),
        (given_up, "process", "voided"),
    ] {
        let answer = post(order, verb).await;
        assert_eq!((answer.status.as_u16(), &answer.body["code"]), (409, &json!("payment-status")));
        assert!(answer.body["detail"].as_str().unwrap().contains(status), "{}", answer.body);
        assert_eq!(answer.body["state"], status);
    }
    let path = format!("/api/payments/{}/refund", world.id(given_up).await);
    let answer = world.http.post(&path, &json!({"reason": "none"})).await;
    assert_eq!((answer.status.as_u16(), &answer.body["code"]), (409, &json!("payment-status")));
}

#[tokio::test(start_paused = true)]
async fn payments_are_listed_in_pages_and_by_status() {
    let world = World::new();
    for (name, method) in [
        ("cash_on_delivery", CashOnDelivery),
        ("cash_on_delivery", CashOnDelivery),
        ("bank_transfer", BankTransfer),
    ] {
        let mut body = body(world.orders.placed(1_000, method), name);
        body.as_object_mut().unwrap().remove("token");
        let answer = world.http.post("/api/payments", &body).await;
        assert_eq!(answer.status, 201);
    }
    let list = async |query: &str| {
        let answer = world.http.get(&format!("/api/payments{query}")).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.body
    };
    let count = |page: &Value| page["data"].as_array().unwrap().len();
    let all = list("").await;
    assert_eq!((count(&all), &all["page"]["hasMore"]), (3, &json!(false)));
    let first = list("?limit=2").await;
    assert_eq!((count(&first), &first["page"]["hasMore"]), (2, &json!(true)));
    let cursor = first["page"]["nextCursor"].as_str().unwrap();
    let rest = list(&format!("?limit=2&cursor={cursor}")).await;
    let foreign = world.http.get(&format!("/api/payments?status=failed&cursor={cursor}")).await;
    assert_eq!((foreign.status.as_u16(), &foreign.body["code"]), (400, &json!("bad-cursor")));
    assert_eq!((count(&rest), &rest["page"]["hasMore"]), (1, &json!(false)));
    assert_eq!(count(&list("?status=authorized").await), 2);
    assert_eq!(count(&list("?status=pending&limit=1").await), 1);
    assert_eq!(count(&list("?status=refunded&limit=100").await), 0);
}
