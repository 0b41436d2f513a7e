use chassis::{
    class::{Class, Classify},
    problem::FieldError,
};

/// Why the service did not do as asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The store does not do its part.
    #[error(transparent)]
    Store(#[from] store::Error),
}

impl Classify for Error {
    fn class(&self) -> Class {
        match self {
            Self::Store(error) => error.class(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Store(error) => error.code(),
        }
    }

    fn fields(&self) -> &[FieldError] {
        match self {
            Self::Store(error) => error.fields(),
        }
    }
}
