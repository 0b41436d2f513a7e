//! What the service answers over HTTP.

mod idempotency;
mod paging;
mod request;
mod reservations;
mod view;

use crate::{Error, Inventory, domain::Settings, service::Changed};
use axum::{
    Json as Body, Router,
    extract::State,
    http::{HeaderMap, HeaderName, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post, put},
};
use chassis::{
    http::{IfMatch, Json, Page, Path, Query, Whole, etag, parse},
    problem::Problem,
};
use contracts::ids::ProductId;
use paging::Paging;
use request::{AdjustRequest, Count, CountRequest, RestockRequest, SettingsRequest, Wanted};
use view::{MovementView, StockView};

/// The routes of the service.
pub fn routes(inventory: Inventory) -> Router {
    Router::new()
        .route("/api/inventory", post(count))
        .route("/api/inventory/product/{product}", get(show).put(adjust))
        .route("/api/inventory/product/{product}/restock", post(restock))
        .route("/api/inventory/product/{product}/settings", put(set_up))
        .route("/api/inventory/product/{product}/movements", get(movements))
        .route("/api/inventory/low-stock", get(low))
        .route("/api/inventory/reserve", post(reservations::reserve))
        .route("/api/inventory/release", post(reservations::release))
        .route("/api/inventory/commit", post(reservations::commit))
        .with_state(inventory)
}

type Tag = [(HeaderName, String); 1];
type Answer = Result<(Tag, Body<StockView>), Problem>;

async fn count(
    State(inventory): State<Inventory>,
    Json(request): Json<CountRequest>,
) -> Result<Response, Problem> {
    let Count { product, quantity, location, threshold } = request.try_into()?;
    let stock = inventory.count(product, quantity, location, threshold).await?;
    let headers =
        [(header::LOCATION, format!("/api/inventory/product/{product}")), etag(stock.revision())];
    Ok((StatusCode::CREATED, headers, Body(StockView::from(stock))).into_response())
}

async fn show(State(inventory): State<Inventory>, Path(product): Path<ProductId>) -> Answer {
    let stock = inventory.stock(product).await?;
    Ok(([etag(stock.revision())], Body(stock.into())))
}

async fn adjust(
    State(inventory): State<Inventory>,
    Path(product): Path<ProductId>,
    if_match: IfMatch,
    headers: HeaderMap,
    Whole(body): Whole,
) -> Result<Response, Problem> {
    let wanted = parse::<AdjustRequest>(&body)?.try_into()?;
    change(&inventory, product, (wanted, if_match), ("adjust", &headers, &body)).await
}

async fn restock(
    State(inventory): State<Inventory>,
    Path(product): Path<ProductId>,
    if_match: IfMatch,
    headers: HeaderMap,
    Whole(body): Whole,
) -> Result<Response, Problem> {
    let wanted = parse::<RestockRequest>(&body)?.try_into()?;
    change(&inventory, product, (wanted, if_match), ("restock", &headers, &body)).await
}

/// Changes stock by hand, once per key.
async fn change(
    inventory: &Inventory,
    product: ProductId,
    (wanted, if_match): (Wanted, IfMatch),
    (route, headers, body): (&str, &HeaderMap, &[u8]),
) -> Result<Response, Problem> {
    let key = idempotency::key(route, headers, body)?;
    let changed = inventory.adjust(product, wanted.by_hand(key, if_match)).await?;
    let (stock, replayed) = match changed {
        Changed::Now(stock) => (stock, None),
        Changed::Before(stock) => (stock, Some([("idempotent-replayed", "true")])),
    };
    Ok(([etag(stock.revision())], replayed, Body(StockView::from(stock))).into_response())
}

async fn set_up(
    State(inventory): State<Inventory>,
    Path(product): Path<ProductId>,
    if_match: IfMatch,
    Json(request): Json<SettingsRequest>,
) -> Answer {
    let settings: Result<Settings, Error> = request.try_into();
    let stock = inventory.set_up(product, Settings { if_match, ..settings? }).await?;
    Ok(([etag(stock.revision())], Body(stock.into())))
}

async fn movements(
    State(inventory): State<Inventory>,
    Path(product): Path<ProductId>,
    Query(paging): Query<Paging>,
) -> Result<Page<MovementView>, Problem> {
    let found = inventory.movements(product, paging.cursor(), paging.limit()).await?;
    Ok(paging::page(found))
}

async fn low(
    State(inventory): State<Inventory>,
    Query(paging): Query<Paging>,
) -> Result<Page<StockView>, Problem> {
    let found = inventory.low(paging.cursor(), paging.limit()).await?;
    Ok(paging::page(found))
}
