use crate::query::NoCursor;
use chassis::{
    class::{Class, Classify},
    problem::FieldError,
};
use std::sync::LazyLock;

static AT_CURSOR: LazyLock<[FieldError; 1]> =
    LazyLock::new(|| [FieldError::new("#/cursor", NoCursor.to_string())]);

/// Why something could not be stored or found.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// There is no such document.
    #[error("there is no {id} among the {collection}")]
    Missing {
        /// Where it was looked for.
        collection: &'static str,
        /// Its name.
        id: String,
    },
    /// Others changed it again and again.
    #[error("it was changed by others meanwhile")]
    Contended,
    /// A unique index has the value already.
    #[error("another one has the same {index}")]
    Duplicate {
        /// The name of the index.
        index: String,
    },
    /// A page was asked for that is none of this list.
    #[error("cursor {NoCursor}")]
    BadCursor,
    /// The database does not answer, or not in time. What was sent may have been written all the same.
    #[error("the database does not answer: {0}")]
    Unavailable(String),
    /// What is stored cannot be read.
    #[error("a stored document cannot be read: {0}")]
    Corrupt(String),
}

impl Classify for Error {
    fn class(&self) -> Class {
        match self {
            Self::Missing { .. } => Class::NotFound,
            Self::Contended | Self::Duplicate { .. } => Class::Conflict,
            Self::BadCursor => Class::Malformed,
            Self::Unavailable(_) => Class::Unavailable,
            Self::Corrupt(_) => Class::Bug,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Missing { .. } => "not-found",
            Self::Contended => "changed-meanwhile",
            Self::Duplicate { .. } => "duplicate",
            Self::BadCursor => "bad-cursor",
            Self::Unavailable(_) => "store-unavailable",
            Self::Corrupt(_) => "store-corrupt",
        }
    }
    fn fields(&self) -> &[FieldError] {
        match self {
            Self::BadCursor => AT_CURSOR.as_slice(),
            Self::Missing { .. }
            | Self::Contended
            | Self::Duplicate { .. }
            | Self::Unavailable(_)
            | Self::Corrupt(_) => &[],
        }
    }
}
