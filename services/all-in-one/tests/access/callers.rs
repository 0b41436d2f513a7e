//! Everybody there is, and what becomes of them.

use chassis::access::Access;

/// Somebody who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Caller {
    /// Somebody who does not say who they are.
    Nobody,
    /// A customer, of whom the thing is not.
    Stranger,
    /// The customer whose thing it is.
    Owner,
    /// Somebody who runs the shop.
    Staff,
    /// Another service.
    Service,
}

/// What becomes of somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Expected {
    /// They get as far as the thing.
    LetIn,
    /// They must say who they are: 401.
    WhoAreYou,
    /// They are told that it is for others: 403.
    NotForYou,
    /// They are not told that there is such a thing: 404.
    NotThere,
}

impl Caller {
    pub(crate) const ALL: [Self; 5] =
        [Self::Nobody, Self::Stranger, Self::Owner, Self::Staff, Self::Service];

    /// What the table promises; the things here are a customer's.
    pub(crate) const fn expects(self, access: Access) -> Expected {
        use Expected::{LetIn, NotForYou, NotThere, WhoAreYou};
        match (access, self) {
            (Access::Open | Access::Public, _)
            | (Access::Holder | Access::Owner, Self::Owner | Self::Staff | Self::Service)
            | (Access::SignedIn, Self::Stranger | Self::Owner | Self::Staff | Self::Service)
            | (Access::Customer, Self::Stranger | Self::Owner)
            | (Access::Staff, Self::Staff)
            | (Access::Inside, Self::Staff | Self::Service) => LetIn,
            (Access::Holder, Self::Nobody | Self::Stranger) | (Access::Owner, Self::Stranger) => {
                NotThere
            }
            (
                Access::Owner
                | Access::SignedIn
                | Access::Customer
                | Access::Staff
                | Access::Inside,
                Self::Nobody,
            ) => WhoAreYou,
            (Access::Customer, Self::Staff | Self::Service)
            | (Access::Staff, Self::Stranger | Self::Owner | Self::Service)
            | (Access::Inside, Self::Stranger | Self::Owner) => NotForYou,
        }
    }
}
