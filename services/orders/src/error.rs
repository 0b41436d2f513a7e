use crate::domain::{CartRefused, Refused};
use chassis::{
    class::{Class, Classify},
    http::IfMatch,
    problem::FieldError,
};
use contracts::{
    ids::{CartId, OrderId, ProductId},
    orders::OrderStatus,
};

/// Why the service did not do as asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Fields of the request are wrong.
    #[error("some fields are wrong")]
    Fields(Vec<FieldError>),
    /// The key was used before, for something else.
    #[error("this Idempotency-Key was used for another request: take a new one")]
    KeyReused,
    /// It has gone too far to be called off.
    #[error(transparent)]
    TooLate(#[from] Refused),
    /// Its steps follow from what payments and shipping say.
    #[error(
        "the order is {}; only `cancelled` can be set by hand, all else follows from payment and shipment",
        .0.word()
    )]
    NotByHand(OrderStatus),
    /// The order belongs to somebody else, who alone is told that it is there.
    #[error("there is no {0} among the orders")]
    NotYours(OrderId),
    /// The cart belongs to somebody else, who alone is told that it is there.
    #[error("there is no {0} among the carts")]
    NoSuchCart(CartId),
    /// Somebody else ordered from the cart at the same moment.
    #[error("cart {0} was ordered from at the same moment: look at what is left in it")]
    CartOrdered(CartId),
    /// The product is not sold here.
    #[error("there is no {0} in the catalogue")]
    NoSuchProduct(ProductId),
    /// Something does not go into a cart.
    #[error(transparent)]
    Cart(#[from] CartRefused),
    /// The caller has an older revision in mind.
    #[error("it is at revision {0} by now: read it again")]
    Stale(u64),
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

    /// Refuses a caller who has another revision in mind than the present one.
    pub(crate) fn unless_stale(condition: &IfMatch, revision: u64) -> Result<(), Self> {
        if condition.allows(revision) { Ok(()) } else { Err(Self::Stale(revision)) }
    }
}

impl Classify for Error {
    fn class(&self) -> Class {
        match self {
            Self::Fields(_) | Self::KeyReused => Class::Invalid,
            Self::TooLate(_) | Self::NotByHand(_) | Self::Cart(_) => Class::Refused,
            Self::NotYours(_) | Self::NoSuchCart(_) | Self::NoSuchProduct(_) => Class::NotFound,
            // An order is durable before it speaks, so this passes at once, or never.
            Self::Early(_) | Self::CartOrdered(_) => Class::Conflict,
            Self::Stale(_) => Class::Stale,
            Self::Catalogue(_) => Class::Unavailable,
            Self::Store(error) => error.class(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Fields(_) => "invalid-fields",
            Self::KeyReused => "idempotency-key-reused",
            Self::TooLate(_) => "order-not-cancellable",
            Self::NotByHand(_) => "order-status-follows",
            Self::NotYours(_) | Self::NoSuchCart(_) | Self::NoSuchProduct(_) => "not-found",
            Self::CartOrdered(_) => "cart-ordered",
            Self::Cart(CartRefused::Full) => "cart-full",
            Self::Cart(CartRefused::TooMany) => "cart-too-many",
            Self::Stale(_) => "stale-revision",
            Self::Catalogue(_) => "catalogue-unavailable",
            Self::Early(_) => "order-not-yet",
            Self::Store(error) => error.code(),
        }
    }

    fn fields(&self) -> &[FieldError] {
        match self {
            Self::Fields(fields) => fields,
            Self::KeyReused
            | Self::TooLate(_)
            | Self::NotByHand(_)
            | Self::NotYours(_)
            | Self::NoSuchCart(_)
            | Self::NoSuchProduct(_)
            | Self::CartOrdered(_)
            | Self::Cart(_)
            | Self::Stale(_)
            | Self::Catalogue(_)
            | Self::Early(_) => &[],
            Self::Store(error) => error.fields(),
        }
    }

    fn state(&self) -> Option<&'static str> {
        match self {
            Self::TooLate(Refused(status)) | Self::NotByHand(status) => Some(status.word()),
            Self::Fields(_)
            | Self::KeyReused
            | Self::NotYours(_)
            | Self::NoSuchCart(_)
            | Self::NoSuchProduct(_)
            | Self::CartOrdered(_)
            | Self::Cart(_)
            | Self::Stale(_)
            | Self::Catalogue(_)
            | Self::Early(_)
            | Self::Store(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chassis::problem::Problem;

    #[test]
    fn a_refusal_tells_the_state_in_the_words_of_the_api() {
        for error in
            [Error::NotByHand(OrderStatus::Shipped), Error::TooLate(Refused(OrderStatus::Shipped))]
        {
            assert!(error.to_string().starts_with("the order is shipped"), "{error}");
            assert_eq!(error.state(), Some("shipped"));
            assert_eq!(Problem::from(error).status(), 409);
        }
    }
}
