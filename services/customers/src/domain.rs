//! What a customer is. Synchronous; knows no database and no broker.

mod address_book;
mod customer;
mod edit;
mod password;
mod phone;
mod session;
mod staff;

pub use address_book::{AddressBook, AddressChange, MOST_ADDRESSES, SavedAddress};
pub use customer::{Customer, Person, PersonChange, Registration, State};
pub use edit::Edit;
pub use password::{BadPassword, Password, PasswordHash};
pub use phone::{BadPhone, Phone};
pub use session::{NotAToken, RefreshToken, Session, Sessions};
pub use staff::FirstStaff;

/// Why a customer does not change so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// They have left.
    #[error("the customer has left")]
    Gone,
    /// The password that was compared is no longer theirs.
    #[error("the password has been changed meanwhile")]
    PasswordChanged,
    /// There is no such session, or no longer.
    #[error("there is no such session")]
    NoSuchSession,
    /// There is no address of this id.
    #[error("there is no such address")]
    NoSuchAddress,
    /// There are as many addresses as may be.
    #[error("there are {MOST_ADDRESSES} addresses already: remove one first")]
    TooManyAddresses,
    /// One address must be the default.
    #[error("one address is always the default: make another the default instead")]
    DefaultNeeded,
    /// Whoever installed the shop keeps this account.
    #[error("this account is kept by the shop's staff secret: change it there")]
    KeptBySecret,
}

impl Refused {
    /// A stable name of it.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Gone => "customer-not-found",
            Self::PasswordChanged => "password-changed",
            Self::NoSuchSession => "no-such-session",
            Self::NoSuchAddress => "address-not-found",
            Self::TooManyAddresses => "too-many-addresses",
            Self::DefaultNeeded => "default-address-needed",
            Self::KeptBySecret => "kept-by-secret",
        }
    }
}

#[cfg(test)]
mod tests;
