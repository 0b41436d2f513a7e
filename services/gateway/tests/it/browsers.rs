//! What browsers are told.

use crate::{
    shop::{Answer, Shop},
    upstream::{echoing, serving},
};
use axum::{Router, body::Body, routing::get};
use http::{Method, Request, header};
use serde_json::json;

async fn ask(shop: &Shop, method: Method, fields: &[(&str, &str)]) -> Answer {
    let uri = format!("http://{}/api/products", shop.address);
    let request = Request::builder().method(method).uri(uri);
    let request = fields.iter().fold(request, |it, (name, value)| it.header(*name, *value));
    shop.request(request.body(Body::empty()).unwrap()).await.unwrap()
}

const ORIGIN: &str = "https://shop.example.com";

#[tokio::test]
async fn every_answer_says_that_it_is_no_page() {
    let shop = Shop::at(echoing().await).await;
    for path in ["/order", "/nowhere", "/api//orders"] {
        let answer = shop.get(path).await;
        assert_eq!(answer.headers["x-content-type-options"], "nosniff", "{path}");
        assert_eq!(answer.headers["referrer-policy"], "no-referrer", "{path}");
        let policy = "default-src 'none'; frame-ancestors 'none'";
        assert_eq!(answer.headers["content-security-policy"], policy, "{path}");
        for absent in ["strict-transport-security", "cache-control", "access-control-allow-origin"]
        {
            assert!(!answer.headers.contains_key(absent), "{path} has {absent}");
        }
    }
    let personal = ask(&shop, Method::GET, &[("authorization", "Bearer x")]).await;
    assert_eq!(personal.headers["cache-control"], "no-store");
}

#[tokio::test]
async fn only_who_has_come_by_tls_is_told_to_stay_with_it() {
    let shop = Shop::at(echoing().await).await;
    let fields = [("x-forwarded-for", "192.0.2.1"), ("x-forwarded-proto", "https")];
    let claimed = ask(&shop, Method::GET, &fields).await;
    assert!(!claimed.headers.contains_key("strict-transport-security"));
    shop.set(&json!({"trustedHops": 1}));
    let believed = ask(&shop, Method::GET, &fields).await;
    assert_eq!(believed.headers["strict-transport-security"], "max-age=31536000");
}

#[tokio::test]
async fn what_a_service_says_itself_stays() {
    let answer = async || {
        ([(header::CACHE_CONTROL, "max-age=60"), (header::CONTENT_SECURITY_POLICY, "x")], "")
    };
    let shop = Shop::at(serving(Router::new().fallback(get(answer))).await).await;
    let answer = ask(&shop, Method::GET, &[("authorization", "Bearer x")]).await;
    assert_eq!(answer.headers["cache-control"], "max-age=60");
    assert_eq!(answer.headers["content-security-policy"], "x");
}

#[tokio::test]
async fn pages_of_other_origins_may_call_where_they_are_named() {
    let shop = Shop::at(echoing().await).await;
    let preflight = [
        ("origin", ORIGIN),
        ("access-control-request-method", "PUT"),
        ("access-control-request-headers", "content-type"),
    ];
    let unset = ask(&shop, Method::OPTIONS, &preflight).await;
    assert_eq!(unset.json()["method"], "OPTIONS", "without settings it is for the service");

    shop.set(&json!({"cors": {"origins": [ORIGIN], "methods": ["GET", "PUT"], "maxAge": "1m"}}));
    let answer = ask(&shop, Method::OPTIONS, &preflight).await;
    assert_eq!((answer.status.as_u16(), answer.body.as_str()), (200, ""), "it reached the service");
    assert_eq!(answer.headers["access-control-allow-origin"], ORIGIN);
    assert_eq!(answer.headers["access-control-allow-methods"], "GET,PUT");
    assert_eq!(answer.headers["access-control-max-age"], "60");

    let named = ask(&shop, Method::GET, &[("origin", ORIGIN)]).await;
    assert_eq!(named.headers["access-control-allow-origin"], ORIGIN);
    assert_eq!(named.json()["method"], "GET");
    let other = ask(&shop, Method::GET, &[("origin", "https://evil.example.com")]).await;
    assert!(!other.headers.contains_key("access-control-allow-origin"));
}

#[tokio::test]
async fn long_answers_are_compressed_for_those_who_ask() {
    let long =
        || async { ([(header::CONTENT_TYPE, "application/json")], "[1234567890]".repeat(500)) };
    let short = || async { ([(header::CONTENT_TYPE, "application/json")], "[]") };
    let coded = || async { ([(header::CONTENT_ENCODING, "br")], "x".repeat(5_000)) };
    let part = || async { ([(header::CONTENT_RANGE, "bytes 0-4999/9000")], "x".repeat(5_000)) };
    let routes = Router::new()
        .route("/api/products/long", get(long))
        .route("/api/products/short", get(short))
        .route("/api/products/coded", get(coded))
        .route("/api/products/part", get(part));
    let shop = Shop::at(serving(routes).await).await;
    let coding = async |what: &str, accepts: &str| {
        let request = format!(
            "GET /api/products/{what} HTTP/1.0\r\nHost: a\r\nAccept-Encoding: {accepts}\r\n\r\n"
        );
        let answer = shop.raw_bytes(request.as_bytes()).await;
        let text = String::from_utf8_lossy(&answer).into_owned();
        let coding = text.lines().find_map(|it| it.strip_prefix("content-encoding: "));
        (coding.unwrap_or("none").to_owned(), answer.len())
    };
    let (coding_of_long, length) = coding("long", "gzip").await;
    assert_eq!(coding_of_long, "gzip");
    assert!(length < 2_000, "{length}");
    assert_eq!(coding("long", "identity").await.0, "none");
    assert_eq!(coding("short", "gzip").await.0, "none");
    assert_eq!(coding("coded", "gzip").await.0, "br");
    assert_eq!(coding("part", "gzip").await.0, "none");
}
