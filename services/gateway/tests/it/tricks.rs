//! Requests that two readers could understand in two ways. Each is refused, or reaches the service as the
//! one request that it is, whole.

use crate::{
    shop::Shop,
    upstream::{Seen, recording},
};

async fn said(shop: &Shop, request: &str) -> String {
    let answer = shop.raw_bytes(request.as_bytes()).await;
    String::from_utf8_lossy(&answer).into_owned()
}

fn status(answer: &str) -> &str {
    answer.split(' ').nth(1).unwrap_or_default()
}

/// What each of these is answered with, none of which may reach a service.
async fn refused(requests: &[(&str, &str)]) {
    let (upstream, seen) = recording().await;
    let shop = Shop::at(upstream).await;
    for (request, wanted) in requests {
        let answer = said(&shop, request).await;
        assert_eq!(status(&answer), *wanted, "{request:?} was answered {answer:?}");
        assert_eq!(seen.all(), [], "{request:?} reached the service");
    }
}

#[tokio::test]
async fn a_host_that_is_none() {
    refused(&[
        ("GET /order HTTP/1.1\r\nConnection: close\r\n\r\n", "400"),
        ("GET /order HTTP/1.1\r\nHost:\r\nConnection: close\r\n\r\n", "400"),
        ("GET /order HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n", "400"),
        ("GET /order HTTP/1.1\r\nHost: a/b\r\nConnection: close\r\n\r\n", "400"),
        ("GET /order HTTP/1.1\r\nHost: a:x\r\nConnection: close\r\n\r\n", "400"),
        ("GET /order HTTP/1.1\r\nHost: u@a\r\nConnection: close\r\n\r\n", "400"),
        ("GET /order HTTP/1.1\r\nHost: \u{e4}\r\nConnection: close\r\n\r\n", "400"),
        ("GET /order HTTP/1.1\r\nHost: a\r\nHost: a\r\nConnection: close\r\n\r\n", "400"),
        ("GET http://b/order HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "400"),
    ])
    .await;
}

#[tokio::test]
async fn a_body_of_two_lengths() {
    let post = "POST /order HTTP/1.1\r\nHost: a\r\n";
    refused(&[
        (
            &format!(
                "{post}Content-Length: 5\r\nContent-Length: 6\r\nConnection: close\r\n\r\nhello!"
            ),
            "400",
        ),
        (&format!("{post}Content-Length: 5, 6\r\nConnection: close\r\n\r\nhello!"), "400"),
        (&format!("{post}Content-Length: +5\r\nConnection: close\r\n\r\nhello"), "400"),
        (&format!("{post}Content-Length: -5\r\nConnection: close\r\n\r\nhello"), "400"),
        (
            &format!(
                "{post}Transfer-Encoding: chunked, identity\r\nConnection: close\r\n\r\n0\r\n\r\n"
            ),
            "400",
        ),
        (
            &format!("{post}Transfer-Encoding: xchunked\r\nConnection: close\r\n\r\n0\r\n\r\n"),
            "400",
        ),
        (
            &format!("{post}Transfer-Encoding : chunked\r\nConnection: close\r\n\r\n0\r\n\r\n"),
            "400",
        ),
        ("POST /order HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "400"),
    ])
    .await;
}

#[tokio::test]
async fn a_body_in_pieces_that_are_none() {
    let post = "POST /order HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n";
    refused(&[
        (&format!("{post}x\r\nhello\r\n0\r\n\r\n"), "400"),
        (&format!("{post}-5\r\nhello\r\n0\r\n\r\n"), "400"),
        (&format!("{post}5\nhello\r\n0\r\n\r\n"), "400"),
        (&format!("{post}5\r\nhello!\r\n0\r\n\r\n"), "400"),
        (&format!("{post}fffffffffffffffff\r\nhello\r\n0\r\n\r\n"), "400"),
        (&format!("{post}5;{}\r\nhello\r\n0\r\n\r\n", "x".repeat(70_000)), "400"),
    ])
    .await;
}

#[tokio::test]
async fn a_head_that_is_folded_or_torn() {
    refused(&[
        ("GET /order HTTP/1.1\r\nHost: a\r\nX-A: 1\r\n 2\r\nConnection: close\r\n\r\n", "400"),
        ("GET /order HTTP/1.1\r\n Host: a\r\nConnection: close\r\n\r\n", "400"),
        ("GET /order HTTP/1.1\r\nHost : a\r\nConnection: close\r\n\r\n", "400"),
        ("GET /order HTTP/1.1\r\nHost: a\r\nX-A: a\0b\r\nConnection: close\r\n\r\n", "400"),
        ("GET /order HTTP/1.1\r\nHost: a\r\nX-A: a\rb\r\nConnection: close\r\n\r\n", "400"),
        ("GET /order HTTP/9.9\r\nHost: a\r\nConnection: close\r\n\r\n", "400"),
        ("GET  /order HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "400"),
        ("GET /ord er HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "400"),
    ])
    .await;
}

#[tokio::test]
async fn a_path_that_says_something_else() {
    let get = |path: &str| format!("GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    let paths = [
        "//api/orders",
        "/api//orders",
        "/api/orders/../../metrics",
        "/api/orders/..",
        "/api/orders/./1",
        "/api/orders/%2e%2e/metrics",
        "/api/orders/.%2E",
        "/api/orders%2f1",
        "/api/orders/%5c",
        "/api/orders/%00",
        "/api/orders/%0d%0a",
        "/api/orders/%",
        "/api/orders/%zz",
    ];
    let requests: Vec<_> = paths.iter().map(|it| get(it)).collect();
    let requests: Vec<_> = requests.iter().map(|it| (it.as_str(), "400")).collect();
    refused(&requests).await;
    refused(&[
        (&get("/api/orders/\0"), "400"),
        (&get("/api/%6frders"), "404"),
        (&get("/API/orders"), "404"),
        ("OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "404"),
        ("GET * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "404"),
        ("CONNECT orders:3002 HTTP/1.1\r\nHost: orders:3002\r\nConnection: close\r\n\r\n", "405"),
        ("TRACE /order HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "405"),
    ])
    .await;
}

#[tokio::test]
async fn what_may_be_understood_in_one_way_arrives_so() {
    let post = "POST /order HTTP/1.1\r\nHost: a\r\n";
    let inner = "GET /api/payments HTTP/1.1\r\nHost: a\r\nX: ";
    for (request, body) in [
        // Extensions of chunks mean nothing and stay behind.
        (
            format!(
                "{post}Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n5;a=b\r\nhello\r\n0\r\n\r\n"
            ),
            "hello",
        ),
        // The length of the pieces counts; what is said of the whole beside it stays behind.
        (
            format!(
                "{post}Transfer-Encoding: chunked\r\nContent-Length: 3\r\nConnection: close\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
            ),
            "hello",
        ),
        (
            format!(
                "{post}Content-Length: 3\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
            ),
            "hello",
        ),
        // What looks like another request is the body of this one.
        (
            format!("{post}Content-Length: {}\r\nConnection: close\r\n\r\n{inner}", inner.len()),
            inner,
        ),
        // Trailers stay behind, too.
        (
            format!(
                "{post}Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n5\r\nhello\r\n0\r\nHost: b\r\n\r\n"
            ),
            "hello",
        ),
        ("GET http://a/order HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".to_owned(), ""),
    ] {
        let (upstream, seen) = recording().await;
        let shop = Shop::at(upstream).await;
        let answer = said(&shop, &request).await;
        assert!(matches!(status(&answer), "200" | "400"), "{request:?}: {answer}");
        let once = Seen { target: "/order".to_owned(), body: body.to_owned() };
        match status(&answer) {
            "200" => assert_eq!(seen.all(), [once], "{request:?}"),
            _ => assert_eq!(seen.all(), [], "{request:?}"),
        }
    }
}

#[tokio::test]
async fn half_a_request_reaches_nobody() {
    let (upstream, seen) = recording().await;
    let shop = Shop::at(upstream).await;
    for half in [
        "GET /order HTTP/1.1\r\nHost: a\r\n",
        "POST /order HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf",
        "POST /order HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
    ] {
        shop.broken_off(half.as_bytes()).await;
    }
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    assert_eq!(seen.all(), []);
}
