use super::FieldError;
use std::fmt;

/// A field that makes sense by itself, and does not fit what is known elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misfit {
    code: &'static str,
    field: [FieldError; 1],
}

impl Misfit {
    /// A misfit with a stable code, where it is, and what to write instead.
    pub fn new(code: &'static str, pointer: &str, detail: impl Into<String>) -> Self {
        Self { code, field: [FieldError::new(pointer, detail)] }
    }

    /// The order that a request names is not there.
    #[must_use]
    pub fn no_such_order() -> Self {
        Self::new("no-such-order", "#/orderId", "must be an order that there is")
    }

    /// What machines branch on.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.code
    }

    /// Where it is.
    #[must_use]
    pub const fn fields(&self) -> &[FieldError] {
        &self.field
    }
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [FieldError { pointer, detail }] = &self.field;
        write!(f, "{pointer} {detail}")
    }
}

impl std::error::Error for Misfit {}
