//! What the service answers over HTTP.

use crate::{Error, Products, domain::Product, storage::Filter};
use axum::{
    Json as Body, Router,
    extract::State,
    http::{HeaderName, StatusCode, header},
    routing::get,
};
use chassis::{
    http::{Json, Path, Query},
    problem::{FieldErrors, Problem},
};
use contracts::{ids::ProductId, money::Money, text::Name};
use serde::{Deserialize, Serialize};

/// How long a description may be, in bytes.
const LONGEST_DESCRIPTION: usize = 10_000;
/// The most that a product may cost, in the smallest unit, so that sums of orders cannot overflow.
const HIGHEST_PRICE: i64 = 1_000_000_000_000;
/// How many products a page has, unless it is said otherwise.
const PAGE: usize = 20;
/// How many products a page has at most.
const LARGEST_PAGE: usize = 100;

/// The routes of the service.
pub fn routes(products: Products) -> Router {
    Router::new()
        .route("/api/products", get(list).post(create))
        .route("/api/products/{product}", get(show))
        .with_state(products)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct NewProduct {
    name: String,
    description: String,
    category: String,
    price: Money,
}

struct Checked {
    name: Name,
    description: String,
    category: Name,
    price: Money,
}

impl TryFrom<NewProduct> for Checked {
    type Error = Error;

    fn try_from(
        NewProduct { name, description, category, price }: NewProduct,
    ) -> Result<Self, Error> {
        let mut errors = FieldErrors::default();
        let name = errors.check("#/name", Name::parse(&name));
        let category = errors.check("#/category", Name::parse(&category));
        let short = description.len() <= LONGEST_DESCRIPTION;
        let detail = format!("must not be longer than {LONGEST_DESCRIPTION} bytes");
        errors.require(short, "#/description", detail);
        let legible = description.chars().all(|it| !it.is_control() || "\n\t".contains(it));
        let detail = "must not contain control characters but line breaks and tabs";
        errors.require(legible, "#/description", detail);
        let fits = (0..=HIGHEST_PRICE).contains(&price.amount_minor);
        let detail = format!("must be 0 to {HIGHEST_PRICE}");
        errors.require(fits, "#/price/amountMinor", detail);
        let checked =
            name.zip(category).map(|(name, category)| Self { name, description, category, price });
        errors.finish(checked).map_err(Error::Fields)
    }
}

type Created = (StatusCode, [(HeaderName, String); 1], Body<Product>);

async fn create(
    State(products): State<Products>,
    Json(request): Json<NewProduct>,
) -> Result<Created, Problem> {
    let Checked { name, description, category, price } = request.try_into()?;
    let product = products.create(name, description, category, price).await?;
    let path = format!("/api/products/{}", product.product_id);
    Ok((StatusCode::CREATED, [(header::LOCATION, path)], Body(product)))
}

async fn show(
    State(products): State<Products>,
    Path(product): Path<ProductId>,
) -> Result<Body<Product>, Problem> {
    Ok(Body(products.get(product).await?))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Listing {
    name: Option<Name>,
    category: Option<Name>,
    limit: Option<usize>,
    /// The last product of the page before.
    cursor: Option<ProductId>,
}

#[derive(Serialize)]
struct Page {
    data: Vec<Product>,
    page: PageInfo,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PageInfo {
    has_more: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<ProductId>,
}

async fn list(
    State(products): State<Products>,
    Query(Listing { name, category, limit, cursor }): Query<Listing>,
) -> Result<Body<Page>, Problem> {
    let limit = limit.unwrap_or(PAGE).clamp(1, LARGEST_PAGE);
    let (data, has_more) = products.list(&Filter { name, category }, cursor, limit).await?;
    let last = data.last().filter(|_| has_more).map(|it| it.product_id);
    Ok(Body(Page { data, page: PageInfo { has_more, next_cursor: last } }))
}
