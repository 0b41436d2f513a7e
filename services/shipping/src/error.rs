use crate::domain::{Refused, Shipment, word};
use chassis::{
    class::{Class, Classify},
    gateway::Unanswered,
    problem::{FieldError, Misfit},
};
use contracts::{
    ids::{OrderId, ShipmentId},
    orders::OrderStatus,
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
    /// There is no such order.
    #[error(transparent)]
    Misfit(#[from] Misfit),
    /// The order is not paid for, or will not be carried out.
    #[error("order {order} is {}: it is shipped once its goods are set aside and paid for", status.word())]
    NotReady {
        /// The order.
        order: OrderId,
        /// Where it stands.
        status: OrderStatus,
    },
    /// Whether there is such an order cannot be found out now.
    #[error(transparent)]
    Orders(#[from] Unanswered),
    /// The caller has an older revision in mind.
    #[error("it is at revision {0} by now: read it again")]
    Stale(u64),
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
            Self::Fields(_) | Self::Misfit(_) => Class::Invalid,
            Self::Exists { .. } | Self::NotReady { .. } | Self::Refused(_) => Class::Refused,
            Self::Orders(_) => Class::Unavailable,
            Self::Stale(_) => Class::Stale,
            Self::Store(error) => error.class(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Fields(_) => "invalid-fields",
            Self::Exists { .. } => "shipment-exists",
            Self::Misfit(misfit) => misfit.code(),
            Self::NotReady { .. } => "order-not-ready",
            Self::Orders(_) => "orders-unavailable",
            Self::Stale(_) => "stale-revision",
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
            Self::Misfit(misfit) => misfit.fields(),
            Self::Exists { .. }
            | Self::NotReady { .. }
            | Self::Orders(_)
            | Self::Stale(_)
            | Self::Refused(_) => &[],
            Self::Store(error) => error.fields(),
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
            Self::NotReady { order: _, status } => return Some(status.word()),
            Self::Fields(_)
            | Self::Misfit(_)
            | Self::Stale(_)
            | Self::Orders(_)
            | Self::Store(_) => return None,
        };
        Some(word(status))
    }
}
