//! The simulator's book, read-only and for inside the cluster: the gateway leads nobody here.

use super::{book::Entry, storage};
use crate::page::after;
use axum::{Json as Body, Router, extract::State, routing::get};
use chassis::{
    http::{Page, Query},
    problem::Problem,
};
use contracts::ids::OrderId;
use serde::Deserialize;
use store::Repository;

/// How many entries a page has, unless it is said otherwise.
const PAGE: usize = 100;
/// How many entries a page has at most.
const LARGEST_PAGE: usize = 500;

pub(super) fn routes(book: Repository<Entry>) -> Router {
    Router::new().route("/simulator/book", get(list)).with_state(book)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Listing {
    order: Option<OrderId>,
    limit: Option<usize>,
    cursor: Option<String>,
}

async fn list(
    State(book): State<Repository<Entry>>,
    Query(Listing { order, limit, cursor }): Query<Listing>,
) -> Result<Body<Page<Entry>>, Problem> {
    let limit = limit.unwrap_or(PAGE).clamp(1, LARGEST_PAGE);
    let query = storage::entries(order).after_cursor(after(cursor.as_deref())?);
    let found = book.page(&query, limit).await?;
    Ok(Body(Page::new(found.items, found.next)))
}
