use super::*;
use contracts::ids::{MailId, ProductId};
use email::domain::Kind;
use std::time::Instant;

fn server() -> Arc<mailer::Memory> {
    Arc::new(mailer::Memory::default())
}

fn subjects(mails: &[Mail]) -> Vec<&str> {
    mails.iter().map(|it| it.letter.subject.as_str()).collect()
}

#[tokio::test]
async fn a_customer_is_told_at_once() {
    let server = server();
    let world = World::sending_by(server.clone());
    let (order, start) = (OrderId::fresh(), Instant::now());
    world.tell(order, "received");
    eventually(async || if server.sent().is_empty() { Err(()) } else { Ok(()) }).await;
    assert!(start.elapsed().as_millis() < 500, "{:?}", start.elapsed());
    let sent = arrived(&server, 1).await;
    assert_eq!(sent[0].to, address("ada@example.com"));
    assert_eq!(sent[0].mail_id, MailId::derived(&format!("{order}/received")));
    assert_eq!(subjects(&sent), ["Order received: Laptop"]);
    world.becomes(State::Sent).await;
}

#[tokio::test]
async fn a_message_that_comes_again_is_no_second_mail() {
    let server = server();
    let world = World::sending_by(server.clone());
    let order = OrderId::fresh();
    for _ in 0..5 {
        world.tell(order, "received");
    }
    world.becomes(State::Sent).await;
    world.tell(order, "received");
    assert_eq!(world.mails().await.len(), 1);
    arrived(&server, 1).await;
}

#[tokio::test]
async fn each_thing_about_an_order_is_a_mail_in_whatever_order_it_is_heard() {
    let server = server();
    let world = World::sending_by(server.clone());
    let order = OrderId::fresh();
    world.tell(order, "confirmed");
    world.tell(order, "received");
    let mut sent = arrived(&server, 2).await;
    sent.sort_by_key(|it| it.letter.subject.to_string());
    assert_eq!(subjects(&sent), ["Order confirmed: Laptop", "Order received: Laptop"]);
}

#[tokio::test]
async fn a_refusal_comes_with_its_reason() {
    let server = server();
    let world = World::sending_by(server.clone());
    world.tell(OrderId::fresh(), "refused");
    let sent = arrived(&server, 1).await;
    assert_eq!((sent[0].kind, subjects(&sent)), (Kind::Refused, vec!["Order refused: Laptop"]));
    assert!(sent[0].letter.text.contains("The reason: Out of stock."));
}

#[tokio::test]
async fn stakeholders_are_told_of_stock_once() {
    let server = server();
    let world = World::sending_by(server.clone());
    let change = json!({"productId": ProductId::fresh(), "change": -1, "available": 9});
    let by_hand = |message: &str| json!({"message": message, "changes": [change]});
    let order = OrderId::fresh();
    let reserved =
        |message: &str| json!({"message": message, "orderId": order, "changes": [change]});
    // A reservation is announced until its order ends it, each time as another message.
    for body in [reserved("Reserved"), reserved("Still"), by_hand("Counted"), by_hand("Again")] {
        world.say("shop_events", "inventory.updated", &body);
    }
    let sent = arrived(&server, 6).await;
    for to in ["stock@example.com", "boss@example.com"] {
        assert_eq!(sent.iter().filter(|it| it.to == address(to)).count(), 3);
    }
    assert!(sent.iter().all(|it| it.kind == Kind::Stock && it.letter.text.contains("-1, now 9")));
}

#[tokio::test]
async fn a_server_that_was_down_gets_the_mail_when_it_is_up() {
    let server = server();
    server.set_down(true);
    let world = World::sending_by(server.clone());
    world.tell(OrderId::fresh(), "received");
    let waiting = eventually(async || match world.mails().await.as_slice() {
        [mail] if mail.reason.is_some() => Ok(mail.clone()),
        other => Err(other.to_vec()),
    })
    .await;
    assert_eq!(waiting.state, State::Queued);
    assert_eq!(waiting.reason.as_deref(), Some("the server is down"));
    server.set_down(false);
    let sent = world.becomes(State::Sent).await;
    assert_eq!((sent.reason, sent.waiting), (None, None));
    arrived(&server, 1).await;
}

#[tokio::test]
async fn a_mail_that_is_refused_for_good_is_given_up_and_holds_up_no_other() {
    let server = server();
    server.refuse(address("ada@example.com"));
    let world = World::sending_by(server.clone());
    world.tell(OrderId::fresh(), "received");
    let failed = world.becomes(State::Failed).await;
    assert_eq!(failed.reason.as_deref(), Some("550 no such mailbox"));
    let change = json!({"productId": ProductId::fresh(), "change": 5, "available": 5});
    let body = json!({"message": "Stock changed", "changes": [change]});
    world.say("shop_events", "inventory.updated", &body);
    arrived(&server, 2).await;
}

#[tokio::test]
async fn without_a_server_mails_are_kept() {
    let world = World::with(None);
    world.tell(OrderId::fresh(), "received");
    let kept = world.becomes(State::Kept).await;
    assert_eq!(kept.letter.subject.as_str(), "Order received: Laptop");
}

#[tokio::test]
async fn what_cannot_be_read_is_set_aside_and_the_next_is_heard() {
    let server = server();
    let world = World::sending_by(server.clone());
    let mut evil = told(OrderId::fresh(), "received");
    evil["order"]["email"] = json!("ada@example.com\r\nBcc: everybody@example.com");
    let mut named = told(OrderId::fresh(), "received");
    named["order"]["itemName"] = json!("Laptop\r\nBcc: everybody@example.com");
    for bad in [evil, named, json!("nonsense"), json!({"message": "Order completed"})] {
        world.say("orders_exchange", "orders.emailnotification", &bad);
    }
    world.tell(OrderId::fresh(), "received");
    arrived(&server, 1).await;
    world.mails().await;
    assert_eq!(world.broker.dead_letters("orders_email_service_queue").len(), 4);
}

#[tokio::test]
async fn a_thousand_mails_leave_once_each() {
    let server = server();
    let world = World::sending_by(server.clone());
    let start = Instant::now();
    for _ in 0..1_000 {
        world.tell(OrderId::fresh(), "received");
    }
    let sent = arrived(&server, 1_000).await;
    let ids: std::collections::BTreeSet<_> = sent.iter().map(|it| it.mail_id).collect();
    assert_eq!(ids.len(), 1_000);
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
}

#[tokio::test]
async fn a_customer_is_told_of_each_thing_once() {
    let server = server();
    let world = World::sending_by(server.clone());
    let order = OrderId::fresh();
    let all = [
        "received",
        "confirmed",
        "refused",
        "payment_failed",
        "shipped",
        "delivered",
        "cancelled",
        "refunded",
    ];
    for notification in all.iter().chain(&all) {
        world.tell(order, notification);
    }
    let mut kinds: Vec<_> =
        arrived(&server, all.len()).await.iter().map(|it| it.kind.name()).collect();
    kinds.sort_unstable();
    let mut expected = all;
    expected.sort_unstable();
    assert_eq!(kinds, expected);
    let ids: std::collections::BTreeSet<_> = server.sent().iter().map(|it| it.mail_id).collect();
    let derived = all.map(|it| MailId::derived(&format!("{order}/{it}")));
    assert_eq!(ids, derived.into_iter().collect());
    assert!(server.sent().iter().all(|it| it.order_id == Some(order)));
}

#[tokio::test]
async fn each_refund_of_an_order_is_a_mail() {
    let server = server();
    let world = World::sending_by(server.clone());
    let order = OrderId::fresh();
    let refunded = |about: &str, amount: u32| {
        let mut body = told(order, "refunded");
        body["about"] = json!(about);
        body["refund"] = json!({"amountMinor": amount, "currency": "USD"});
        body
    };
    for body in [refunded("first", 100), refunded("second", 250), refunded("first", 100)] {
        world.say("orders_exchange", "orders.emailnotification", &body);
    }
    let sent = arrived(&server, 2).await;
    for (about, amount) in [("first", "1.00 USD"), ("second", "2.50 USD")] {
        let id = MailId::derived(&format!("{order}/refunded/{about}"));
        let mail = sent.iter().find(|it| it.mail_id == id).unwrap();
        assert!(mail.letter.text.contains(&format!("given back {amount}")), "{}", mail.letter.text);
    }
}

#[tokio::test]
async fn stakeholders_are_told_of_low_stock() {
    let server = server();
    let world = World::sending_by(server.clone());
    let product = ProductId::fresh();
    let body = json!({"productId": product, "available": 2, "threshold": 5, "location": "shelf"});
    world.say("shop_events", "inventory.low_stock", &body);
    let sent = arrived(&server, 2).await;
    let subject = format!("Low stock: 2 left of product {product}");
    assert_eq!(subjects(&sent), [subject.as_str(), subject.as_str()]);
    assert!(sent.iter().all(|it| it.kind == Kind::LowStock && it.order_id.is_none()));
}
