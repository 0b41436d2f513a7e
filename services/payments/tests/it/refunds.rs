use super::*;
use axum::http::Method;

/// A payment that was taken; gives the way to its refunds.
async fn paid(world: &World, method: &str) -> (OrderId, String) {
    let order = OrderId::fresh();
    world.want(order, method, None);
    if method == "bank_transfer" {
        world.becomes(order, "pending").await;
        let path = format!("/api/payments/{}/process", world.id(order).await);
        assert_eq!(world.http.post(&path, &json!({})).await.status, 200);
    } else {
        world.becomes(order, "authorized").await;
        world.want_capture(order);
    }
    world.becomes(order, "completed").await;
    (order, format!("/api/payments/{}/refund", world.id(order).await))
}

#[tokio::test(start_paused = true)]
async fn money_goes_back_in_parts_until_all_is_back() {
    let world = World::new();
    for method in ["credit_card", "cash_on_delivery", "bank_transfer"] {
        let (order, refund) = paid(&world, method).await;
        let part = json!({"amount": usd(300), "reason": "a scratch"});
        assert_eq!(world.http.post(&refund, &part).await.status, 200);
        let payment = world.becomes(order, "completed").await;
        assert_eq!(payment["refundedAmount"], usd(300));
        let said = eventually(async || world.ear.last(order, "refunded").ok_or("nothing")).await;
        assert_eq!((&said["isFull"], &said["refunded"]), (&json!(false), &usd(300)));
        let too_much = json!({"amount": usd(701), "reason": "everything"});
        let answer = world.http.post(&refund, &too_much).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.body["code"]),
            (409, &json!("refund-too-much"))
        );
        assert!(answer.body["detail"].as_str().unwrap().contains("7.00 USD"), "{}", answer.body);
        let rest = json!({"reason": "sent back"});
        assert_eq!(world.http.post(&refund, &rest).await.status, 200);
        let payment = world.becomes(order, "refunded").await;
        assert_eq!(
            (&payment["refundedAmount"], &payment["reason"]),
            (&usd(1_000), &json!("sent back"))
        );
        eventually(async || {
            let said = world.ear.last(order, "refunded").unwrap();
            if said["isFull"] == true && said["amount"] == usd(700) { Ok(()) } else { Err(said) }
        })
        .await;
        assert_eq!(world.balance(order).await, 0);
        let answer = world.http.post(&refund, &rest).await;
        assert_eq!(answer.status, 409, "{}", answer.body);
        assert!(answer.body["detail"].as_str().unwrap().contains("refunded"));
    }
}

#[tokio::test(start_paused = true)]
async fn under_one_key_money_goes_back_once() {
    let world = World::new();
    let (order, path) = paid(&world, "credit_card").await;
    let send = async |key: &str, body: &Value| {
        let headers = [("idempotency-key", key)];
        world.http.send(Method::POST, &path, &headers, body.to_string()).await
    };
    let body = json!({"amount": usd(300), "reason": "a scratch"});
    let answers = futures::future::join_all((0..20).map(|_| send("\"17\"", &body))).await;
    assert!(answers.iter().all(|it| it.status == 200));
    assert_eq!(send("17", &body).await.status, 200);
    let payment = world.becomes(order, "completed").await;
    assert_eq!(
        (payment["refunds"].as_array().unwrap().len(), world.balance(order).await),
        (1, 700)
    );
    let other = send("17", &json!({"amount": usd(301), "reason": "a scratch"})).await;
    assert_eq!(
        (other.status.as_u16(), &other.body["code"]),
        (422, &json!("idempotency-key-reused"))
    );
    assert_eq!(send("18", &body).await.status, 200);
    world.becomes(order, "completed").await;
    assert_eq!(world.balance(order).await, 400);
    for bad in ["", "\"\"", "a b", &"x".repeat(256)] {
        assert_eq!(send(bad, &body).await.status, 400, "{bad}");
    }
}

#[tokio::test(start_paused = true)]
async fn refunds_at_once_never_add_up_to_more_than_was_taken() {
    let world = World::new();
    let (order, path) = paid(&world, "paypal").await;
    let body = json!({"amount": usd(150), "reason": "a scratch"});
    let answers = futures::future::join_all((0..20).map(|_| world.http.post(&path, &body))).await;
    let made = answers.iter().filter(|it| it.status == 200).count();
    let refused = answers.iter().filter(|it| it.status == 409).count();
    assert_eq!((made, refused), (6, 14));
    world.becomes(order, "completed").await;
    assert_eq!(world.balance(order).await, 100);
}

#[tokio::test(start_paused = true)]
async fn what_is_refunded_in_part_and_then_unwanted_goes_back_whole() {
    let world = World::new();
    let (order, path) = paid(&world, "credit_card").await;
    let part = json!({"amount": usd(1), "reason": "a cent"});
    assert_eq!(world.http.post(&path, &part).await.status, 200);
    for _ in 0..3 {
        world.unwant(order);
    }
    world.becomes(order, "refunded").await;
    assert_eq!(world.balance(order).await, 0);
    assert_eq!(world.book(order).await, ["authorize", "capture", "refund", "refund"]);
}

#[tokio::test(start_paused = true)]
async fn a_payment_is_changed_as_it_was_seen_or_not_at_all() {
    let world = World::new();
    let (order, refund) = paid(&world, "credit_card").await;
    let path = refund.trim_end_matches("/refund");
    let tag = world.payment(order).await.headers["etag"].to_str().unwrap().to_owned();
    let send = async |verb: &str, tag: &str, body: &Value| {
        let headers = [("if-match", tag), ("idempotency-key", "once")];
        let path = format!("{path}/{verb}");
        world.http.send(Method::POST, &path, &headers, body.to_string()).await
    };
    let part = json!({"amount": usd(300), "reason": "a scratch"});
    for (verb, body) in [("refund", &part), ("void", &json!({})), ("process", &json!({}))] {
        let stale = send(verb, "\"0\"", body).await;
        assert_eq!((stale.status.as_u16(), &stale.body["code"]), (412, &json!("stale-revision")));
        assert_eq!(send(verb, "0", body).await.status, 400, "{verb}");
    }
    assert_eq!(world.balance(order).await, 1_000);
    assert_eq!(send("refund", &tag, &part).await.status, 200);
    world.becomes(order, "completed").await;
    assert_eq!(send("refund", &tag, &part).await.status, 200, "it is the same refund");
    assert_eq!(world.balance(order).await, 700);
    let known = [("if-none-match", tag.as_str())];
    assert_eq!(world.http.send(Method::GET, path, &known, String::new()).await.status, 200);
}
