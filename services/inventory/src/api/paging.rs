//! Lists, a page at a time.

use chassis::http::{Limit, Page};
use serde::Deserialize;

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

    pub(super) fn cursor(&self) -> Option<&str> {
        self.cursor.as_deref()
    }
}

/// A page as callers see it.
pub(super) fn page<A, V: From<A>>(found: store::Page<A>) -> Page<V> {
    Page::new(found.items.into_iter().map(V::from).collect(), found.next)
}
