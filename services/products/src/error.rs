use crate::domain::Unchanged;
use chassis::{
    class::{Class, Classify},
    problem::FieldError,
};
use contracts::ids::ProductId;

/// Why the service did not do as asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Fields of the request are wrong.
    #[error("some fields are wrong")]
    Fields(Vec<FieldError>),
    /// There is no such product, or no longer.
    #[error("there is no product {0}")]
    NoProduct(ProductId),
    /// A product does not change.
    #[error(transparent)]
    Unchanged(#[from] Unchanged),
    /// The store does not do its part.
    #[error(transparent)]
    Store(#[from] store::Error),
}

impl Classify for Error {
    fn class(&self) -> Class {
        match self {
            Self::Fields(_) => Class::Invalid,
            Self::NoProduct(_) | Self::Unchanged(Unchanged::Deleted) => Class::NotFound,
            Self::Unchanged(Unchanged::Stale { .. }) => Class::Stale,
            Self::Store(error) => error.class(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Fields(_) => "invalid-fields",
            Self::NoProduct(_) | Self::Unchanged(Unchanged::Deleted) => "not-found",
            Self::Unchanged(Unchanged::Stale { .. }) => "stale-revision",
            Self::Store(error) => error.code(),
        }
    }

    fn fields(&self) -> &[FieldError] {
        match self {
            Self::Fields(fields) => fields,
            Self::NoProduct(_) | Self::Unchanged(_) => &[],
            Self::Store(error) => error.fields(),
        }
    }
}
