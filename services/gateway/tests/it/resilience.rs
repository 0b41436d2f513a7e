//! Services that fail, and what their clients notice of it.

use crate::{
    shop::{Answer, Shop},
    upstream::{Moody, silent},
};
use axum::body::Body;
use futures::{StreamExt, stream};
use http::{Method, Request, StatusCode};
use std::time::{Duration, Instant};

/// How long a circuit breaker is open at first.
const OPEN: Duration = Duration::from_secs(2);

async fn posted(shop: &Shop, key: Option<&str>, body: impl Into<Body>) -> Answer {
    let request = Request::post(format!("http://{}/api/orders", shop.address));
    let request = key.into_iter().fold(request, |it, key| it.header("idempotency-key", key));
    shop.request(request.body(body.into()).unwrap()).await.unwrap()
}

#[tokio::test]
async fn what_does_no_harm_done_twice_is_sent_again() {
    for method in [Method::GET, Method::PUT, Method::DELETE] {
        let service = Moody::failing(1, StatusCode::SERVICE_UNAVAILABLE).await;
        let shop = Shop::at(service.address).await;
        let answer = shop.send(method.clone(), "/api/orders/1", Body::empty()).await;
        assert_eq!((answer.status, service.heard().len()), (StatusCode::OK, 2), "{method}");
    }
    let service = Moody::failing(2, StatusCode::BAD_GATEWAY).await;
    let shop = Shop::at(service.address).await;
    assert_eq!(posted(&shop, Some("key"), "{1}").await.status, StatusCode::OK);
    assert_eq!(service.heard(), ["{1}", "{1}", "{1}"]);
}

#[tokio::test]
async fn what_may_do_harm_is_sent_once() {
    let large = "x".repeat(100_000);
    for (key, body) in [(None, "{}"), (Some(" "), "{}"), (Some("key"), large.as_str())] {
        let service = Moody::failing(1, StatusCode::SERVICE_UNAVAILABLE).await;
        let shop = Shop::at(service.address).await;
        let answer = posted(&shop, key, body.to_owned()).await;
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{key:?}");
        assert_eq!(service.heard().len(), 1, "{key:?}");
    }
    let service = Moody::failing(1, StatusCode::INTERNAL_SERVER_ERROR).await;
    let shop = Shop::at(service.address).await;
    assert_eq!(shop.get("/api/orders/1").await.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(service.heard().len(), 1, "500 is an answer");
}

#[tokio::test]
async fn a_service_that_only_fails_is_left_alone_and_asked_again_by_itself() {
    let service = Moody::failing(usize::MAX, StatusCode::SERVICE_UNAVAILABLE).await;
    let shop = Shop::at(service.address).await;
    let asked = 100;
    for _ in 0..asked {
        assert_eq!(shop.get("/api/orders/1").await.status, StatusCode::SERVICE_UNAVAILABLE);
    }
    let heard = service.heard().len();
    assert!(heard < asked, "the breaker did not open");
    let start = Instant::now();
    let refused = shop.get("/api/orders/1").await;
    assert!(start.elapsed() < Duration::from_millis(100), "it took {:?}", start.elapsed());
    assert_eq!(refused.code(), "upstream-failing");
    let wait: u64 = refused.headers["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=OPEN.as_secs()).contains(&wait), "{wait}");
    assert_eq!(service.heard().len(), heard, "a refused request was passed on");

    service.heals();
    tokio::time::sleep(OPEN).await;
    for _ in 0..asked {
        assert_eq!(shop.get("/api/orders/1").await.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn what_fails_is_asked_for_little_more_than_once() {
    let service = Moody::failing(usize::MAX, StatusCode::SERVICE_UNAVAILABLE).await;
    let shop = Shop::at(service.address).await;
    let asked = 200;
    let answers = (0..asked).map(|_| shop.get("/api/orders/1"));
    let answers: Vec<_> = stream::iter(answers).buffer_unordered(50).collect().await;
    assert!(answers.iter().all(|it| it.status == StatusCode::SERVICE_UNAVAILABLE));
    assert!(service.heard().len() <= asked + asked / 5 + 10, "{}", service.heard().len());
}

#[tokio::test]
async fn nobody_hangs_on_a_service_that_never_answers() {
    let settings = ["--rate-limit-requests=1000000", "--request-timeout=300ms"];
    let shop = Shop::with(silent().await, &settings).await;
    let (start, shop) = (Instant::now(), &shop);
    let answers = (0..25).map(|_| posted(shop, None, "{}"));
    let answers: Vec<_> = stream::iter(answers).buffer_unordered(25).collect().await;
    assert!(answers.iter().all(|it| it.status == StatusCode::GATEWAY_TIMEOUT), "{answers:?}");
    assert!(start.elapsed() < Duration::from_secs(3), "it took {:?}", start.elapsed());
    assert_eq!(posted(shop, None, "{}").await.code(), "upstream-failing");
}

#[tokio::test]
async fn a_service_is_told_how_long_its_answer_is_waited_for() {
    let shop = Shop::at(crate::upstream::echoing().await).await;
    let request = Request::get(format!("http://{}/order", shop.address));
    let request = request.header("x-shop-time-left", "999999").body(Body::empty()).unwrap();
    let seen = shop.request(request).await.unwrap().json();
    let left: u64 = seen["headers"]["x-shop-time-left"].as_str().unwrap().parse().unwrap();
    assert!((500..=1_000).contains(&left), "{left}");
}
