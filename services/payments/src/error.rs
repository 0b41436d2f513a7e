use crate::domain::{Refused, word};
use chassis::{
    class::{Class, Classify},
    gateway::Unanswered,
    problem::{FieldError, Misfit},
};
use contracts::{ids::OrderId, payments::PaymentStatus};

/// Why the service did not do as asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Fields of the request are wrong.
    #[error("some fields are wrong")]
    Fields(Vec<FieldError>),
    /// A payment does not change so.
    #[error(transparent)]
    Refused(Refused),
    /// The caller has an older revision in mind.
    #[error("it is at revision {0} by now: read it again")]
    Stale(u64),
    /// An order wants another sum, or another way, than it has wanted before.
    #[error("order {0} wants another payment than the one it has: nothing was charged for it")]
    Changed(OrderId),
    /// An order wants less than nothing.
    #[error("order {0} wants a payment below zero")]
    Negative(OrderId),
    /// The money of an order is to be taken before it was ever wanted.
    #[error("order {0} has no payment yet")]
    Early(OrderId),
    /// The money of an order is to be taken before it is promised.
    #[error("the payment of order {0} is not settled yet")]
    Undecided(OrderId),
    /// There is no such order, or it is not paid so.
    #[error(transparent)]
    Misfit(#[from] Misfit),
    /// Whether there is such an order cannot be found out now.
    #[error(transparent)]
    Orders(#[from] Unanswered),
    /// Nothing was ever wanted for this order.
    #[error("there is no payment for order {0}")]
    NoPayment(OrderId),
    /// The store does not do its part.
    #[error(transparent)]
    Store(#[from] store::Error),
}

impl From<Refused> for Error {
    /// Amounts that have no sum were given so by the caller.
    fn from(refused: Refused) -> Self {
        if let Refused::Money(why) = refused {
            Self::Fields(vec![FieldError::new("#/amount", why.to_string())])
        } else {
            Self::Refused(refused)
        }
    }
}

impl Classify for Error {
    fn class(&self) -> Class {
        match self {
            Self::Fields(_)
            | Self::Misfit(_)
            | Self::Negative(_)
            | Self::Refused(Refused::OtherRefund) => Class::Invalid,
            Self::Refused(_) => Class::Refused,
            Self::Stale(_) => Class::Stale,
            Self::Changed(_) => Class::Bug,
            Self::Early(_) => Class::Conflict,
            Self::Undecided(_) | Self::Orders(_) => Class::Unavailable,
            Self::NoPayment(_) => Class::NotFound,
            Self::Store(error) => error.class(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Fields(_) => "invalid-fields",
            Self::Refused(refused) => code(refused),
            Self::Misfit(misfit) => misfit.code(),
            Self::Orders(_) => "orders-unavailable",
            Self::Stale(_) => "stale-revision",
            Self::Changed(_) => "payment-changed",
            Self::Negative(_) => "payment-negative",
            Self::Early(_) => "payment-not-yet",
            Self::Undecided(_) => "payment-undecided",
            Self::NoPayment(_) => "not-found",
            Self::Store(error) => error.code(),
        }
    }

    fn fields(&self) -> &[FieldError] {
        match self {
            Self::Fields(fields) => fields,
            Self::Misfit(misfit) => misfit.fields(),
            Self::Refused(_)
            | Self::Orders(_)
            | Self::Stale(_)
            | Self::Changed(_)
            | Self::Negative(_)
            | Self::Early(_)
            | Self::Undecided(_)
            | Self::NoPayment(_) => &[],
            Self::Store(error) => error.fields(),
        }
    }

    fn state(&self) -> Option<&'static str> {
        match self {
            Self::Refused(refused) => state(refused).map(word),
            Self::Fields(_)
            | Self::Misfit(_)
            | Self::Orders(_)
            | Self::Stale(_)
            | Self::Changed(_)
            | Self::Negative(_)
            | Self::Early(_)
            | Self::Undecided(_)
            | Self::NoPayment(_)
            | Self::Store(_) => None,
        }
    }
}

const fn state(refused: &Refused) -> Option<PaymentStatus> {
    match refused {
        Refused::Status { action: _, status }
        | Refused::Unwanted { action: _, status }
        | Refused::TooMuch { left: _, status }
        | Refused::OtherTerms(status)
        | Refused::OtherTransaction(status)
        | Refused::TooManyRefunds(status) => Some(*status),
        Refused::Undecided => Some(PaymentStatus::Pending),
        Refused::OtherAmount { .. }
        | Refused::NotPositive
        | Refused::OtherRefund
        | Refused::Money(_) => None,
    }
}

const fn code(refused: &Refused) -> &'static str {
    match refused {
        Refused::Status { .. } | Refused::Undecided => "payment-status",
        Refused::Unwanted { .. } => "payment-unwanted",
        Refused::OtherTerms(_) => "payment-exists",
        Refused::OtherAmount { .. } => "payment-amount",
        Refused::OtherTransaction(_) => "payment-transaction",
        Refused::TooMuch { .. } => "refund-too-much",
        Refused::NotPositive => "refund-not-positive",
        Refused::OtherRefund => "idempotency-key-reused",
        Refused::TooManyRefunds(_) => "refund-too-many",
        Refused::Money(_) => "payment-currency",
    }
}
