use super::*;
use axum::http::Method;
use payments::{
    domain::Told,
    webhook::{Signed, signed},
};

fn transfer(world: &World, order: OrderId, minor: i64) -> Signed {
    let amount = serde_json::from_value(usd(minor)).unwrap();
    let about = (order, "SEPA 17", amount);
    signed(&secret(), "msg_1", Told::TransferReceived, about, world.clock.now())
}

async fn send(world: &World, it: &Signed) -> Answer {
    let headers = [
        ("webhook-id", it.id.as_str()),
        ("webhook-timestamp", it.timestamp.as_str()),
        ("webhook-signature", it.signature.as_str()),
    ];
    let body = String::from_utf8(it.body.clone()).unwrap();
    world.http.send(Method::POST, "/api/payments/webhook", &headers, body).await
}

async fn awaiting(world: &World) -> OrderId {
    let order = OrderId::fresh();
    world.want(order, "bank_transfer", None);
    world.becomes(order, "pending").await;
    order
}

#[tokio::test(start_paused = true)]
async fn a_transfer_that_is_told_of_is_received_once() {
    let world = World::new();
    let order = awaiting(&world).await;
    let webhook = transfer(&world, order, 1_000);
    let again = signed(
        &secret(),
        "msg_2",
        Told::TransferReceived,
        (order, "SEPA 17", serde_json::from_value(usd(1_000)).unwrap()),
        world.clock.now(),
    );
    for it in [&webhook, &webhook, &again] {
        assert_eq!(send(&world, it).await.status, 204);
    }
    let payment = world.becomes(order, "completed").await;
    assert_eq!(statuses(&payment), ["pending", "completed"]);
    assert_eq!(payment["transactionId"], "SEPA 17");
    world.has_said(order, &["captured"]).await;
}

#[tokio::test(start_paused = true)]
async fn a_transfer_for_what_is_unwanted_goes_back() {
    let world = World::new();
    let order = awaiting(&world).await;
    world.unwant(order);
    world.becomes(order, "voided").await;
    for _ in 0..2 {
        assert_eq!(send(&world, &transfer(&world, order, 1_000)).await.status, 204);
    }
    world.has_said(order, &["voided", "refunded"]).await;
}

#[tokio::test(start_paused = true)]
async fn without_a_good_signature_of_now_nothing_happens() {
    let world = World::new();
    let order = awaiting(&world).await;
    let good = transfer(&world, order, 1_000);
    let other: Secret = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz".parse().unwrap();
    let at = |seconds: i64| {
        let about = (order, "SEPA 17", serde_json::from_value(usd(1_000)).unwrap());
        let time = world.clock.now() + jiff::SignedDuration::from_secs(seconds);
        signed(&secret(), "msg_1", Told::TransferReceived, about, time)
    };
    let text = String::from_utf8(good.body.clone()).unwrap();
    let bad = [
        Signed { signature: other.sign(&good), ..good.clone() },
        Signed { signature: good.signature.replacen("v1,", "v2,", 1), ..good.clone() },
        Signed { signature: good.signature[3..].to_owned(), ..good.clone() },
        Signed { signature: "v1,".to_owned(), ..good.clone() },
        Signed { signature: "v1,!".to_owned(), ..good.clone() },
        Signed { signature: String::new(), ..good.clone() },
        Signed { id: "msg_2".to_owned(), ..good.clone() },
        Signed { id: String::new(), ..good.clone() },
        Signed { timestamp: "soon".to_owned(), ..good.clone() },
        Signed { timestamp: String::new(), ..good.clone() },
        Signed { timestamp: format!("{}0", good.timestamp), ..good.clone() },
        Signed { body: text.replacen("1000", "1001", 1).into_bytes(), ..good.clone() },
        Signed { body: format!("{text} ").into_bytes(), ..good.clone() },
        at(-301),
        at(301),
    ];
    for it in bad {
        let answer = send(&world, &it).await;
        assert_eq!(answer.status, 401, "{it:?}: {}", answer.body);
        assert_eq!(answer.body["code"], "bad-webhook-signature");
    }
    let unsigned = world.http.post("/api/payments/webhook", &json!({})).await;
    assert_eq!(unsigned.status, 401);
    world.is_quiet().await;
    world.becomes(order, "pending").await;
    // One good signature among several is enough.
    let several = format!("v1,AAAA {} {}", other.sign(&good), good.signature);
    assert_eq!(send(&world, &Signed { signature: several, ..good }).await.status, 204);
    world.becomes(order, "completed").await;
}

#[tokio::test(start_paused = true)]
async fn a_signature_is_good_for_five_minutes_either_way() {
    let world = World::new();
    for seconds in [-299, 299] {
        let order = awaiting(&world).await;
        let about = (order, "SEPA 17", serde_json::from_value(usd(1_000)).unwrap());
        let time = world.clock.now() + jiff::SignedDuration::from_secs(seconds);
        let name = format!("msg_{seconds}");
        let it = signed(&secret(), &name, Told::TransferReceived, about, time);
        assert_eq!(send(&world, &it).await.status, 204, "{seconds}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_told_must_fit() {
    let world = World::new();
    let order = awaiting(&world).await;
    let answer = send(&world, &transfer(&world, order, 999)).await;
    assert_eq!((answer.status.as_u16(), &answer.body["code"]), (409, &json!("payment-amount")));
    assert!(answer.body["detail"].as_str().unwrap().contains("9.99 USD"), "{}", answer.body);
    let nobody = send(&world, &transfer(&world, OrderId::fresh(), 1_000)).await;
    assert_eq!(nobody.status, 404);
    let of = |told| {
        let about = (order, "tx", serde_json::from_value(usd(1_000)).unwrap());
        signed(&secret(), "msg_3", told, about, world.clock.now())
    };
    for told in [Told::Authorized, Told::Captured] {
        let answer = send(&world, &of(told)).await;
        assert_eq!((answer.status.as_u16(), &answer.body["code"]), (409, &json!("payment-status")));
    }
    world.becomes(order, "pending").await;
    assert!(world.ear.heard(order).is_empty());
    // What was refused before under the same name is heard when it fits.
    assert_eq!(send(&world, &transfer(&world, order, 1_000)).await.status, 204);
    world.becomes(order, "completed").await;
}

#[tokio::test(start_paused = true)]
async fn what_makes_no_sense_is_refused_though_it_is_signed() {
    let world = World::new();
    let order = awaiting(&world).await;
    let data = json!({"orderId": order, "transactionId": "t", "amount": usd(1_000)});
    let with = |name: &str, value: Value| {
        let mut data = data.clone();
        data[name] = value;
        json!({"type": "transfer.received", "data": data}).to_string()
    };
    let bodies = [
        (String::new(), 400, ""),
        ("{".to_owned(), 400, ""),
        ("[]".to_owned(), 422, "#"),
        (json!({"data": data}).to_string(), 422, "#/type"),
        (json!({"type": "transfer.lost", "data": data}).to_string(), 422, "#/type"),
        (json!({"type": "transfer.received"}).to_string(), 422, "#/data"),
        (with("orderId", json!(17)), 422, "#/data/orderId"),
        (with("transactionId", json!(" ")), 422, "#/data/transactionId"),
        (with("transactionId", json!("x".repeat(201))), 422, "#/data/transactionId"),
        (with("amount", json!(10.5)), 422, "#/data/amount"),
        (
            with("amount", json!({"amountMinor": 1.5, "currency": "USD"})),
            422,
            "#/data/amount/amountMinor",
        ),
        (
            with("amount", json!({"amountMinor": 1, "currency": "XXQ"})),
            422,
            "#/data/amount/currency",
        ),
    ];
    for (body, status, pointer) in bodies {
        let timestamp = world.clock.now().as_second().to_string();
        let (id, signature) = ("msg_1".to_owned(), String::new());
        let unsigned = Signed { id, timestamp, signature, body: body.clone().into_bytes() };
        let it = Signed { signature: secret().sign(&unsigned), ..unsigned };
        let answer = send(&world, &it).await;
        assert_eq!(answer.status.as_u16(), status, "{body}: {}", answer.body);
        let told = answer.body["errors"][0]["pointer"].as_str().unwrap_or_default();
        assert_eq!(told, pointer, "{body}");
    }
    world.becomes(order, "pending").await;
}
