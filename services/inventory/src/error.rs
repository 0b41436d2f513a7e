use crate::domain::StockRefused;
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
    /// The stock of this product is counted already.
    #[error("the stock of this product is counted already: change it with PUT")]
    Counted,
    /// Stock cannot be changed so.
    #[error(transparent)]
    Refused(#[from] StockRefused),
    /// Somebody else is placing holds for the order.
    #[error("somebody else is reserving for order {0}")]
    Claimed(OrderId),
    /// It took too long to place the holds; they will be placed anew.
    #[error("the lease on the reservation of order {0} has run out")]
    LeaseOver(OrderId),
    /// The outcome of an order is known before its reservation is.
    #[error("order {0} has an outcome but no reservation yet")]
    Early(OrderId),
    /// The order was confirmed although nothing is reserved for it.
    #[error("order {0} was confirmed although its stock is not reserved")]
    NotReserved(OrderId),
    /// The store does not do its part.
    #[error(transparent)]
    Store(#[from] store::Error),
}

impl Classify for Error {
    fn class(&self) -> Class {
        match self {
            Self::Fields(_) => Class::Invalid,
            Self::Counted | Self::Refused(_) => Class::Refused,
            Self::Claimed(_) | Self::LeaseOver(_) | Self::Early(_) => Class::Conflict,
            Self::NotReserved(_) => Class::Bug,
            Self::Store(error) => error.class(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Fields(_) => "invalid-fields",
            Self::Counted => "stock-counted",
            Self::Refused(StockRefused::Promised { .. }) => "stock-promised",
            Self::Refused(StockRefused::TooFew { .. }) => "stock-too-few",
            Self::Refused(StockRefused::TooMany) => "stock-too-many",
            Self::Claimed(_) => "reservation-claimed",
            Self::LeaseOver(_) => "reservation-lease-over",
            Self::Early(_) => "reservation-not-yet",
            Self::NotReserved(_) => "reservation-missing",
            Self::Store(error) => error.code(),
        }
    }

    fn fields(&self) -> &[FieldError] {
        match self {
            Self::Fields(fields) => fields,
            Self::Counted
            | Self::Refused(_)
            | Self::Claimed(_)
            | Self::LeaseOver(_)
            | Self::Early(_)
            | Self::NotReserved(_)
            | Self::Store(_) => &[],
        }
    }
}
