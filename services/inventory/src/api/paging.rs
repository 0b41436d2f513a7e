//! Lists, a page at a time.

use chassis::{
    http::{Limit, Page, PageInfo, malformed_query},
    problem::Problem,
};
use serde::Deserialize;
use store::{Cursor, NoCursor};

/// Which page is wanted.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Paging {
    #[serde(default)]
    limit: Limit,
    /// Where the page before ended.
    cursor: Option<String>,
}

impl Paging {
    pub(super) fn limit(&self) -> usize {
        self.limit.get()
    }

    pub(super) fn after(&self) -> Result<Option<Cursor>, Problem> {
        let cursor = self.cursor.as_deref().map(str::parse).transpose();
        cursor.map_err(|error: NoCursor| malformed_query("cursor", &error.to_string()))
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
