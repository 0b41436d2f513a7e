//! Everything that can go wrong with a service, on every route: nobody waits longer than the time limit,
//! who must be told is told by a problem document, and nothing that may do harm is sent twice.

use crate::{
    faulty::{Fault, Faulty, Mortal},
    shop::{Answer, Shop},
};
use axum::body::Body;
use contracts::catalog::CATALOG;
use futures::future::join_all;
use http::{Request, StatusCode};
use std::time::{Duration, Instant};

/// What a service is given for its answer: enough for three attempts on a busy machine.
const LIMIT: Duration = Duration::from_secs(2);
const SETTINGS: [&str; 2] = ["--rate-limit-requests=1000000", "--request-timeout=2s"];
/// What a busy machine may add to a time limit.
const SLACK: Duration = Duration::from_secs(2);
/// The window of a circuit breaker: with enough calls, it opens within it.
const WINDOW: Duration = Duration::from_secs(2);
/// How long a circuit breaker is open at most.
const OPEN: Duration = Duration::from_secs(4);

/// Services that answer in their own words. The code tells the test that these have been passed on.
macro_rules! own {
    ($status:literal, $fields:literal) => {
        concat!(
            "HTTP/1.1 ",
            $status,
            " No\r\ncontent-type: application/problem+json\r\n",
            $fields,
            "content-length: 31\r\n\r\n{\"status\":",
            $status,
            ",\"code\":\"its-own\"}"
        )
    };
}

const GREETING: &str = "220 mail.example.com ESMTP\r\n";
const HALF_A_HEAD: &str = "HTTP/1.1 200 OK\r\ncontent-le";
const HALF_A_BODY: &str = "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf";
const ANSWER: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
const TWICE_THE_LIMIT: Duration = Duration::from_secs(4);

/// What the service does, what the client reads, and how often the service hears of a `GET`, of a `POST`,
/// and of a `POST` with an `Idempotency-Key`.
const TABLE: [(Fault, u16, &str, [usize; 3]); 16] = [
    // Nothing has been sent, and nobody has heard of it.
    (Fault::Refuses, 503, "upstream-unreachable", [0, 0, 0]),
    // It may have been done. So it is sent again, up to twice, where that does no harm, and only there.
    (Fault::Resets, 502, "upstream-bad-answer", [3, 1, 3]),
    (Fault::Says(""), 502, "upstream-bad-answer", [3, 1, 3]),
    (Fault::Says(GREETING), 502, "upstream-bad-answer", [3, 1, 3]),
    (Fault::Says("\0\u{1}\u{2}\r\n\r\n"), 502, "upstream-bad-answer", [3, 1, 3]),
    (Fault::Says(HALF_A_HEAD), 502, "upstream-bad-answer", [3, 1, 3]),
    (Fault::Says(HALF_A_BODY), 502, "upstream-bad-answer", [3, 1, 3]),
    (Fault::Floods("HTTP/1.1 200 OK\r\n"), 502, "upstream-bad-answer", [3, 1, 3]),
    // It may have been done, and there is no time left for another attempt.
    (Fault::Stalls(""), 504, "upstream-too-slow", [1, 1, 1]),
    (Fault::Stalls(HALF_A_BODY), 504, "upstream-too-slow", [1, 1, 1]),
    (Fault::IsLate(ANSWER, TWICE_THE_LIMIT), 504, "upstream-too-slow", [1, 1, 1]),
    (Fault::Drips("HTTP/1.1 200 OK\r\nx: "), 504, "upstream-too-slow", [1, 1, 1]),
    // An answer is the service's word and is passed on as it is. What it says will be over soon is asked
    // for again before, where that does no harm; 500 says nothing of the kind.
    (Fault::Says(own!("500", "")), 500, "its-own", [1, 1, 1]),
    (Fault::Says(own!("503", "")), 503, "its-own", [3, 1, 3]),
    (Fault::Says(own!("429", "retry-after: 0\r\n")), 429, "its-own", [3, 1, 3]),
    // It is not asked before the time that it has said, which is too late here.
    (Fault::Says(own!("429", "retry-after: 60\r\n")), 429, "its-own", [1, 1, 1]),
];

/// How it is asked.
#[derive(Clone, Copy, Debug)]
enum Kind {
    Get,
    Post,
    PostWithKey,
}

impl Kind {
    const ALL: [Self; 3] = [Self::Get, Self::Post, Self::PostWithKey];

    fn request(self, shop: &Shop, path: &str) -> Request<Body> {
        let uri = format!("http://{}{path}", shop.address);
        let request = match self {
            Self::Get => return Request::get(uri).body(Body::empty()).unwrap(),
            Self::Post => Request::post(uri),
            Self::PostWithKey => Request::post(uri).header("idempotency-key", "key"),
        };
        request.body(Body::from("{}")).unwrap()
    }
}

#[tokio::test]
async fn every_fault_on_every_route() {
    let prefixes: Vec<_> = CATALOG.iter().flat_map(|it| it.routes).collect();
    for (fault, status, code, heard) in TABLE {
        let kinds = || Kind::ALL.into_iter().zip(heard);
        let cases = prefixes.iter().flat_map(|prefix| kinds().map(move |it| (prefix, it)));
        let checks = cases.map(async |(prefix, (kind, heard))| {
            let service = Faulty::that(fault);
            let answer = asked(&service, &format!("{prefix}/1"), kind).await;
            let found = (answer.status.as_u16(), answer.code(), service.heard());
            assert_eq!(found, (status, code.to_owned(), heard), "{fault:?} {kind:?} {prefix}");
        });
        join_all(checks).await;
    }
}

/// The answer to one request, by a gateway that knows nothing of the service yet.
async fn asked(service: &Faulty, path: &str, kind: Kind) -> Answer {
    let shop = Shop::with(service.address, &SETTINGS).await;
    let start = Instant::now();
    let answer = shop.request(kind.request(&shop, path)).await.unwrap();
    assert!(start.elapsed() < LIMIT + SLACK, "{kind:?} {path} took {:?}", start.elapsed());
    answer
}

/// What has gone out on a connection that was good for the request before may have been read.
#[tokio::test]
async fn a_kept_connection_that_is_reset() {
    for (kind, status, heard) in
        [(Kind::Get, 200, 2), (Kind::Post, 502, 1), (Kind::PostWithKey, 200, 2)]
    {
        let service = Faulty::that(Fault::ResetsLater);
        let shop = Shop::at(service.address).await;
        assert_eq!(shop.get("/order").await.status, StatusCode::OK);
        let answer = shop.request(kind.request(&shop, "/order")).await.unwrap();
        assert_eq!((answer.status.as_u16(), service.heard() - 1), (status, heard), "{kind:?}");
    }
}

#[tokio::test]
async fn a_service_that_is_killed_costs_nobody_time_and_is_found_again() {
    let mut service = Mortal::born();
    let shop = Shop::with(service.address, &SETTINGS).await;
    assert_eq!(shop.get("/order").await.status, StatusCode::OK);

    service.dies().await;
    let died = Instant::now();
    let request = || shop.request(Kind::Post.request(&shop, "/order"));
    for answer in join_all((0..25).map(|_| request())).await {
        let answer = answer.unwrap();
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
        assert!(answer.headers.contains_key("retry-after"), "{answer:?}");
    }
    assert!(died.elapsed() < LIMIT + SLACK, "25 calls took {:?}", died.elapsed());
    while request().await.unwrap().code() != "upstream-failing" {
        assert!(died.elapsed() < WINDOW + SLACK, "the breaker did not open");
    }
    assert!(refusal(&shop).await < Duration::from_millis(5));

    service.comes_back();
    let back = Instant::now();
    while shop.get("/order").await.status != StatusCode::OK {
        assert!(back.elapsed() < OPEN + SLACK, "the breaker did not close");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    for _ in 0..20 {
        assert_eq!(shop.get("/order").await.status, StatusCode::OK);
    }
}

/// How long it takes to be refused by an open circuit breaker, at the median.
async fn refusal(shop: &Shop) -> Duration {
    let mut took = Vec::new();
    for _ in 0..25 {
        let start = Instant::now();
        let answer = shop.get("/order").await;
        took.push(start.elapsed());
        assert_eq!(answer.code(), "upstream-failing");
        let wait: u64 = answer.headers["retry-after"].to_str().unwrap().parse().unwrap();
        assert!((1..=OPEN.as_secs()).contains(&wait), "{wait}");
    }
    took.sort();
    took[took.len() / 2]
}
