//! Lists, a page at a time.

use axum::http::StatusCode;
use chassis::{
    http::{Page, PageInfo},
    problem::Problem,
};
use serde::Deserialize;
use store::{Cursor, NoCursor};

/// How many a page has, unless it is said otherwise.
const PAGE: usize = 20;
/// How many a page has at most.
const LARGEST_PAGE: usize = 100;

/// Which page is wanted.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Paging {
    limit: Option<usize>,
    /// Where the page before ended.
    cursor: Option<String>,
}

impl Paging {
    pub(super) fn limit(&self) -> usize {
        self.limit.unwrap_or(PAGE).clamp(1, LARGEST_PAGE)
    }

    pub(super) fn after(&self) -> Result<Option<Cursor>, Problem> {
        self.cursor.as_deref().map(str::parse).transpose().map_err(|error: NoCursor| {
            let detail = format!("cursor {error}");
            Problem::new(StatusCode::BAD_REQUEST, "malformed-query", detail)
        })
    }
}

/// A page as callers see it.
pub(super) fn page<A, V: From<A>>(found: store::Page<A>) -> Page<V> {
    let next_cursor = found.next.map(|it| it.to_string());
    Page {
        data: found.items.into_iter().map(V::from).collect(),
        page: PageInfo { has_more: next_cursor.is_some(), next_cursor },
    }
}
