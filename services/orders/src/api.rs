//! What the service answers over HTTP.
//!
//! `POST /order` is the route of the system this one grew out of: a guest's order for one piece, by
//! name. It answers 400 for whatever is wrong with a body, with the member `error` its clients read.

mod idempotency;
mod request;

use crate::{
    Error, Orders,
    domain::Order,
    service::{Placed, Wish},
};
use axum::{
    Json as Body, Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use chassis::{
    http::{Path, parse},
    problem::Problem,
};
use contracts::{
    ids::OrderId,
    money::Money,
    orders::{OrderItem, OrderStatus},
    text::EmailAddress,
};
use jiff::Timestamp;
use request::{GuestOrder, NewOrder};
use serde::{Serialize, de::DeserializeOwned};

/// The routes of the service.
pub fn routes(orders: Orders) -> Router {
    Router::new()
        .route("/api/orders", post(place))
        .route("/api/orders/{order}", get(show))
        .route("/order", post(place_as_guest))
        .with_state(orders)
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OrderView {
    order_id: OrderId,
    email: EmailAddress,
    items: Vec<OrderItem>,
    total: Money,
    status: OrderStatus,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl From<Order> for OrderView {
    fn from(order: Order) -> Self {
        Self {
            order_id: order.id,
            email: order.email,
            items: order.items,
            total: order.total,
            status: order.status,
            reason: order.reason,
            created_at: order.created_at,
            updated_at: order.updated_at,
        }
    }
}

async fn show(
    State(orders): State<Orders>,
    Path(order): Path<OrderId>,
) -> Result<Body<OrderView>, Problem> {
    Ok(Body(orders.get(order).await?.into()))
}

async fn place(
    State(orders): State<Orders>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let placed = take::<NewOrder>(&orders, "POST /api/orders", &headers, &body).await?;
    Ok(created(placed, OrderView::from))
}

async fn place_as_guest(
    State(orders): State<Orders>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let placed = take::<GuestOrder>(&orders, "POST /order", &headers, &body).await;
    placed.map(|it| created(it, guest_view)).map_err(as_guests_read_it)
}

/// Reads an order and places it.
async fn take<T>(
    orders: &Orders,
    route: &str,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<Placed, Problem>
where
    T: DeserializeOwned + TryInto<Wish, Error = Error>,
{
    let key = idempotency::key(route, headers, body)?;
    let wish = parse::<T>(body)?.try_into()?;
    Ok(orders.place(wish, key).await?)
}

/// The same answer however often it was asked for: the order as it was placed.
fn created<T: Serialize>(placed: Placed, view: fn(Order) -> T) -> Response {
    let (order, replayed) = match placed {
        Placed::New(order) => (order, None),
        Placed::Again(order) => (order, Some([("idempotent-replayed", "true")])),
    };
    let path = format!("/api/orders/{}", order.id);
    let as_placed =
        Order { status: OrderStatus::Pending, reason: None, updated_at: order.created_at, ..order };
    (StatusCode::CREATED, replayed, [(header::LOCATION, path)], Body(view(as_placed)))
        .into_response()
}

#[derive(Serialize)]
struct GuestView {
    message: &'static str,
    order: GuestOrderView,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct GuestOrderView {
    order_id: OrderId,
    email: EmailAddress,
    item_name: String,
    item_category: String,
    status: OrderStatus,
}

#[expect(clippy::needless_pass_by_value, reason = "used where a view takes the order over")]
fn guest_view(order: Order) -> GuestView {
    let summary = order.summary();
    GuestView {
        message: "Order created successfully",
        order: GuestOrderView {
            order_id: summary.order_id,
            email: summary.email,
            item_name: summary.item_name.into(),
            item_category: summary.item_category.into(),
            status: summary.status,
        },
    }
}

fn as_guests_read_it(problem: Problem) -> Problem {
    match problem.status() {
        status if status.is_server_error() => problem.with_error("Failed to create order"),
        StatusCode::UNPROCESSABLE_ENTITY if !problem.errors().is_empty() => {
            problem.with_status(StatusCode::BAD_REQUEST).with_error("Invalid order data")
        }
        _ => problem.with_error("Invalid order data"),
    }
}
