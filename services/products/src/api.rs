//! What the service answers over HTTP.

mod listing;
mod request;
mod view;

use crate::{Products, service::Offer};
use axum::{
    Json as Body, Router,
    extract::State,
    http::{HeaderName, StatusCode, header},
    routing::get,
};
use chassis::{
    http::{IfMatch, Json, Path, etag_beside},
    problem::Problem,
};
use contracts::ids::ProductId;
use request::{ChangeRequest, NewProduct};
use view::ProductView;

/// The routes of the service.
pub fn routes(products: Products) -> Router {
    Router::new()
        .route("/api/products", get(listing::list).post(create))
        .route("/api/products/{product}", get(show).put(change).delete(delete))
        .with_state(products)
}

type Tag = [(HeaderName, String); 1];
type Answer = Result<(Tag, Body<ProductView>), Problem>;
type Created = (StatusCode, [(HeaderName, String); 2], Body<ProductView>);

/// Stock is shown, and no part of the revision: who changes a product need not know how many were sold.
fn tag(offer: &Offer) -> (HeaderName, String) {
    etag_beside(offer.product.revision, &offer.available)
}

async fn create(
    State(products): State<Products>,
    Json(request): Json<NewProduct>,
) -> Result<Created, Problem> {
    let offer = products.create(request.try_into()?).await?;
    let path = format!("/api/products/{}", offer.product.product_id);
    let headers = [(header::LOCATION, path), tag(&offer)];
    Ok((StatusCode::CREATED, headers, Body(offer.into())))
}

async fn show(State(products): State<Products>, Path(product): Path<ProductId>) -> Answer {
    let offer = products.get(product).await?;
    Ok(([tag(&offer)], Body(offer.into())))
}

async fn change(
    State(products): State<Products>,
    Path(product): Path<ProductId>,
    if_match: IfMatch,
    Json(request): Json<ChangeRequest>,
) -> Answer {
    let offer = products.change(product, request.try_into()?, if_match).await?;
    Ok(([tag(&offer)], Body(offer.into())))
}

async fn delete(
    State(products): State<Products>,
    Path(product): Path<ProductId>,
    if_match: IfMatch,
) -> Result<StatusCode, Problem> {
    products.delete(product, if_match).await?;
    Ok(StatusCode::NO_CONTENT)
}
