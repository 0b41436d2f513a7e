//! What passes through the gateway, and how it is changed on the way.

use crate::{
    shop::Shop,
    upstream::{dripping, echoing, forgetful, restarting},
};
use axum::body::Body;
use futures::{StreamExt, stream};
use http::{Method, Request};
use std::{collections::BTreeSet, convert::Infallible, sync::atomic::Ordering, time::Duration};

#[tokio::test]
async fn a_request_reaches_the_service_whole() {
    let shop = Shop::at(echoing().await).await;
    let answer = shop.post("/api/orders/17?dry=%20run", r#"{"quantity":1}"#).await;
    assert_eq!(
        (answer.status.as_u16(), &answer.headers["x-from"]),
        (200, &"echo".parse().unwrap())
    );
    let seen = answer.json();
    assert_eq!(seen["method"], "POST");
    assert_eq!(seen["target"], "/api/orders/17?dry=%20run");
    assert_eq!(seen["body"], r#"{"quantity":1}"#);
    assert_eq!(seen["headers"]["content-length"], "14");
}

#[tokio::test]
async fn every_usual_method_passes() {
    let shop = Shop::at(echoing().await).await;
    for method in [Method::GET, Method::PUT, Method::PATCH, Method::DELETE, Method::OPTIONS] {
        let answer = shop.send(method.clone(), "/order", Body::empty()).await;
        assert_eq!(answer.json()["method"], method.as_str());
    }
    let head = shop.send(Method::HEAD, "/order", Body::empty()).await;
    assert_eq!((head.status.as_u16(), head.body.as_str()), (200, ""));
}

#[tokio::test]
async fn a_prefix_ends_at_a_segment() {
    let shop = Shop::at(echoing().await).await;
    for path in ["/order", "/order/", "/api/orders", "/api/orders/1", "/api/products?page=2"] {
        assert_eq!(shop.get(path).await.json()["target"], path);
    }
    for path in ["/", "/orders", "/order1", "/api", "/api/order", "/api/mails"] {
        assert_eq!(shop.get(path).await.code(), "no-such-route", "{path}");
    }
}

#[tokio::test]
async fn fields_of_the_connection_stay_behind() {
    let shop = Shop::at(echoing().await).await;
    let request = "GET /order HTTP/1.1\r\nHost: shop.example.com\r\nConnection: close, x-mine, \
                   x-forwarded-for\r\nX-Mine: 1\r\nKeep-Alive: timeout=9\r\nTE: trailers\r\n\
                   Upgrade: websocket\r\nProxy-Authorization: Basic x\r\nX-Kept: yes\r\n\r\n";
    let answer = shop.raw(request).await;
    for gone in ["x-mine", "keep-alive", "\"te\"", "upgrade", "proxy-authorization", "x-private"] {
        assert!(!answer.contains(gone), "{gone} in {answer}");
    }
    assert!(answer.contains(r#""x-kept":"yes""#), "{answer}");
    assert!(answer.contains(r#""x-forwarded-for":"127.0.0.1""#), "{answer}");
}

#[tokio::test]
async fn the_service_is_told_whom_it_serves_and_claims_are_dropped() {
    let upstream = echoing().await;
    let shop = Shop::at(upstream).await;
    let request = Request::get(format!("http://{}/order", shop.address))
        .header("host", "shop.example.com")
        .header("x-forwarded-for", "10.9.8.7")
        .header("x-forwarded-proto", "https")
        .header("forwarded", "for=10.9.8.7")
        .body(Body::empty())
        .unwrap();
    let seen = shop.request(request).await.unwrap().json();
    let headers = &seen["headers"];
    assert_eq!(headers["host"], upstream.to_string());
    assert_eq!(headers["x-forwarded-host"], "shop.example.com");
    assert_eq!(headers["x-forwarded-for"], "127.0.0.1");
    assert_eq!(headers["x-forwarded-proto"], "http");
    assert_eq!(headers["via"], "1.1 gateway");
    assert!(headers["forwarded"].is_null());
}

#[tokio::test]
async fn a_request_has_an_id_that_is_told_to_both_sides() {
    let shop = Shop::at(echoing().await).await;
    let made = shop.get("/order").await;
    let id = made.headers["x-request-id"].to_str().unwrap();
    assert_eq!((id.len(), &made.json()["headers"]["x-request-id"]), (36, &id.into()));

    let request = Request::get(format!("http://{}/nowhere", shop.address));
    let request = request.header("x-request-id", "mine-1").body(Body::empty()).unwrap();
    assert_eq!(shop.request(request).await.unwrap().headers["x-request-id"], "mine-1");
}

#[tokio::test]
async fn a_body_of_unknown_length_is_streamed() {
    let shop = Shop::at(echoing().await).await;
    let pieces = stream::iter(0..64).map(|_| Ok::<_, Infallible>("0123456789abcdef".repeat(64)));
    let seen = shop.post("/order", Body::from_stream(pieces)).await.json();
    assert_eq!(seen["length"], 64 * 1024);
    assert_eq!(seen["headers"]["transfer-encoding"], "chunked");
}

#[tokio::test]
async fn an_answer_may_take_longer_than_the_limit_as_long_as_it_flows() {
    let shop = Shop::at(dripping(Duration::from_millis(500)).await).await;
    assert_eq!(shop.get("/order").await.body, "drop drop drop ");
}

#[tokio::test]
async fn two_hundred_requests_at_once_are_all_answered() {
    let shop =
        Shop::with(echoing().await, &["--rate-limit-requests=1000000", "--request-timeout=10s"])
            .await;
    let shop = &shop;
    let requests = (0..200).map(|n| async move {
        let body = shop.post("/api/orders", n.to_string()).await.json()["body"].clone();
        body.as_str().unwrap().parse::<u32>().unwrap()
    });
    let answered: BTreeSet<_> = stream::iter(requests).buffer_unordered(200).collect().await;
    assert_eq!(answered, (0..200).collect());
}

#[tokio::test]
async fn a_refused_connection_is_asked_for_once_more() {
    let shop = Shop::at(restarting(Duration::from_millis(10)).await).await;
    assert_eq!(shop.post("/order", "once").await.json()["body"], "once");
}

#[tokio::test]
async fn a_kept_connection_that_was_closed_is_replaced() {
    let (upstream, requests) = forgetful().await;
    let shop = Shop::at(upstream).await;
    for _ in 0..20 {
        let answer = shop.post("/order", "x").await;
        assert_eq!((answer.status.as_u16(), answer.body.as_str()), (200, "ok"));
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(requests.load(Ordering::SeqCst), 20);
}
