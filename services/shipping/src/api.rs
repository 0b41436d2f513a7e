//! What the service answers over HTTP.

mod request;
mod view;

use crate::{Error, Shipping, domain::Shipment, service::Revision};
use axum::{
    Json as Body, Router,
    extract::State,
    http::{HeaderName, StatusCode, header},
    routing::{get, put},
};
use chassis::{
    http::{IfMatch, Json, Limit, Page, Path, Query, etag},
    identity::{Identity, Principal},
    problem::Problem,
};
use contracts::{
    ids::{OrderId, ShipmentId},
    shipping::ShipmentStatus,
};
use request::{DeliverRequest, EndRequest, NoteRequest, OpenRequest, ShipRequest, StatusRequest};
use serde::Deserialize;
use view::ShipmentView;

/// The routes of the service.
pub fn routes(shipping: Shipping) -> Router {
    Router::new()
        .route("/api/shipping", get(list).post(open))
        .route("/api/shipping/{id}", get(show))
        .route("/api/shipping/order/{order}", get(of_order))
        .route("/api/shipping/{id}/status", put(advance))
        .route("/api/shipping/{id}/ship", put(ship))
        .route("/api/shipping/{id}/deliver", put(deliver))
        .route("/api/shipping/{id}/cancel", put(cancel))
        .route("/api/shipping/{id}/return", put(send_back))
        .route("/api/shipping/{id}/tracking", put(note))
        .with_state(shipping)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Listing {
    status: Option<ShipmentStatus>,
    #[serde(default)]
    limit: Limit,
    /// Where the page before ended.
    cursor: Option<String>,
}

type Answer = Result<([(HeaderName, String); 1], Body<ShipmentView>), Problem>;
type Created = (StatusCode, [(HeaderName, String); 2], Body<ShipmentView>);

fn answer(shipment: Result<Shipment, Error>) -> Answer {
    let shipment = shipment?;
    Ok(([etag(shipment.revision)], Body(shipment.into())))
}

async fn open(
    State(shipping): State<Shipping>,
    Json(request): Json<OpenRequest>,
) -> Result<Created, Problem> {
    let shipment = shipping.open(request.try_into()?).await?;
    let path = format!("/api/shipping/{}", shipment.shipment_id);
    let headers = [(header::LOCATION, path), etag(shipment.revision)];
    Ok((StatusCode::CREATED, headers, Body(shipment.into())))
}

async fn list(
    State(shipping): State<Shipping>,
    Query(Listing { status, limit, cursor }): Query<Listing>,
) -> Result<Page<ShipmentView>, Problem> {
    let found = shipping.list(status, cursor.as_deref(), limit.get()).await?;
    let views = found.items.into_iter().map(ShipmentView::from).collect();
    Ok(Page::new(views, found.next))
}

async fn show(
    State(shipping): State<Shipping>,
    Identity(asking): Identity,
    Path(id): Path<ShipmentId>,
) -> Answer {
    answer(theirs(shipping.shipment(id).await?, asking.as_ref()))
}

async fn of_order(
    State(shipping): State<Shipping>,
    Identity(asking): Identity,
    Path(order): Path<OrderId>,
) -> Answer {
    answer(theirs(shipping.of_order(order).await?, asking.as_ref()))
}

/// A shipment, if it is a guest's or concerns whoever asks; to anybody else it is not there.
fn theirs(shipment: Shipment, asking: Option<&Principal>) -> Result<Shipment, Error> {
    let owner = shipment.customer_id;
    let is_theirs = owner.is_none_or(|owner| asking.is_some_and(|it| it.may_act_for(owner)));
    if is_theirs { Ok(shipment) } else { Err(Error::no_shipment(shipment.shipment_id)) }
}

async fn advance(
    State(shipping): State<Shipping>,
    Path(id): Path<ShipmentId>,
    condition: IfMatch,
    Json(request): Json<StatusRequest>,
) -> Answer {
    let (status, mark) = request.checked()?;
    answer(shipping.advance(Revision { id, condition }, status, mark).await)
}

async fn ship(
    State(shipping): State<Shipping>,
    Path(id): Path<ShipmentId>,
    condition: IfMatch,
    Json(request): Json<ShipRequest>,
) -> Answer {
    let (to, mark) = request.checked()?;
    answer(shipping.ship(Revision { id, condition }, to, mark).await)
}

async fn deliver(
    State(shipping): State<Shipping>,
    Path(id): Path<ShipmentId>,
    condition: IfMatch,
    Json(request): Json<DeliverRequest>,
) -> Answer {
    answer(shipping.deliver(Revision { id, condition }, request.checked()?).await)
}

async fn cancel(
    State(shipping): State<Shipping>,
    Path(id): Path<ShipmentId>,
    condition: IfMatch,
    Json(request): Json<EndRequest>,
) -> Answer {
    answer(shipping.cancel(Revision { id, condition }, request.checked()?).await)
}

async fn send_back(
    State(shipping): State<Shipping>,
    Path(id): Path<ShipmentId>,
    condition: IfMatch,
    Json(request): Json<EndRequest>,
) -> Answer {
    answer(shipping.send_back(Revision { id, condition }, request.checked()?).await)
}

async fn note(
    State(shipping): State<Shipping>,
    Path(id): Path<ShipmentId>,
    condition: IfMatch,
    Json(request): Json<NoteRequest>,
) -> Answer {
    answer(shipping.note(Revision { id, condition }, request.checked()?).await)
}
