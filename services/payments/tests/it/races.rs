use super::*;

#[tokio::test(start_paused = true)]
async fn a_wish_that_is_withdrawn_before_it_comes_charges_nothing() {
    let world = World::new();
    let order = OrderId::fresh();
    world.unwant(order);
    world.has_said(order, &["voided"]).await;
    let before = world.ear.count();
    world.want(order, "credit_card", None);
    world.want_capture(order);
    world.unwant(order);
    // It is answered, and with the same; several repetitions may leave as one.
    eventually(async || if world.ear.count() > before { Ok(()) } else { Err("no answer") }).await;
    world.has_said(order, &["voided"]).await;
    let payment = world.becomes(order, "voided").await;
    assert_eq!((&payment["amount"], &payment["reason"]), (&usd(1_000), &json!("changed my mind")));
    assert!(world.entries(order).await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_is_unwanted_while_it_is_asked_for_is_found_out_and_given_up() {
    let world = World::new();
    for token in ["tok_slow", "tok_timeout", "tok_unreachable"] {
        let order = OrderId::fresh();
        world.want(order, "credit_card", Some(token));
        eventually(async || {
            let book = world.http.get(&format!("/simulator/book?order={order}")).await.body;
            let is_asked = book["data"][0]["calls"] == 1;
            let payment = world.payment(order).await.body;
            if is_asked && payment["status"] == "pending" { Ok(()) } else { Err(payment) }
        })
        .await;
        world.unwant(order);
        world.want_capture(order);
        let payment = world.becomes(order, "voided").await;
        assert_eq!(statuses(&payment), ["pending", "authorized", "voided"], "{token}");
        world.has_said(order, &["voided"]).await;
        assert_eq!(world.book(order).await, ["authorize", "void"], "{token}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_unwanted_while_it_is_taken_is_taken_and_goes_back() {
    let world = World::new();
    for token in ["tok_slow", "tok_timeout"] {
        let order = OrderId::fresh();
        world.want(order, "credit_card", Some(token));
        world.becomes(order, "authorized").await;
        world.want_capture(order);
        eventually(async || {
            let book = world.book(order).await;
            if book == ["authorize", "capture"] { Ok(()) } else { Err(book) }
        })
        .await;
        world.unwant(order);
        world.becomes(order, "refunded").await;
        world.has_said(order, &["authorized", "refunded"]).await;
        assert_eq!(world.book(order).await, ["authorize", "capture", "refund"], "{token}");
        assert_eq!(world.balance(order).await, 0, "{token}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_promised_and_unwanted_is_given_up_and_never_taken() {
    let world = World::new();
    let order = OrderId::fresh();
    world.want(order, "credit_card", None);
    world.becomes(order, "authorized").await;
    for _ in 0..3 {
        world.unwant(order);
        world.want_capture(order);
    }
    let payment = world.becomes(order, "voided").await;
    assert_eq!(statuses(&payment), ["pending", "authorized", "voided"]);
    world.has_said(order, &["authorized", "voided"]).await;
    assert_eq!(world.book(order).await, ["authorize", "void"]);
}

#[tokio::test(start_paused = true)]
async fn a_capture_that_comes_too_early_is_made_later() {
    let world = World::new();
    let order = OrderId::fresh();
    world.want_capture(order);
    tokio::time::sleep(Duration::from_millis(100)).await;
    world.want(order, "credit_card", Some("tok_slow"));
    world.has_said(order, &["authorized", "captured"]).await;
    world.becomes(order, "completed").await;
    assert_eq!(world.balance(order).await, 1_000);
    assert!(world.broker.dead_letters(topology::PAYMENTS_WISHES).is_empty());
}

#[tokio::test(start_paused = true)]
async fn who_asks_again_is_answered_again_with_the_same_message() {
    let world = World::new();
    let order = OrderId::fresh();
    world.want(order, "credit_card", None);
    world.has_said(order, &["authorized"]).await;
    let before = world.ear.count();
    for _ in 0..3 {
        world.want(order, "credit_card", None);
    }
    eventually(async || if world.ear.count() > before { Ok(()) } else { Err("no answer") }).await;
    world.has_said(order, &["authorized"]).await;
    assert_eq!(world.entries(order).await[0].calls, 1);
}

#[tokio::test(start_paused = true)]
async fn another_wish_for_the_same_order_is_set_aside() {
    let world = World::new();
    let order = OrderId::fresh();
    world.want(order, "credit_card", None);
    world.becomes(order, "authorized").await;
    let mut more = wish(order, "credit_card", None);
    more["amount"] = usd(1_001);
    let mut below = wish(OrderId::fresh(), "credit_card", None);
    below["amount"] = usd(-1);
    world.say("orders.paymentwanted", &more);
    world.want(order, "paypal", None);
    world.say("orders.paymentwanted", &below);
    world.say("orders.paymentwanted", &json!({"orderId": order, "amount": 5, "method": "gold"}));
    let dead = eventually(async || {
        let dead = world.broker.dead_letters(topology::PAYMENTS_WISHES);
        if dead.len() == 4 { Ok(dead) } else { Err(dead.len()) }
    })
    .await;
    let starts = |start: &str| dead.iter().filter(|it| it.reason.starts_with(start)).count();
    assert_eq!((starts("payment-changed"), starts("payment-negative")), (2, 1), "{dead:?}");
    assert_eq!(starts("undecodable"), 1);
    assert_eq!(world.entries(order).await.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn everything_at_once_and_twice_ends_in_one_legal_way() {
    let world = World::new();
    let tokens = ["tok_ok", "tok_duplicate", "tok_webhook_first", "tok_slow", "tok_timeout"];
    let orders: Vec<_> = (0..100).map(|_| OrderId::fresh()).collect();
    for (order, token) in orders.iter().zip(tokens.iter().cycle()) {
        world.want(*order, "credit_card", Some(token));
        world.want_capture(*order);
        world.want_capture(*order);
        world.unwant(*order);
        world.want(*order, "credit_card", Some(token));
        world.unwant(*order);
    }
    for order in orders {
        let payment = patiently(async || {
            let payment = world.payment(order).await.body;
            let status = payment["status"].as_str().unwrap_or_default().to_owned();
            let is_over = ["voided", "refunded"].contains(&status.as_str());
            if is_over && payment["waitingFor"].is_null() { Ok(payment) } else { Err(payment) }
        })
        .await;
        assert_eq!(world.balance(order).await, 0, "{payment}");
        let book = world.book(order).await;
        let count = |wanted: &str| book.iter().filter(|it| *it == wanted).count();
        assert!(count("authorize") <= 1 && count("capture") <= 1, "{book:?}");
        assert_eq!(count("capture") + count("void"), count("authorize"), "{book:?}");
    }
}
