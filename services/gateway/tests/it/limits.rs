//! The rate limit, seen from a client.

use crate::{shop::Shop, upstream::echoing};
use axum::body::Body;
use chassis::{
    clock::Clock as _,
    identity::{Principal, Role, SigningKey},
};
use futures::{StreamExt, stream};
use http::Request;
use jiff::SignedDuration;
use serde_json::json;
use std::time::Duration;

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

async fn posted(shop: &Shop, path: &str, fields: &[(&str, &str)]) -> crate::shop::Answer {
    let request = Request::post(format!("http://{}{path}", shop.address));
    let request = fields.iter().fold(request, |it, (name, value)| it.header(*name, *value));
    shop.request(request.body(Body::empty()).unwrap()).await.unwrap()
}

#[tokio::test]
async fn signing_in_has_a_limit_of_its_own() {
    let shop = Shop::with(echoing().await, &[]).await;
    for n in 0..10 {
        let path = ["/api/customers/login", "/api/customers/refresh", "/api/customers"][n % 3];
        let answer = posted(&shop, path, &[]).await;
        assert_eq!(answer.status, 200, "{path}");
        assert_eq!(answer.headers["ratelimit-policy"], r#""sign-in";q=10;w=60"#);
    }
    let refused = posted(&shop, "/api/customers/login", &[]).await;
    assert_eq!((refused.code().as_str(), refused.status.as_u16()), ("rate-limited", 429));
    assert_eq!(refused.headers["ratelimit"], r#""sign-in";r=0;t=6"#);
    assert_eq!(shop.get("/api/customers/me").await.status, 200);
    assert_eq!(shop.get("/order").await.headers["ratelimit-policy"], r#""client";q=100;w=60"#);
}

#[tokio::test]
async fn a_good_token_is_counted_by_whom_it_names() {
    let key = SigningKey::generate();
    let keys = format!("--token-public-keys={}", key.public_key());
    let quota = ["--rate-limit-requests=2", "--rate-limit-per=1m", keys.as_str()];
    let shop = Shop::with(echoing().await, &quota).await;
    let token = |key: &SigningKey, id: &str| {
        let principal = Principal { id: id.to_owned(), role: Role::Customer };
        format!("Bearer {}", key.sign(&principal, shop.clock.now(), Duration::from_mins(15)))
    };
    let status = async |token: String| {
        posted(&shop, "/order", &[("authorization", &token)]).await.status.as_u16()
    };
    for id in ["ada", "bob"] {
        let token = token(&key, id);
        let seen = [status(token.clone()).await, status(token.clone()).await, status(token).await];
        assert_eq!(seen, [200, 200, 429], "{id}");
    }
    // What is invented, or another's, is counted by the address that it comes from.
    let other = SigningKey::generate();
    assert_eq!(status(token(&other, "eve")).await, 200);
    assert_eq!(status("Bearer a.b.c".to_owned()).await, 200);
    assert_eq!(status(token(&other, "mallory")).await, 429);
    assert_eq!(shop.get("/order").await.status, 429);
}

#[tokio::test]
async fn a_route_may_have_a_limit_of_its_own() {
    let shop = Shop::at(echoing().await).await;
    let limit = json!({"requests": 1, "per": "1m"});
    shop.set(&json!({"routes": [{"path": "/api/products", "rateLimit": limit}]}));
    let first = shop.get("/api/products/1").await;
    assert_eq!(first.headers["ratelimit-policy"], r#""route";q=1;w=60"#);
    assert_eq!(shop.get("/api/products").await.status, 429);
    assert_eq!(shop.get("/api/productsx").await.status, 404);
    assert_eq!(shop.get("/order").await.status, 200);
}

#[tokio::test]
async fn only_proxies_that_are_believed_say_who_a_client_is() {
    let shop = Shop::at(echoing().await).await;
    let quota = json!({"requests": 1, "per": "1m"});
    let from = async |chain: &str| posted(&shop, "/order", &[("x-forwarded-for", chain)]).await;
    shop.set(&json!({"rateLimit": quota, "trustedHops": 1}));
    let first = from("6.6.6.6, 192.0.2.1").await;
    assert_eq!(first.json()["headers"]["x-forwarded-for"], "192.0.2.1, 127.0.0.1");
    assert_eq!(from("7.7.7.7, 192.0.2.1").await.status, 429, "it is the same client");
    assert_eq!(from("192.0.2.2").await.status, 200);
    shop.set(&json!({"rateLimit": {"requests": 2, "per": "1m"}, "trustedHops": 0}));
    let seen = [from("192.0.2.3").await, from("192.0.2.4").await, from("192.0.2.5").await];
    assert_eq!(seen.map(|it| it.status.as_u16()), [200, 200, 429]);
}

#[tokio::test]
async fn two_gateways_share_one_quota() {
    let (upstream, quota) = (echoing().await, ["--rate-limit-requests=10", "--rate-limit-per=1m"]);
    let shops = [Shop::with(upstream, &quota).await, Shop::with(upstream, &quota).await];
    for shop in &shops {
        shop.gateway.peers().set(2);
    }
    let both = async || admitted(&shops[0], 20).await + admitted(&shops[1], 20).await;
    assert_eq!(both().await, 10);
    for shop in &shops {
        shop.clock.advance(SignedDuration::from_secs(60));
    }
    assert_eq!(both().await, 10);
    let told = &shops[0].get("/order").await.headers["ratelimit-policy"];
    assert_eq!(told, r#""client";q=10;w=60"#);
}
