//! The catalogue while its service is away.

use crate::{
    shop::{Answer, Shop},
    upstream::{Moody, refusing},
};
use axum::body::Body;
use http::{Request, StatusCode};
use jiff::SignedDuration;
use serde_json::json;

async fn failing_shop() -> (Shop, Moody) {
    let service = Moody::failing(0, StatusCode::SERVICE_UNAVAILABLE).await;
    let shop = Shop::at(service.address).await;
    shop.set(&json!({"retry": {"attempts": 1}, "rateLimit": {"requests": 100_000}}));
    (shop, service)
}

fn is_stale(answer: &Answer) -> bool {
    answer.headers.contains_key("x-shop-stale")
}

#[tokio::test]
async fn what_was_had_before_is_given_again_and_says_so() {
    let (shop, service) = failing_shop().await;
    let fresh = shop.get("/api/products?page=2").await;
    assert_eq!(fresh.body, "/api/products?page=2");
    assert!(!is_stale(&fresh) && !fresh.headers.contains_key("age"));
    service.fails();
    shop.clock.advance(SignedDuration::from_secs(40));
    let stale = shop.get("/api/products?page=2").await;
    assert_eq!((stale.status, &stale.body), (StatusCode::OK, &fresh.body));
    assert_eq!(
        (&stale.headers["age"], &stale.headers["x-shop-stale"]),
        (&"40".parse().unwrap(), &"40".parse().unwrap())
    );
    assert_eq!(stale.headers["warning"], r#"110 - "Response is Stale""#);
    let told = "gateway; fwd=stale; fwd-status=503; ttl=-40; detail=upstream-error";
    assert_eq!(stale.headers["cache-status"], told);
    assert_eq!(shop.get("/api/products?page=3").await.status, StatusCode::SERVICE_UNAVAILABLE);

    while !shop.get("/api/products/1").await.body.contains("upstream-failing") {}
    let stale = shop.get("/api/products?page=2").await;
    assert_eq!(stale.headers["cache-status"], "gateway; hit; ttl=-40; detail=upstream-failing");
    shop.clock.advance(SignedDuration::from_secs(261));
    let gone = shop.get("/api/products?page=2").await;
    assert_eq!(gone.code(), "upstream-failing", "five minutes are over");
}

#[tokio::test]
async fn only_what_anybody_may_see_is_given_again() {
    let (shop, service) = failing_shop().await;
    let get = async |path: &str, field: (&'static str, &str)| {
        let request = Request::get(format!("http://{}{path}", shop.address));
        let request = request.header(field.0, field.1).body(Body::empty()).unwrap();
        shop.request(request).await.unwrap()
    };
    get("/api/products/1", ("authorization", "Bearer x")).await;
    get("/api/products/2", ("cookie", "a=b")).await;
    shop.post("/api/products/3", "{}").await;
    shop.get("/api/orders/4").await;
    shop.get("/api/products/5").await;
    service.fails();
    for path in ["/api/products/1", "/api/products/2", "/api/products/3", "/api/orders/4"] {
        assert_eq!(shop.get(path).await.status, StatusCode::SERVICE_UNAVAILABLE, "{path}");
    }
    let personal = get("/api/products/5", ("authorization", "Bearer x")).await;
    assert_eq!(personal.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(is_stale(&shop.get("/api/products/5").await));
    shop.set(&json!({"staleCatalogue": "0s"}));
    assert_eq!(shop.get("/api/products/5").await.status, StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn what_is_not_there_is_no_failure() {
    let (shop, service) = failing_shop().await;
    shop.get("/api/products/1").await;
    service.fails_with(StatusCode::NOT_FOUND);
    assert_eq!(shop.get("/api/products/1").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn without_an_answer_from_before_there_is_none() {
    let shop = Shop::at(refusing().await).await;
    assert_eq!(shop.get("/api/products").await.code(), "upstream-unreachable");
}
