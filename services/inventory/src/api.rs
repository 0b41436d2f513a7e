//! What the service answers over HTTP.

use crate::{
    Error, Inventory,
    domain::{Adjustment, MOST, Stock},
};
use axum::{
    Router,
    extract::State,
    http::{HeaderName, StatusCode, header},
    routing::{get, post},
};
use chassis::{
    http::{Json, Path},
    problem::{FieldErrors, Problem},
};
use contracts::{ids::ProductId, text::Name};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// From how few on somebody should order more, unless it is said otherwise.
const LOW_STOCK: u32 = 5;

/// The routes of the service.
pub fn routes(inventory: Inventory) -> Router {
    Router::new()
        .route("/api/inventory", post(count))
        .route("/api/inventory/product/{product}", get(show).put(adjust))
        .with_state(inventory)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct CountRequest {
    product_id: ProductId,
    quantity: u32,
    #[serde(default)]
    location: Option<String>,
    #[serde(default)]
    low_stock_threshold: Option<u32>,
}

struct Count {
    product: ProductId,
    quantity: u32,
    location: Name,
    threshold: u32,
}

impl TryFrom<CountRequest> for Count {
    type Error = Error;

    fn try_from(it: CountRequest) -> Result<Self, Error> {
        let mut errors = FieldErrors::default();
        errors.require(it.quantity <= MOST, "#/quantity", format!("must not be above {MOST}"));
        let threshold = it.low_stock_threshold.unwrap_or(LOW_STOCK);
        let detail = format!("must not be above {MOST}");
        errors.require(threshold <= MOST, "#/lowStockThreshold", detail);
        let location = Name::parse(it.location.as_deref().unwrap_or("main-warehouse"));
        let count = errors.check("#/location", location).map(|location| Self {
            product: it.product_id,
            quantity: it.quantity,
            location,
            threshold,
        });
        errors.finish(count).map_err(Error::Fields)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct AdjustRequest {
    quantity: u32,
    operation: Operation,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Operation {
    Increment,
    Decrement,
    Set,
}

impl TryFrom<AdjustRequest> for Adjustment {
    type Error = Error;

    fn try_from(AdjustRequest { quantity, operation }: AdjustRequest) -> Result<Self, Error> {
        let mut errors = FieldErrors::default();
        errors.require(quantity <= MOST, "#/quantity", format!("must not be above {MOST}"));
        let adjustment = match operation {
            Operation::Increment => Self::Increment(quantity),
            Operation::Decrement => Self::Decrement(quantity),
            Operation::Set => Self::Set(quantity),
        };
        errors.finish(Some(adjustment)).map_err(Error::Fields)
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct StockView {
    product_id: ProductId,
    quantity: u32,
    reserved_quantity: u32,
    available_quantity: u32,
    location: Name,
    low_stock_threshold: u32,
    last_updated: Timestamp,
}

impl From<Stock> for StockView {
    fn from(stock: Stock) -> Self {
        Self {
            product_id: stock.product_id,
            quantity: stock.quantity(),
            reserved_quantity: stock.reserved(),
            available_quantity: stock.available(),
            location: stock.location,
            low_stock_threshold: stock.low_stock_threshold,
            last_updated: stock.updated_at,
        }
    }
}

type Created = (StatusCode, [(HeaderName, String); 1], axum::Json<StockView>);

async fn count(
    State(inventory): State<Inventory>,
    Json(request): Json<CountRequest>,
) -> Result<Created, Problem> {
    let Count { product, quantity, location, threshold } = request.try_into()?;
    let stock = inventory.count(product, quantity, location, threshold).await?;
    let path = format!("/api/inventory/product/{product}");
    Ok((StatusCode::CREATED, [(header::LOCATION, path)], axum::Json(stock.into())))
}

async fn show(
    State(inventory): State<Inventory>,
    Path(product): Path<ProductId>,
) -> Result<axum::Json<StockView>, Problem> {
    Ok(axum::Json(inventory.stock(product).await?.into()))
}

async fn adjust(
    State(inventory): State<Inventory>,
    Path(product): Path<ProductId>,
    Json(request): Json<AdjustRequest>,
) -> Result<axum::Json<StockView>, Problem> {
    Ok(axum::Json(inventory.adjust(product, request.try_into()?).await?.into()))
}
