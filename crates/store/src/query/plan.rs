//! How a back end finds what is sought, for tests that no query scans a collection.

use super::Find;
use crate::aggregate::Index;

/// The way in which a back end answers a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Its steps, the last first, as MongoDB names them.
    pub stages: Vec<String>,
    /// The indexes that it uses.
    pub indexes: Vec<String>,
    /// Whether it looks at every document, or at all that an index has, to find those that fit.
    pub scans: bool,
    /// Whether it must have found everything before it can give the first of it in order.
    pub sorts: bool,
}

impl Plan {
    /// What is to be expected of these indexes.
    pub(crate) fn expected(query: &Find, indexes: &[Index]) -> Self {
        if query.is_answered_by(indexes) { Self::by_index() } else { Self::by_scan() }
    }

    /// That of a back end which has the index that it needs.
    #[must_use]
    pub fn by_index() -> Self {
        Self { stages: vec!["IXSCAN".to_owned()], indexes: Vec::new(), scans: false, sorts: false }
    }

    fn by_scan() -> Self {
        Self { stages: vec!["COLLSCAN".to_owned()], indexes: Vec::new(), scans: true, sorts: false }
    }
}
