use super::*;

/// Authorised and captured, however the provider behaves on the way; gives what it was asked.
async fn goes_well(world: &World, token: &str) -> Vec<Entry> {
    let order = OrderId::fresh();
    world.want(order, "credit_card", Some(token));
    world.has_said(order, &["authorized"]).await;
    world.want_capture(order);
    world.has_said(order, &["authorized", "captured"]).await;
    let payment = world.becomes(order, "completed").await;
    assert_eq!(statuses(&payment), ["pending", "authorized", "completed"], "{token}");
    assert_eq!(world.book(order).await, ["authorize", "capture"], "{token}");
    assert_eq!(world.balance(order).await, 1_000, "{token}");
    world.entries(order).await
}

fn calls(entries: &[Entry]) -> Vec<u32> {
    entries.iter().map(|it| it.calls).collect()
}

#[tokio::test(start_paused = true)]
async fn declined_cards_pay_nothing_and_say_why() {
    let world = World::new();
    for (token, reason) in [
        ("tok_declined", "the card was declined"),
        ("tok_insufficient_funds", "insufficient funds"),
        ("tok_visa", "unknown token"),
    ] {
        let order = OrderId::fresh();
        world.want(order, "credit_card", Some(token));
        world.has_said(order, &["failed"]).await;
        assert_eq!(world.ear.last(order, "failed").unwrap()["reason"], reason);
        let payment = world.becomes(order, "failed").await;
        assert_eq!(payment["reason"], reason);
        assert!(world.book(order).await.is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn a_good_card_is_asked_for_once() {
    let world = World::new();
    assert_eq!(calls(&goes_well(&world, "tok_ok").await), [1, 1]);
}

#[tokio::test(start_paused = true)]
async fn a_slow_card_is_waited_for() {
    let world = World::new();
    let start = Instant::now();
    assert_eq!(calls(&goes_well(&world, "tok_slow").await), [1, 1]);
    assert!(start.elapsed() >= Duration::from_secs(4), "{:?}", start.elapsed());
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_never_comes_is_asked_for_again_and_nothing_is_charged_twice() {
    let world = World::new();
    assert_eq!(calls(&goes_well(&world, "tok_timeout").await), [2, 2]);
}

#[tokio::test(start_paused = true)]
async fn a_provider_that_cannot_be_reached_is_asked_until_it_can() {
    let world = World::new();
    assert_eq!(calls(&goes_well(&world, "tok_unreachable").await), [3, 3]);
}

#[tokio::test(start_paused = true)]
async fn webhooks_that_tell_it_first_or_twice_change_nothing_more() {
    let world = World::new();
    for token in ["tok_duplicate", "tok_webhook_first"] {
        assert_eq!(calls(&goes_well(&world, token).await), [1, 1], "{token}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_capture_that_is_declined_gives_up_the_promise() {
    let world = World::new();
    let order = OrderId::fresh();
    world.want(order, "credit_card", Some("tok_capture_declined"));
    world.has_said(order, &["authorized"]).await;
    world.want_capture(order);
    world.has_said(order, &["authorized", "failed"]).await;
    world.becomes(order, "failed").await;
    assert_eq!(world.book(order).await, ["authorize", "void"]);
    assert_eq!(world.balance(order).await, 0);
}

#[tokio::test(start_paused = true)]
async fn whatever_the_card_does_what_was_taken_goes_back() {
    let world = World::new();
    for token in [
        "tok_ok",
        "tok_slow",
        "tok_timeout",
        "tok_unreachable",
        "tok_duplicate",
        "tok_webhook_first",
    ] {
        let order = OrderId::fresh();
        world.want(order, "paypal", Some(token));
        world.becomes(order, "authorized").await;
        world.want_capture(order);
        world.becomes(order, "completed").await;
        world.unwant(order);
        world.becomes(order, "refunded").await;
        world.has_said(order, &["authorized", "captured", "refunded"]).await;
        assert_eq!(world.balance(order).await, 0, "{token}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_book_can_be_read_and_shows_no_token() {
    let world = World::new();
    let order = OrderId::fresh();
    world.want(order, "credit_card", Some("tok_ok"));
    world.becomes(order, "authorized").await;
    world.want_capture(order);
    world.becomes(order, "completed").await;
    goes_well(&world, "tok_slow").await;
    let page = world.http.get(&format!("/simulator/book?order={order}")).await.body;
    let entries: Vec<Entry> = serde_json::from_value(page["data"].clone()).unwrap();
    assert_eq!(entries, world.entries(order).await);
    assert!(!page.to_string().contains("tok_"));
    let first = world.http.get("/simulator/book?limit=3").await.body;
    assert_eq!(first["page"]["hasMore"], true);
    let cursor = first["page"]["nextCursor"].as_str().unwrap();
    let rest = world.http.get(&format!("/simulator/book?cursor={cursor}")).await.body;
    assert_eq!(rest["data"].as_array().unwrap().len(), 1);
    assert_eq!(world.http.get("/simulator/book?order=17").await.status, 400);
}
