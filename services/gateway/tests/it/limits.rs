//! The rate limit, seen from a client.

use crate::{shop::Shop, upstream::echoing};
use axum::body::Body;
use futures::{StreamExt, stream};
use http::Request;
use jiff::SignedDuration;

#[tokio::test]
async fn the_limit_is_exact() {
    let quota = ["--rate-limit-requests=10", "--rate-limit-per=1m"];
    let shop = Shop::with(echoing().await, &quota).await;
    assert_eq!(admitted(&shop, 30).await, 10);
    shop.clock.advance(SignedDuration::from_secs(17));
    assert_eq!(admitted(&shop, 30).await, 2);
    shop.clock.advance(SignedDuration::from_hours(1));
    assert_eq!(admitted(&shop, 30).await, 10);
}

async fn admitted(shop: &Shop, asked: usize) -> usize {
    let answers = stream::iter(0..asked).map(|_| shop.get("/order")).buffer_unordered(asked);
    let admitted = answers.filter(|it| std::future::ready(it.status.as_u16() == 200));
    admitted.count().await
}

#[tokio::test]
async fn a_client_is_told_where_it_stands() {
    let quota = ["--rate-limit-requests=2", "--rate-limit-per=1m"];
    let shop = Shop::with(echoing().await, &quota).await;
    let standing = async |path| {
        let answer = shop.get(path).await;
        assert_eq!(answer.headers["ratelimit-policy"], r#""client";q=2;w=60"#);
        let told = answer.headers["ratelimit"].to_str().unwrap().to_owned();
        (answer.status.as_u16(), told)
    };
    assert_eq!(standing("/order").await, (200, r#""client";r=1;t=30"#.to_owned()));
    assert_eq!(standing("/nowhere").await, (404, r#""client";r=0;t=30"#.to_owned()));
    shop.clock.advance(SignedDuration::from_millis(500));
    assert_eq!(standing("/order").await, (429, r#""client";r=0;t=30"#.to_owned()));

    let refused = shop.get("/order").await;
    assert_eq!(
        (refused.code().as_str(), &refused.headers["retry-after"]),
        ("rate-limited", &"30".parse().unwrap())
    );
    shop.clock.advance(SignedDuration::from_secs(30));
    assert_eq!(standing("/order").await.0, 200);
}

const TOKEN: &str = "what-only-the-shop-knows";

#[tokio::test]
async fn calls_from_inside_are_not_counted() {
    let inside = format!("--inside-token={TOKEN}");
    let quota = ["--rate-limit-requests=1", "--rate-limit-per=1m", inside.as_str()];
    let shop = Shop::with(echoing().await, &quota).await;
    for _ in 0..5 {
        let answer = showing(&shop, TOKEN).await;
        assert_eq!(answer.status, 200);
        assert!(!answer.headers.contains_key("ratelimit"));
        // The service looks at it for itself.
        assert!(answer.body.contains(TOKEN), "it was not passed on: {}", answer.body);
    }
    let forged = showing(&shop, "what-only-the-shop-knowS").await;
    assert_eq!(forged.status, 200);
    assert!(!forged.body.contains("what-only-the-shop-know"), "it was passed on: {}", forged.body);
    assert_eq!(showing(&shop, "what-only-the-shop-knowS").await.status, 429);
    assert_eq!(showing(&shop, "").await.status, 429);
    assert_eq!(showing(&shop, TOKEN).await.status, 200);
}

#[tokio::test]
async fn without_a_token_nobody_is_inside() {
    let quota = ["--rate-limit-requests=1", "--rate-limit-per=1m"];
    let shop = Shop::with(echoing().await, &quota).await;
    assert_eq!(showing(&shop, "").await.status, 200);
    assert_eq!(showing(&shop, "").await.status, 429);
}

async fn showing(shop: &Shop, token: &str) -> crate::shop::Answer {
    let request = Request::get(format!("http://{}/order", shop.address));
    let request = request.header("x-shop-inside", token).body(Body::empty()).unwrap();
    shop.request(request).await.unwrap()
}
