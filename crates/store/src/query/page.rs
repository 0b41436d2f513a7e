//! A part of a result, and where the next one begins.

use super::{Cursor, Find};
use crate::aggregate::Aggregate;

/// A part of what a query finds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<A> {
    /// What is on it.
    pub items: Vec<A>,
    /// Where the next one begins; none on the last.
    pub next: Option<Cursor>,
}

impl<A: Aggregate> Page<A> {
    /// Cuts the first `limit` from what was found, of which there is one more when there is a next
    /// page. What cannot be read takes its place and is not shown.
    pub(crate) fn cut(query: &Find, limit: usize, mut found: Vec<Option<A>>) -> Self {
        let has_more = found.len() > limit;
        found.truncate(limit);
        let items: Vec<A> = found.into_iter().flatten().collect();
        let next = items.last().filter(|_| has_more).map(|it| query.cursor_of(it));
        Self { items, next }
    }
}
