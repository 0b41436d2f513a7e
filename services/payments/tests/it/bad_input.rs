use super::*;
use axum::http::Method;

async fn refused(world: &World, path: &str, body: String, status: u16, pointer: &str) {
    let answer = world.http.send(Method::POST, path, &[], body.clone()).await;
    assert_eq!(answer.status.as_u16(), status, "{path} {body}: {}", answer.body);
    let told = answer.body["errors"][0]["pointer"].as_str().unwrap_or_default();
    assert_eq!(told, pointer, "{path} {body}");
}

#[tokio::test(start_paused = true)]
async fn a_payment_must_make_sense() {
    let world = World::new();
    let order = OrderId::fresh();
    let good = json!({"orderId": order, "amount": usd(1), "paymentMethod": "credit_card"});
    let with = |name: &str, value: Value| {
        let mut body = good.clone();
        body[name] = value;
        body.to_string()
    };
    let without = |name: &str| {
        let mut body = good.clone();
        body.as_object_mut().unwrap().remove(name);
        body.to_string()
    };
    let too_large = format!("{{\"orderId\": \"{}\"}}", "x".repeat(300_000));
    for (body, status, pointer) in [
        (String::new(), 400, ""),
        ("{".to_owned(), 400, ""),
        ("[]".to_owned(), 422, "#"),
        (too_large, 413, ""),
        (without("orderId"), 422, "#/orderId"),
        (without("amount"), 422, "#/amount"),
        (without("paymentMethod"), 422, "#/paymentMethod"),
        (with("orderId", json!("17")), 422, "#/orderId"),
        (with("customerId", json!("ada")), 422, "#/customerId"),
        (with("paymentMethod", json!("gold")), 422, "#/paymentMethod"),
        (with("amount", json!(1)), 422, "#/amount"),
        (
            with("amount", json!({"amountMinor": 1.5, "currency": "USD"})),
            422,
            "#/amount/amountMinor",
        ),
        (with("amount", json!({"amountMinor": 1, "currency": "gold"})), 422, "#/amount/currency"),
        (with("amount", json!({"amountMinor": 1, "currency": "USD", "x": 1})), 422, "#/amount/x"),
        (with("amount", usd(0)), 422, "#/amount/amountMinor"),
        (with("amount", usd(-1)), 422, "#/amount/amountMinor"),
        (with("amount", usd(9_007_199_254_740_992)), 422, "#/amount/amountMinor"),
        (
            with("amount", json!({"amountMinor": u64::MAX, "currency": "USD"})),
            422,
            "#/amount/amountMinor",
        ),
        (with("amount", json!([1, "USD"])), 422, "#/amount"),
        (
            with("amount", json!({"amountMinor": 1, "currency": {"USD": null}})),
            422,
            "#/amount/currency",
        ),
        (with("amount", json!({"amountMinor": 1, "currency": "XAU"})), 422, "#/amount/currency"),
        (with("paymentMethod", json!({"paypal": null})), 422, "#/paymentMethod"),
        (with("token", json!(" ")), 422, "#/token"),
        (with("token", json!("a\nb")), 422, "#/token"),
        (with("token", json!("x".repeat(201))), 422, "#/token"),
        (with("status", json!("completed")), 422, "#/status"),
    ] {
        refused(&world, "/api/payments", body, status, pointer).await;
    }
    assert_eq!(world.payment(order).await.status, 404);
    assert!(world.simulator.book().await.unwrap().is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_is_done_to_a_payment_must_make_sense() {
    let world = World::new();
    let order = OrderId::fresh();
    world.want(order, "cash_on_delivery", None);
    world.becomes(order, "authorized").await;
    let path = format!("/api/payments/{}", world.id(order).await);
    let before = world.payment(order).await.body;
    for (verb, body, status, pointer) in [
        ("process", "{", 400, ""),
        ("process", "[]", 422, "#"),
        ("process", r#"{"transactionId": 17}"#, 422, "#/transactionId"),
        ("process", r#"{"transactionId": ""}"#, 422, "#/transactionId"),
        ("process", r#"{"amount": 1}"#, 422, "#/amount"),
        ("void", "nonsense", 400, ""),
        ("void", r#"{"reason": " "}"#, 422, "#/reason"),
        ("void", r#"{"why": "x"}"#, 422, "#/why"),
        ("refund", "", 400, ""),
        ("refund", "{}", 422, "#/reason"),
        ("refund", r#"{"reason": ""}"#, 422, "#/reason"),
        ("refund", r#"{"reason": "x", "amount": 5}"#, 422, "#/amount"),
        ("refund", r#"{"reason": "x", "amount": [5, "USD"]}"#, 422, "#/amount"),
        ("refund", r#"{"reason": "x", "reason": "y"}"#, 422, "#/reason"),
        (
            "refund",
            r#"{"reason": "x", "amount": {"amountMinor": 0, "currency": "USD"}}"#,
            422,
            "#/amount/amountMinor",
        ),
        (
            "refund",
            r#"{"reason": "x", "amount": {"amountMinor": -5, "currency": "USD"}}"#,
            422,
            "#/amount/amountMinor",
        ),
        ("refund", r#"{"reason": "x", "refundId": "mine"}"#, 422, "#/refundId"),
    ] {
        refused(&world, &format!("{path}/{verb}"), body.to_owned(), status, pointer).await;
    }
    assert_eq!(world.payment(order).await.body, before);
    // Of another currency, once there is something to give back.
    world.want_capture(order);
    world.becomes(order, "completed").await;
    let euros = json!({"reason": "x", "amount": {"amountMinor": 1, "currency": "EUR"}});
    refused(&world, &format!("{path}/refund"), euros.to_string(), 422, "#/amount").await;
}

#[tokio::test(start_paused = true)]
async fn what_is_not_there_is_not_found() {
    let world = World::new();
    let nobody = OrderId::fresh();
    for path in [format!("/api/payments/{nobody}"), format!("/api/payments/order/{nobody}")] {
        assert_eq!(world.http.get(&path).await.status, 404, "{path}");
    }
    for verb in ["process", "void", "refund"] {
        let path = format!("/api/payments/{nobody}/{verb}");
        assert_eq!(
            world.http.post(&path, &json!({"reason": "x"})).await.status.as_u16(),
            if verb == "process" { 422 } else { 404 }
        );
        let path = format!("/api/payments/17/{verb}");
        assert_eq!(world.http.post(&path, &json!({})).await.status, 400, "{path}");
    }
    for path in [
        "/api/payments/17",
        "/api/payments/order/17",
        "/api/payments?status=gold",
        "/api/payments?limit=-1",
        "/api/payments?limit=0",
        "/api/payments?limit=101",
        "/simulator/book?limit=0",
        "/simulator/book?limit=501",
        "/api/payments?cursor=17",
        "/api/payments?colour=red",
    ] {
        assert_eq!(world.http.get(path).await.status, 400, "{path}");
    }
    let answer = world.http.send(Method::DELETE, "/api/payments", &[], String::new()).await;
    assert_eq!(answer.status, 405);
}

#[tokio::test(start_paused = true)]
async fn a_token_is_for_providers_and_is_not_repeated() {
    let world = World::new();
    let with = |method: &str, token: Value| json!({"orderId": OrderId::fresh(), "amount": usd(1), "paymentMethod": method, "token": token});
    for method in ["cash_on_delivery", "bank_transfer"] {
        let body = with(method, json!("tok_ok")).to_string();
        refused(&world, "/api/payments", body, 422, "#/token").await;
    }
    for token in [json!(4_111_111_111_111_111_u64), json!({"number": "4111111111111111"})] {
        let answer = world.http.post("/api/payments", &with("credit_card", token)).await;
        assert_eq!(answer.body["errors"][0]["pointer"], "#/token");
        assert!(!answer.body.to_string().contains("4111"), "{}", answer.body);
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_said_to_be_no_json_is_refused() {
    let world = World::new();
    let order = OrderId::fresh();
    world.want(order, "cash_on_delivery", None);
    world.becomes(order, "authorized").await;
    let path = format!("/api/payments/{}", world.id(order).await);
    for (path, body, status) in [
        ("/api/payments".to_owned(), "{}", 415),
        ("/api/payments/webhook".to_owned(), "{}", 415),
        (format!("{path}/refund"), "{}", 415),
        (format!("{path}/void"), "{}", 415),
        (format!("{path}/void"), "", 200),
    ] {
        let kind = [("content-type", "text/plain")];
        let answer = world.http.send(Method::POST, &path, &kind, body.to_owned()).await;
        assert_eq!(answer.status.as_u16(), status, "{path} {body}: {}", answer.body);
    }
}
