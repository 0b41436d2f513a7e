//! What the service answers over HTTP.
//!
//! `POST /order` is the route of the system this one grew out of: a guest's order for one piece, by
//! name. It answers 400 for whatever is wrong with a body, with the member `error` its clients read.

mod carts;
mod guest;
mod idempotency;
mod listing;
mod request;
mod view;

use crate::{
    Error, Orders,
    domain::Order,
    service::{OrderRequest, Placed},
};
use axum::{
    Json as Body, Router,
    extract::State,
    http::{HeaderMap, HeaderName, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post, put},
};
use chassis::{
    http::{IfMatch, Json, Path, Whole, etag, parse},
    identity::{Identity, Principal},
    problem::Problem,
};
use contracts::{ids::OrderId, orders::OrderStatus};
use request::{NewOrder, NewStatus, WhyCancelled};
use serde::{Serialize, de::DeserializeOwned};
use view::OrderView;

/// The routes of the service.
pub fn routes(orders: Orders) -> Router {
    Router::new()
        .route("/api/orders", get(listing::list).post(place))
        .route("/api/orders/{order}", get(show).delete(cancel_plainly))
        .route("/api/orders/{order}/cancel", post(cancel))
        .route("/api/orders/{order}/status", put(set_status))
        .route("/order", post(guest::place))
        .merge(carts::routes())
        .with_state(orders)
}

type Tag = [(HeaderName, String); 1];
type Shown = (Tag, Body<OrderView>);

fn shown(order: Order) -> Shown {
    ([etag(order.revision)], Body(order.into()))
}

async fn show(
    State(orders): State<Orders>,
    Identity(asking): Identity,
    Path(order): Path<OrderId>,
) -> Result<Shown, Problem> {
    Ok(shown(orders.get(order, asking.as_ref()).await?))
}

async fn place(
    State(orders): State<Orders>,
    Identity(asking): Identity,
    headers: HeaderMap,
    Whole(body): Whole,
) -> Result<Response, Problem> {
    let asking = asking.as_ref();
    let placed = take::<NewOrder>(&orders, "POST /api/orders", asking, &headers, &body).await?;
    Ok(created(placed, OrderView::from))
}

async fn cancel(
    State(orders): State<Orders>,
    Identity(asking): Identity,
    Path(order): Path<OrderId>,
    if_match: IfMatch,
    Whole(body): Whole,
) -> Result<Response, Problem> {
    let why = if body.trim_ascii().is_empty() { WhyCancelled::default() } else { parse(&body)? };
    let order = orders.call_off(order, asking.as_ref(), if_match, why.try_into()?).await?;
    Ok(called_off(order))
}

async fn cancel_plainly(
    State(orders): State<Orders>,
    Identity(asking): Identity,
    Path(order): Path<OrderId>,
    if_match: IfMatch,
) -> Result<Response, Problem> {
    let reason = WhyCancelled::default().try_into()?;
    Ok(called_off(orders.call_off(order, asking.as_ref(), if_match, reason).await?))
}

/// All other steps of an order follow from what payments and shipping say.
async fn set_status(
    State(orders): State<Orders>,
    Identity(asking): Identity,
    Path(order): Path<OrderId>,
    if_match: IfMatch,
    Json(NewStatus { status }): Json<NewStatus>,
) -> Result<Response, Problem> {
    let asking = asking.as_ref();
    let order = match status {
        OrderStatus::Cancelled => {
            let reason = WhyCancelled::default().try_into()?;
            return Ok(called_off(orders.call_off(order, asking, if_match, reason).await?));
        }
        OrderStatus::Pending
        | OrderStatus::Processing
        | OrderStatus::Shipped
        | OrderStatus::Delivered => orders.get(order, asking).await?,
    };
    Error::unless_stale(&if_match, order.revision)?;
    if order.status == status {
        return Ok(shown(order).into_response());
    }
    Err(Error::NotByHand(order.status).into())
}

/// 202 as long as shipping has yet to say whether the parcel can still be kept here.
fn called_off(order: Order) -> Response {
    let status = match order.status {
        OrderStatus::Cancelled => StatusCode::OK,
        OrderStatus::Pending
        | OrderStatus::Processing
        | OrderStatus::Shipped
        | OrderStatus::Delivered => StatusCode::ACCEPTED,
    };
    (status, shown(order)).into_response()
}

/// Reads an order and places it.
async fn take<T>(
    orders: &Orders,
    route: &str,
    asking: Option<&Principal>,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<Placed, Problem>
where
    T: DeserializeOwned + TryInto<OrderRequest, Error = Error>,
{
    let key = idempotency::key(route, asking, headers, body)?;
    let request = parse::<T>(body)?.try_into()?;
    Ok(orders.place(request, asking, key).await?)
}

/// The same answer however often it was asked for: the order as it was placed.
fn created<T: Serialize>(placed: Placed, view: fn(Order) -> T) -> Response {
    let (order, replayed) = match placed {
        Placed::New(order) => (order, None),
        Placed::Again(order) => (order, Some([("idempotent-replayed", "true")])),
    };
    let path = format!("/api/orders/{}", order.id);
    let order = order.when_placed();
    let headers = [(header::LOCATION, path), etag(order.revision)];
    (StatusCode::CREATED, replayed, headers, Body(view(order))).into_response()
}
