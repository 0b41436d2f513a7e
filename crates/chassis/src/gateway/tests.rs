use super::*;
use axum::{
    Json, Router,
    http::{HeaderMap, StatusCode},
    routing::get,
};
use contracts::{
    ids::OrderId,
    orders::OrderStatus,
    payments::{PaymentMethod, PaymentStatus},
};
use serde_json::{Value, json};
use tokio::{net::TcpListener, task::JoinSet, time::Instant};

/// A gateway that shows this for every order, to whoever shows the token.
async fn with(answer: impl Fn() -> (StatusCode, Value) + Clone + Send + Sync + 'static) -> World {
    let show = move |headers: HeaderMap| {
        let (status, body) = match headers.get(inside::HEADER) {
            Some(shown) if token().is(shown) => answer(),
            Some(_) | None => (StatusCode::UNAUTHORIZED, Value::Null),
        };
        async move { (status, Json(body)) }
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
    let mut serving = JoinSet::new();
    let routes = Router::new().route("/api/orders/{order}", get(show));
    serving.spawn(async { axum::serve(listener, routes).await.unwrap() });
    World { base, _serving: serving }
}

struct World {
    base: Url,
    _serving: JoinSet<()>,
}

impl World {
    async fn asked(&self, token: Option<&inside::Token>) -> Result<Option<KnownOrder>, Unanswered> {
        ask(self.base.clone(), token).await
    }
}

async fn ask(base: Url, token: Option<&inside::Token>) -> Result<Option<KnownOrder>, Unanswered> {
    // An error says that another test was faster.
    let _chosen = rustls::crypto::ring::default_provider().install_default();
    Gateway::at(base, token).order(OrderId::derived("order")).await
}

fn token() -> inside::Token {
    "0123456789abcdef".parse().unwrap()
}

/// An order as its service shows it.
fn shown() -> Value {
    json!({
        "orderId": OrderId::derived("order"), "email": "ada@example.com", "items": [],
        "total": {"amountMinor": 1_000, "currency": "USD"}, "status": "processing",
        "paymentMethod": "cash_on_delivery", "paymentStatus": "authorized",
    })
}

#[tokio::test]
async fn an_order_is_asked_for_by_somebody_inside() {
    let world = with(|| (StatusCode::OK, shown())).await;
    let order = world.asked(Some(&token())).await.unwrap().unwrap();
    assert_eq!(order.order_id, OrderId::derived("order"));
    assert_eq!(order.total.amount_minor, 1_000);
    assert!(order.is_to_be_shipped());
    let outside = world.asked(None).await.unwrap_err();
    assert!(outside.to_string().contains("401"), "{outside}");
}

#[tokio::test]
async fn what_is_not_there_is_told_from_what_is_not_answered() {
    let unknown = with(|| (StatusCode::NOT_FOUND, Value::Null)).await;
    assert_eq!(unknown.asked(Some(&token())).await, Ok(None));
    for answer in [
        (StatusCode::INTERNAL_SERVER_ERROR, shown()),
        (StatusCode::SERVICE_UNAVAILABLE, shown()),
        (StatusCode::OK, json!({"orderId": "17"})),
    ] {
        let (status, body) = answer.clone();
        let world = with(move || (status, body.clone())).await;
        assert!(world.asked(Some(&token())).await.is_err(), "{answer:?}");
    }
    let nobody: Url = "http://127.0.0.1:1".parse().unwrap();
    assert!(ask(nobody, None).await.is_err());
}

#[tokio::test]
async fn whoever_does_not_answer_is_not_waited_for_long() {
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", silent.local_addr().unwrap()).parse().unwrap();
    let start = Instant::now();
    assert!(ask(base, None).await.is_err());
    assert!(start.elapsed() < PATIENCE * 2, "{:?}", start.elapsed());
}

#[test]
fn what_is_shipped_is_set_aside_and_paid_for() {
    use PaymentMethod::{BankTransfer, CashOnDelivery, CreditCard};
    use PaymentStatus::{Authorized, Completed, Pending, Refunded};
    let order = |status, payment_method, payment_status| {
        let order: KnownOrder = serde_json::from_value(shown()).unwrap();
        KnownOrder { status, payment_method, payment_status, ..order }.is_to_be_shipped()
    };
    let processing = OrderStatus::Processing;
    assert!(order(processing, CreditCard, Completed));
    assert!(order(processing, BankTransfer, Completed));
    assert!(order(processing, CashOnDelivery, Authorized));
    assert!(!order(processing, CreditCard, Authorized));
    assert!(!order(processing, CashOnDelivery, Pending));
    assert!(!order(processing, CreditCard, Refunded));
    // Its stock may still be missing.
    assert!(!order(OrderStatus::Pending, CashOnDelivery, Authorized));
    assert!(!order(OrderStatus::Cancelled, CreditCard, Completed));
}
