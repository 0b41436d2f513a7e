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
