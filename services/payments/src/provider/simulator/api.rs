//! The simulator's book, read-only and for inside the cluster: the gateway leads nobody here.

use super::{book::Entry, storage};
use axum::{Router, extract::State, routing::get};
use chassis::{
    http::{Limit, Page, Query},
    problem::Problem,
};
use contracts::ids::OrderId;
use serde::Deserialize;
use store::Repository;

pub(super) fn routes(book: Repository<Entry>) -> Router {
    Router::new().route("/simulator/book", get(list)).with_state(book)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Listing {
    order: Option<OrderId>,
    #[serde(default)]
    limit: Limit<100, 500>,
    cursor: Option<String>,
}

async fn list(
    State(book): State<Repository<Entry>>,
    Query(Listing { order, limit, cursor }): Query<Listing>,
) -> Result<Page<Entry>, Problem> {
    let found = book.page_after(&storage::entries(order), cursor.as_deref(), limit.get()).await?;
    Ok(Page::new(found.items, found.next))
}
