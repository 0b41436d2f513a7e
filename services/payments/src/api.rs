//! What the service answers over HTTP.

mod request;
mod view;
mod webhook;

use crate::{Door, Error, Payments, domain::Payment};
use axum::{
    Json as Body, Router,
    extract::{FromRef, State},
    http::{HeaderMap, HeaderName, StatusCode, header},
    routing::{get, post},
};
use chassis::{
    http::{IfMatch, Json, Page, Path, Query, etag},
    identity::{Identity, Principal},
    problem::Problem,
};
use contracts::ids::{OrderId, PaymentId, RefundId};
use request::{
    Begin, BeginRequest, Listing, MaybeJson, ProcessRequest, RefundRequest, VoidRequest,
};
use store::Created;
use view::PaymentView;

/// The routes of the service.
pub fn routes(payments: Payments, door: Door) -> Router {
    Router::new()
        .route("/api/payments", post(begin).get(list))
        .route("/api/payments/webhook", post(webhook::hear))
        .route("/api/payments/order/{order}", get(show_of_order))
        .route("/api/payments/{payment}", get(show))
        .route("/api/payments/{payment}/process", post(process))
        .route("/api/payments/{payment}/void", post(void))
        .route("/api/payments/{payment}/refund", post(refund))
        .with_state(Shared { payments, door })
}

#[derive(Clone)]
struct Shared {
    payments: Payments,
    door: Door,
}

impl FromRef<Shared> for Payments {
    fn from_ref(shared: &Shared) -> Self {
        shared.payments.clone()
    }
}

impl FromRef<Shared> for Door {
    fn from_ref(shared: &Shared) -> Self {
        shared.door.clone()
    }
}

type Shown = ([(HeaderName, String); 1], Body<PaymentView>);
type Answer = Result<Shown, Problem>;
type Begun = (StatusCode, [(HeaderName, String); 2], Body<PaymentView>);

fn shown(payment: Payment) -> Shown {
    ([etag(payment.revision)], Body(payment.into()))
}

async fn begin(
    State(payments): State<Payments>,
    Json(request): Json<BeginRequest>,
) -> Result<Begun, Problem> {
    let Begin { order, terms } = request.try_into()?;
    let (status, payment) = match payments.begin(order, terms).await? {
        Created::New(payment) => (StatusCode::CREATED, payment),
        Created::Existing(payment) => (StatusCode::OK, payment),
    };
    let path = format!("/api/payments/{}", payment.payment_id);
    let headers = [(header::LOCATION, path), etag(payment.revision)];
    Ok((status, headers, Body(payment.into())))
}

async fn list(
    State(payments): State<Payments>,
    Query(Listing { status, limit, cursor }): Query<Listing>,
) -> Result<Page<PaymentView>, Problem> {
    let found = payments.list(status, cursor.as_deref(), limit.get()).await?;
    let views = found.items.into_iter().map(PaymentView::from).collect();
    Ok(Page::new(views, found.next))
}

async fn show(
    State(payments): State<Payments>,
    Identity(asking): Identity,
    Path(id): Path<PaymentId>,
) -> Answer {
    let payment = payments.payment(id).await?;
    Ok(shown(theirs(payment, asking.as_ref())?))
}

async fn show_of_order(
    State(payments): State<Payments>,
    Identity(asking): Identity,
    Path(order): Path<OrderId>,
) -> Answer {
    let payment = payments.of_order(order).await?;
    Ok(shown(theirs(payment, asking.as_ref())?))
}

/// A payment, if it is a guest's or concerns whoever asks.
fn theirs(payment: Payment, asking: Option<&Principal>) -> Result<Payment, Error> {
    let owner = payment.terms.as_ref().and_then(|it| it.customer_id);
    let is_theirs = owner.is_none_or(|owner| asking.is_some_and(|it| it.may_act_for(owner)));
    if is_theirs { Ok(payment) } else { Err(Error::NoPayment(payment.order_id)) }
}

async fn process(
    State(payments): State<Payments>,
    Path(id): Path<PaymentId>,
    if_match: IfMatch,
    MaybeJson(request): MaybeJson<ProcessRequest>,
) -> Answer {
    let transaction = request.transaction()?;
    Ok(shown(payments.process(id, if_match, transaction).await?))
}

async fn void(
    State(payments): State<Payments>,
    Path(id): Path<PaymentId>,
    if_match: IfMatch,
    MaybeJson(request): MaybeJson<VoidRequest>,
) -> Answer {
    let reason = request.reason()?;
    Ok(shown(payments.void(id, if_match, reason).await?))
}

async fn refund(
    State(payments): State<Payments>,
    Path(id): Path<PaymentId>,
    if_match: IfMatch,
    headers: HeaderMap,
    Json(request): Json<RefundRequest>,
) -> Answer {
    let refund = match request::idempotency_key(&headers)? {
        Some(key) => RefundId::derived(&format!("{id}/{key}")),
        None => RefundId::fresh(),
    };
    Ok(shown(payments.refund(id, if_match, refund, request.checked()?).await?))
}
