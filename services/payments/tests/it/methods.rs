use super::*;

#[tokio::test(start_paused = true)]
async fn cards_and_paypal_are_authorized_and_then_captured() {
    let world = World::new();
    for method in ["credit_card", "paypal"] {
        let order = OrderId::fresh();
        world.want(order, method, Some("tok_ok"));
        world.has_said(order, &["authorized"]).await;
        assert_eq!(world.book(order).await, ["authorize"]);
        world.want_capture(order);
        world.has_said(order, &["authorized", "captured"]).await;
        let payment = world.becomes(order, "completed").await;
        assert_eq!(statuses(&payment), ["pending", "authorized", "completed"]);
        let said = world.ear.last(order, "captured").unwrap();
        assert_eq!(said["transactionId"], payment["transactionId"]);
        assert_eq!((&said["amount"], &payment["capturedAmount"]), (&usd(1_000), &usd(1_000)));
        assert_eq!(world.balance(order).await, 1_000);
    }
}

#[tokio::test(start_paused = true)]
async fn cash_needs_no_provider() {
    let world = World::new();
    let order = OrderId::fresh();
    world.want(order, "cash_on_delivery", None);
    world.has_said(order, &["authorized"]).await;
    world.want_capture(order);
    world.has_said(order, &["authorized", "captured"]).await;
    let refused = OrderId::fresh();
    world.want(refused, "cash_on_delivery", None);
    world.unwant(refused);
    let said = eventually(async || {
        let said = world.ear.heard(refused);
        if said.contains(&"voided") { Ok(said) } else { Err(said) }
    });
    // Whichever wish came first.
    assert!([vec!["voided"], vec!["authorized", "voided"]].contains(&said.await));
    assert!(world.simulator.book().await.unwrap().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_transfer_waits_until_staff_have_it() {
    let world = World::new();
    let order = OrderId::fresh();
    world.want(order, "bank_transfer", None);
    world.becomes(order, "pending").await;
    assert!(world.ear.heard(order).is_empty());
    let path = format!("/api/payments/{}/process", world.id(order).await);
    let answer = world.http.post(&path, &json!({"transactionId": "SEPA 17"})).await;
    assert_eq!((answer.status.as_u16(), &answer.body["status"]), (200, &json!("completed")));
    assert_eq!(answer.body["transactionId"], "SEPA 17");
    world.has_said(order, &["captured"]).await;
    // The deadline is over, and means nothing any more.
    tokio::time::sleep(PATIENCE * 2).await;
    world.becomes(order, "completed").await;
    assert!(world.simulator.book().await.unwrap().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_transfer_that_does_not_come_in_time_fails_and_goes_back_when_it_comes() {
    let world = World::new();
    let order = OrderId::fresh();
    world.want(order, "bank_transfer", None);
    let failed = world.becomes(order, "failed").await;
    assert_eq!(failed["reason"], "The transfer did not arrive in time");
    world.has_said(order, &["failed"]).await;
    assert_eq!(world.ear.last(order, "failed").unwrap()["reason"], failed["reason"]);
    let path = format!("/api/payments/{}/process", world.id(order).await);
    let answer = world.http.post(&path, &json!({})).await;
    assert_eq!(answer.body["status"], "refunded", "{}", answer.body);
    world.has_said(order, &["failed", "refunded"]).await;
    let said = world.ear.last(order, "refunded").unwrap();
    assert_eq!((&said["isFull"], &said["amount"]), (&json!(true), &usd(1_000)));
    let payment = world.becomes(order, "refunded").await;
    assert_eq!(statuses(&payment), ["pending", "failed", "completed", "refunded"]);
}

#[tokio::test(start_paused = true)]
async fn a_free_order_is_paid_by_nobody() {
    let world = World::new();
    let order = OrderId::fresh();
    let mut free = wish(order, "credit_card", Some("tok_declined"));
    free["amount"] = usd(0);
    world.say("orders.paymentwanted", &free);
    world.has_said(order, &["authorized"]).await;
    world.want_capture(order);
    world.has_said(order, &["authorized", "captured"]).await;
    assert!(world.simulator.book().await.unwrap().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_thousand_payments_are_taken_once_each() {
    let world = World::new();
    let orders: Vec<_> = (0..1_000).map(|_| OrderId::fresh()).collect();
    for order in &orders {
        for _ in 0..2 {
            world.want(*order, "credit_card", None);
        }
    }
    for order in &orders {
        world.has_said(*order, &["authorized"]).await;
        world.want_capture(*order);
        world.want_capture(*order);
    }
    for order in &orders {
        world.has_said(*order, &["authorized", "captured"]).await;
    }
    let book = world.simulator.book().await.unwrap();
    assert_eq!(book.len(), 2_000);
    assert_eq!(simulator::balance(&book).unwrap().unwrap().amount_minor, 1_000_000);
}
