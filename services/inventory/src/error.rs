use crate::domain::{NotNow, StockRefused};
use chassis::{
    class::{Class, Classify},
    gateway::Unanswered,
    problem::FieldError,
};
use contracts::{ids::OrderId, inventory::Shortage};

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
    /// Stock is short, so nothing is reserved.
    #[error("stock is short, so nothing is reserved: {}", shortages(.0))]
    Short(Vec<Shortage>),
    /// A reservation does not go on as asked.
    #[error("the reservation of order {order} does not go on: {why}")]
    NotNow {
        /// Its order.
        order: OrderId,
        /// Why.
        why: NotNow,
    },
    /// It took too long; it will be done anew.
    #[error("the lease on the reservation of order {0} has run out")]
    LeaseOver(OrderId),
    /// The outcome of an order is known before its reservation is.
    #[error("order {0} has an outcome but no reservation yet")]
    Early(OrderId),
    /// An order wants stock under the id of a reservation that was made by hand.
    #[error("order {0} is reserved for by hand")]
    ReservedByHand(OrderId),
    /// Somebody reserves by hand for an order that does so by itself.
    #[error(
        "order {0} reserves what it needs by itself: take another id for a reservation by hand"
    )]
    ReservesItself(OrderId),
    /// Whether there is such an order cannot be found out now.
    #[error(transparent)]
    Orders(#[from] Unanswered),
    /// The store does not do its part.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// How many shortages an error names.
const NAMED: usize = 5;

fn shortages(all: &[Shortage]) -> String {
    let named = all.iter().take(NAMED).map(|it| {
        let Shortage { product_id, requested, available } = it;
        format!("{requested} wanted and {available} available of product {product_id}")
    });
    named.collect::<Vec<_>>().join(", ")
}

impl Error {
    /// For what is decided on the reservation of an order.
    pub(crate) fn about(order: OrderId) -> impl Fn(NotNow) -> Self {
        move |why| Self::NotNow { order, why }
    }

    /// Somebody else is at work on the reservation of an order.
    pub(crate) const fn claimed(order: OrderId) -> Self {
        Self::NotNow { order, why: NotNow::Claimed }
    }
}

impl Classify for Error {
    fn class(&self) -> Class {
        match self {
            Self::Fields(_) | Self::Refused(StockRefused::KeyReused) => Class::Invalid,
            Self::Refused(StockRefused::Stale { .. }) => Class::Stale,
            Self::Counted
            | Self::Refused(_)
            | Self::Short(_)
            | Self::ReservedByHand(_)
            | Self::ReservesItself(_) => Class::Refused,
            Self::Orders(_) => Class::Unavailable,
            Self::LeaseOver(_) | Self::Early(_) => Class::Conflict,
            Self::NotNow { order: _, why } => match why {
                NotNow::Claimed | NotNow::Early => Class::Conflict,
                NotNow::NotReserved => Class::Bug,
                NotNow::OfOrder | NotNow::Is(_) | NotNow::HoldsOther => Class::Refused,
            },
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
            Self::Refused(StockRefused::Stale { .. }) => "stale-revision",
            Self::Refused(StockRefused::KeyReused) => "idempotency-key-reused",
            Self::Refused(StockRefused::Done) => "done-before",
            Self::Short(_) => "stock-short",
            Self::LeaseOver(_) => "reservation-lease-over",
            Self::Early(_) => "reservation-not-yet",
            Self::ReservedByHand(_) => "reservation-by-hand",
            Self::ReservesItself(_) => "order-reserves-itself",
            Self::Orders(_) => "orders-unavailable",
            Self::NotNow { order: _, why } => match why {
                NotNow::Claimed => "reservation-claimed",
                NotNow::Early => "reservation-not-yet",
                NotNow::NotReserved => "reservation-missing",
                NotNow::OfOrder => "reservation-of-order",
                NotNow::Is(_) => "reservation-state",
                NotNow::HoldsOther => "reservation-other",
            },
            Self::Store(error) => error.code(),
        }
    }

    fn fields(&self) -> &[FieldError] {
        match self {
            Self::Fields(fields) => fields,
            Self::Counted
            | Self::Refused(_)
            | Self::Short(_)
            | Self::NotNow { .. }
            | Self::LeaseOver(_)
            | Self::Early(_)
            | Self::ReservedByHand(_)
            | Self::ReservesItself(_)
            | Self::Orders(_) => &[],
            Self::Store(error) => error.fields(),
        }
    }

    fn state(&self) -> Option<&'static str> {
        match self {
            Self::NotNow { order: _, why: NotNow::Is(state) } => Some(state),
            Self::NotNow { .. }
            | Self::Fields(_)
            | Self::Counted
            | Self::Refused(_)
            | Self::Short(_)
            | Self::LeaseOver(_)
            | Self::Early(_)
            | Self::ReservedByHand(_)
            | Self::ReservesItself(_)
            | Self::Orders(_)
            | Self::Store(_) => None,
        }
    }
}
