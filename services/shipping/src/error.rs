use crate::domain::{Refused, Shipment, word};
use chassis::{
    class::{Class, Classify},
    problem::FieldError,
};
use contracts::{
    ids::{OrderId, ShipmentId},
    shipping::ShipmentStatus,
};
use store::Aggregate;

/// Why the service did not do as asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Fields of the request are wrong.
    #[error("some fields are wrong")]
    Fields(Vec<FieldError>),
    /// The order has a shipment already.
    #[error("order {order} has a shipment already; it is {}", word(*.status))]
    Exists {
        /// The order.
        order: OrderId,
        /// Where its shipment stands.
        status: ShipmentStatus,
    },
    /// The shipment cannot do that from where it stands.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The store does not do its part.
    #[error(transparent)]
    Store(#[from] store::Error),
}

impl Error {
    /// There is none, or none that is for whoever asks to see.
    pub(crate) fn no_shipment(id: ShipmentId) -> Self {
        let collection = <Shipment as Aggregate>::COLLECTION;
        Self::Store(store::Error::Missing { collection, id: id.to_string() })
    }
}

impl Classify for Error {
    fn class(&self) -> Class {
        match self {
            Self::Fields(_) => Class::Invalid,
            Self::Exists { .. } | Self::Refused(_) => Class::Refused,
            Self::Store(error) => error.class(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Fields(_) => "invalid-fields",
            Self::Exists { .. } => "shipment-exists",
            Self::Refused(Refused::Step { .. }) => "shipment-illegal-step",
            Self::Refused(Refused::Handed { .. }) => "shipment-handed-over",
            Self::Refused(Refused::NotUnderway(_)) => "shipment-not-underway",
            Self::Refused(Refused::Full(_)) => "shipment-history-full",
            Self::Store(error) => error.code(),
        }
    }

    fn fields(&self) -> &[FieldError] {
        match self {
            Self::Fields(fields) => fields,
            Self::Exists { .. } | Self::Refused(_) | Self::Store(_) => &[],
        }
    }

    fn state(&self) -> Option<&'static str> {
        let status = match self {
            Self::Exists { order: _, status }
            | Self::Refused(
                Refused::Step { from: status, to: _ }
                | Refused::NotUnderway(status)
                | Refused::Full(status),
            ) => *status,
            Self::Refused(Refused::Handed { .. }) => ShipmentStatus::Shipped,
            Self::Fields(_) | Self::Store(_) => return None,
        };
        Some(word(status))
    }
}
