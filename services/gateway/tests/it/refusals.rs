//! Whatever goes wrong, there is an answer, and in time.

use crate::{
    shop::Shop,
    upstream::{echoing, refusing, saying, silent, stalling_after},
};
use axum::body::Body;
use futures::stream;
use http::Request;
use std::{convert::Infallible, net::SocketAddr};

const KIB: usize = 1024;

async fn check(upstream: SocketAddr, status: u16, code: &str) {
    let shop = Shop::at(upstream).await;
    for answer in [shop.get("/order").await, shop.post("/order", "{}").await] {
        assert_eq!((answer.status.as_u16(), answer.code().as_str()), (status, code));
    }
}

#[tokio::test]
async fn a_service_that_refuses() {
    check(refusing().await, 503, "upstream-unreachable").await;
    let shop = Shop::at(refusing().await).await;
    assert_eq!(shop.get("/order").await.headers["retry-after"], "1");
}

#[tokio::test]
async fn a_service_that_never_answers() {
    check(silent().await, 504, "upstream-too-slow").await;
}

#[tokio::test]
async fn a_service_that_talks_nonsense() {
    check(saying("220 mail.example.com ESMTP\r\n").await, 502, "upstream-bad-answer").await;
    check(saying("HTTP/1.1 200 OK\r\ncontent-le").await, 502, "upstream-bad-answer").await;
    check(saying("HTTP/1.1 101 Go\r\nupgrade: x\r\n\r\n").await, 502, "upstream-bad-answer").await;
    check(saying("").await, 502, "upstream-bad-answer").await;
}

#[tokio::test]
async fn half_an_answer_is_not_taken_for_a_whole_one() {
    for answer in [
        "HTTP/1.1 200 OK\r\ncontent-length: 65537\r\n\r\nhalf",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nhalf\r\n",
    ] {
        for upstream in [saying(answer).await, stalling_after(answer).await] {
            let shop = Shop::at(upstream).await;
            let request = Request::get(format!("http://{}/order", shop.address));
            let answer = shop.request(request.body(Body::empty()).unwrap()).await;
            assert!(answer.is_err(), "{answer:?}");
        }
    }
}

#[tokio::test]
async fn a_body_that_is_too_large() {
    let shop = Shop::at(echoing().await).await;
    assert_eq!(shop.post("/order", "x".repeat(256 * KIB)).await.json()["length"], 256 * KIB);
    let refused = shop.post("/order", "x".repeat(256 * KIB + 1)).await;
    assert_eq!((refused.status.as_u16(), refused.code().as_str()), (413, "body-too-large"));
    let pieces = (0..257).map(|_| Ok::<_, Infallible>("x".repeat(KIB)));
    let refused = shop.post("/order", Body::from_stream(stream::iter(pieces))).await;
    assert_eq!((refused.status.as_u16(), refused.code().as_str()), (413, "body-too-large"));
}

#[tokio::test]
async fn a_body_that_does_not_come() {
    let shop = Shop::at(echoing().await).await;
    let head = "POST /order HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 9\r\n\r\n";
    assert!(shop.raw(&format!("{head}half")).await.contains("body-too-slow"));
}

#[tokio::test]
async fn a_body_that_is_none() {
    let shop = Shop::at(echoing().await).await;
    let head = "POST /order HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    let answer = shop.raw(&format!("{head}nonsense\r\n")).await;
    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
}

#[tokio::test]
async fn a_request_that_makes_no_sense() {
    let shop = Shop::at(echoing().await).await;
    let many = "X: y\r\n".repeat(200);
    for (request, status) in [
        ("GET /order HTTP/1.1\r\n\r\n", 400),
        ("GET /order HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
        ("GET /order HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n", 400),
        ("nonsense\r\n\r\n", 400),
        (&format!("GET /order HTTP/1.1\r\nHost: a\r\n{many}\r\n"), 431),
        ("CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n", 405),
        ("TRACE /order HTTP/1.1\r\nHost: a\r\n\r\n", 405),
        ("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", 404),
    ] {
        let request = request.replacen("Host: a\r\n", "Host: a\r\nConnection: close\r\n", 1);
        let request = request.replacen("1.1\r\n\r\n", "1.1\r\nConnection: close\r\n\r\n", 1);
        let answer = shop.raw(&request).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{request}{answer}");
    }
    let trace = "TRACE /order HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    assert!(shop.raw(trace).await.contains("allow: GET, HEAD, POST"));
}

#[tokio::test]
async fn an_old_client_needs_no_host() {
    let shop = Shop::at(echoing().await).await;
    let answer = shop.raw("GET /order HTTP/1.0\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.0 200 "), "{answer}");
}
