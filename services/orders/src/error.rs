use chassis::{
    class::{Class, Classify},
    problem::FieldError,
};
use contracts::ids::OrderId;

/// Why the service did not do as asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Fields of the request are wrong.
    #[error("some fields are wrong")]
    Fields(Vec<FieldError>),
    /// The key was used before, for something else.
    #[error("this Idempotency-Key was used for another request: take a new one")]
    KeyReused,
    /// The catalogue cannot be asked.
    #[error("the catalogue does not answer: {0}")]
    Catalogue(String),
    /// An answer came before the order it is about can be seen.
    #[error("order {0} is not known yet")]
    Early(OrderId),
    /// The store does not do its part.
    #[error(transparent)]
    Store(#[from] store::Error),
}

impl Error {
    /// One field is wrong.
    pub(crate) fn field(pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::Fields(vec![FieldError::new(pointer, detail)])
    }
}

impl Classify for Error {
    fn class(&self) -> Class {
        match self {
            Self::Fields(_) | Self::KeyReused => Class::Invalid,
            Self::Catalogue(_) | Self::Early(_) => Class::Unavailable,
            Self::Store(error) => error.class(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Fields(_) => "invalid-fields",
            Self::KeyReused => "idempotency-key-reused",
            Self::Catalogue(_) => "catalogue-unavailable",
            Self::Early(_) => "order-not-yet",
            Self::Store(error) => error.code(),
        }
    }

    fn fields(&self) -> &[FieldError] {
        match self {
            Self::Fields(fields) => fields,
            Self::KeyReused | Self::Catalogue(_) | Self::Early(_) | Self::Store(_) => &[],
        }
    }
}
