use super::*;
use axum::http::Method;

#[tokio::test]
async fn mails_are_listed_in_pages_and_by_receiver() {
    let world = World::with(None);
    for notification in ["received", "confirmed", "refused"] {
        world.tell(OrderId::fresh(), notification);
    }
    eventually(async || match world.mails().await.len() {
        3 => Ok(()),
        count => Err(count),
    })
    .await;
    let first = world.http.get("/api/mails?limit=2").await.body;
    assert_eq!(
        (first["data"].as_array().unwrap().len(), &first["page"]["hasMore"]),
        (2, &json!(true))
    );
    let cursor = first["page"]["nextCursor"].as_str().unwrap();
    assert_eq!(world.listed(&format!("limit=2&cursor={cursor}")).await.len(), 1);
    let foreign = world.http.get(&format!("/api/mails?kind=shipped&cursor={cursor}")).await;
    assert_eq!((foreign.status.as_u16(), &foreign.body["code"]), (400, &json!("bad-cursor")));
    assert_eq!(world.listed("to=ada%40example.com").await.len(), 3);
    assert_eq!(world.listed("to=bob%40example.com").await.len(), 0);
}

#[tokio::test]
async fn mails_can_only_be_read() {
    let world = World::with(None);
    assert_eq!(world.http.get("/api/mails?to=nobody").await.status, 400);
    assert_eq!(world.http.get("/api/mails?colour=red").await.status, 400);
    let refused = world.http.send(Method::POST, "/api/mails", &[], String::new()).await;
    assert_eq!(refused.status, 405);
}

#[tokio::test]
async fn mails_are_found_by_order_kind_and_state() {
    let world = World::with(None);
    let (one, other) = (OrderId::fresh(), OrderId::fresh());
    for (order, notification) in [(one, "received"), (one, "shipped"), (other, "received")] {
        world.tell(order, notification);
    }
    assert_eq!(world.mails().await.len(), 3);
    for (query, count) in [
        (format!("orderId={one}"), 2),
        (format!("orderId={}", OrderId::fresh()), 0),
        ("kind=received".to_owned(), 2),
        ("kind=payment_failed".to_owned(), 0),
        (format!("kind=received&orderId={one}&to=ada%40example.com"), 1),
        ("state=kept".to_owned(), 3),
        ("state=sent&kind=received".to_owned(), 0),
    ] {
        assert_eq!(world.listed(&query).await.len(), count, "{query}");
    }
    for wrong in ["kind=love", "state=lost", "orderId=17", "cursor=17", "limit=0", "limit=101"] {
        assert_eq!(world.http.get(&format!("/api/mails?{wrong}")).await.status, 400, "{wrong}");
    }
}

#[tokio::test]
async fn a_mail_shows_what_was_tried_and_why_it_is_not_sent() {
    let server = Arc::new(mailer::Memory::default());
    server.set_down(true);
    let world = World::sending_by(server);
    world.tell(OrderId::fresh(), "received");
    let id = eventually(async || match world.mails().await.as_slice() {
        [mail] if mail.reason.is_some() => Ok(mail.mail_id),
        other => Err(other.to_vec()),
    })
    .await;
    let shown = world.http.get(&format!("/api/mails/{id}")).await;
    assert_eq!(shown.status, 200);
    assert_eq!(
        (&shown.body["state"], &shown.body["reason"]),
        (&json!("queued"), &json!("the server is down"))
    );
    assert!(shown.body["attempts"].as_u64().unwrap() >= 1, "{}", shown.body);
    let unknown = format!("/api/mails/{}", contracts::ids::MailId::fresh());
    assert_eq!(world.http.get(&unknown).await.status, 404);
    assert_eq!(world.http.get("/api/mails/17").await.status, 400);
}
