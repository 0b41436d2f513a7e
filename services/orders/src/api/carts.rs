//! Carts over HTTP.

use crate::{
    Orders,
    domain::{Cart, MOST_PIECES},
    service::CartLine,
};
use axum::{
    Json as Body, Router,
    extract::State,
    http::{HeaderName, StatusCode, header},
    routing::{get, post, put},
};
use chassis::{
    http::{IfMatch, Json, NoBody, Path, etag_beside},
    identity::{Identity, SignedIn},
    problem::{FieldErrors, Problem},
};
use contracts::{
    ids::{CartId, CustomerId, ProductId},
    money::{LARGEST_EXACT, Money},
    text::Name,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub(super) fn routes() -> Router<Orders> {
    Router::new()
        .route("/api/carts", post(open))
        .route("/api/carts/{cart}", get(show))
        .route("/api/carts/{cart}/items/{product}", put(set).delete(remove))
        .route("/api/carts/{cart}/merge", post(merge))
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CartView {
    cart_id: CartId,
    #[serde(skip_serializing_if = "Option::is_none")]
    customer_id: Option<CustomerId>,
    items: Vec<LineView>,
    /// What they cost together; not when they have no sum, as of several currencies, or too high a one.
    #[serde(skip_serializing_if = "Option::is_none")]
    total: Option<Money>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<Timestamp>,
    revision: u64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LineView {
    product_id: ProductId,
    quantity: u32,
    /// Not there when the product is no longer sold.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<Name>,
    #[serde(skip_serializing_if = "Option::is_none")]
    price: Option<Money>,
}

impl From<CartLine> for LineView {
    fn from(CartLine { product_id, quantity, product }: CartLine) -> Self {
        let (name, price) = product.map(|it| (it.name, it.price)).unzip();
        Self { product_id, quantity, name, price }
    }
}

type Tag = [(HeaderName, String); 1];
type Shown = (Tag, Body<CartView>);
type Opened = (StatusCode, [(HeaderName, String); 2], Body<CartView>);

async fn shown(orders: &Orders, cart: Cart) -> Result<Shown, Problem> {
    let view = view(orders, cart).await?;
    Ok(([tag(&view)], Body(view)))
}

/// What a cart shows changes with the catalogue, and when its time is over.
fn tag(view: &CartView) -> (HeaderName, String) {
    etag_beside(view.revision, view)
}

async fn view(orders: &Orders, cart: Cart) -> Result<CartView, Problem> {
    let items: Vec<_> = orders.cart_lines(&cart).await?.into_iter().map(LineView::from).collect();
    let expires_at = cart.expires_at.and_then(|it| Timestamp::from_millisecond(it).ok());
    Ok(CartView {
        cart_id: cart.id,
        customer_id: cart.customer_id,
        total: total(&items),
        expires_at: expires_at.filter(|_| !items.is_empty()),
        items,
        revision: cart.revision,
    })
}

fn total(items: &[LineView]) -> Option<Money> {
    let costs: Option<Vec<_>> = items.iter().map(|it| it.price?.times(it.quantity).ok()).collect();
    let mut costs = costs?.into_iter();
    let first = costs.next()?;
    let sum = costs.try_fold(first, |sum, it| sum.plus(it).ok())?;
    Some(sum).filter(|it| it.amount_minor <= LARGEST_EXACT)
}

async fn open(
    State(orders): State<Orders>,
    Identity(asking): Identity,
    _: NoBody,
) -> Result<Opened, Problem> {
    let cart = orders.open_cart(asking.as_ref()).await?;
    let path = format!("/api/carts/{}", cart.id);
    let view = view(&orders, cart).await?;
    Ok((StatusCode::CREATED, [(header::LOCATION, path), tag(&view)], Body(view)))
}

async fn show(
    State(orders): State<Orders>,
    Identity(asking): Identity,
    Path(cart): Path<CartId>,
) -> Result<Shown, Problem> {
    let cart = orders.cart(cart, asking.as_ref()).await?;
    shown(&orders, cart).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Pieces {
    quantity: u32,
}

async fn set(
    State(orders): State<Orders>,
    Identity(asking): Identity,
    Path((cart, product)): Path<(CartId, ProductId)>,
    if_match: IfMatch,
    Json(Pieces { quantity }): Json<Pieces>,
) -> Result<Shown, Problem> {
    let mut errors = FieldErrors::default();
    let fits = (1..=MOST_PIECES).contains(&quantity);
    errors.require(fits, "#/quantity", format!("must be 1 to {MOST_PIECES}"));
    let quantity = errors.finish(Some(quantity)).map_err(Problem::fields)?;
    let cart = orders.put_into_cart(cart, asking.as_ref(), if_match, (product, quantity)).await?;
    shown(&orders, cart).await
}

async fn remove(
    State(orders): State<Orders>,
    Identity(asking): Identity,
    Path((cart, product)): Path<(CartId, ProductId)>,
    if_match: IfMatch,
) -> Result<Shown, Problem> {
    let cart = orders.put_into_cart(cart, asking.as_ref(), if_match, (product, 0)).await?;
    shown(&orders, cart).await
}

async fn merge(
    State(orders): State<Orders>,
    SignedIn(asking): SignedIn,
    Path(cart): Path<CartId>,
    if_match: IfMatch,
    _: NoBody,
) -> Result<Shown, Problem> {
    let customer = asking.customer_id().ok_or_else(|| {
        let detail = "Only customers have carts.";
        Problem::new(StatusCode::FORBIDDEN, "customers-only", detail)
    })?;
    let cart = orders.merge_cart(cart, customer, if_match).await?;
    shown(&orders, cart).await
}
