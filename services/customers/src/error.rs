use crate::domain::Refused;
use chassis::{
    class::{Class, Classify},
    problem::FieldError,
};

/// Why the service did not do as asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Fields of the request are wrong.
    #[error("some fields are wrong")]
    Fields(Vec<FieldError>),
    /// The customer is not there, or not for whoever asks.
    #[error("there is no such customer")]
    NoSuchCustomer,
    /// Another account has the e-mail.
    #[error("there is an account with this e-mail already")]
    EmailTaken,
    /// No account has this e-mail and this password.
    #[error("there is no account with this e-mail and password")]
    WrongCredentials,
    /// The refresh token was never given out, was used before, or is too old.
    #[error("the refresh token is not good: sign in again")]
    BadRefreshToken,
    /// The password that was to be changed is another.
    #[error("the current password is another")]
    WrongPassword,
    /// The caller has an older revision in mind.
    #[error("it is at revision {0} by now: read it again")]
    Stale(u64),
    /// What is known of the customer does not allow it.
    #[error(transparent)]
    Refused(Refused),
    /// More passwords are to be compared than there is time for.
    #[error("too many passwords are being compared")]
    Busy,
    /// A password could not be hashed.
    #[error("a password cannot be hashed: {0}")]
    Hashing(String),
    /// The store does not do its part.
    #[error(transparent)]
    Store(store::Error),
}

impl From<Refused> for Error {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Gone => Self::NoSuchCustomer,
            Refused::PasswordChanged => Self::WrongCredentials,
            Refused::NoSuchSession => Self::BadRefreshToken,
            Refused::NoSuchAddress
            | Refused::TooManyAddresses
            | Refused::DefaultNeeded
            | Refused::KeptBySecret => Self::Refused(refused),
        }
    }
}

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        match error {
            store::Error::Missing { .. } => Self::NoSuchCustomer,
            // The e-mail is all that must be unique.
            store::Error::Duplicate { .. } => Self::EmailTaken,
            store::Error::Contended
            | store::Error::BadCursor
            | store::Error::Unavailable(_)
            | store::Error::Corrupt(_) => Self::Store(error),
        }
    }
}

impl Classify for Error {
    fn class(&self) -> Class {
        match self {
            Self::Fields(_) => Class::Invalid,
            Self::NoSuchCustomer | Self::Refused(Refused::NoSuchAddress) => Class::NotFound,
            Self::WrongCredentials | Self::BadRefreshToken => Class::Unauthenticated,
            Self::WrongPassword => Class::Forbidden,
            Self::EmailTaken | Self::Refused(_) => Class::Refused,
            Self::Stale(_) => Class::Stale,
            Self::Busy => Class::Unavailable,
            Self::Hashing(_) => Class::Bug,
            Self::Store(error) => error.class(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Fields(_) => "invalid-fields",
            Self::NoSuchCustomer => "customer-not-found",
            Self::EmailTaken => "email-taken",
            Self::WrongCredentials => "wrong-credentials",
            Self::BadRefreshToken => "bad-refresh-token",
            Self::WrongPassword => "wrong-password",
            Self::Stale(_) => "stale-revision",
            Self::Refused(refused) => refused.code(),
            Self::Busy => "busy",
            Self::Hashing(_) => "hashing-failed",
            Self::Store(error) => error.code(),
        }
    }

    fn fields(&self) -> &[FieldError] {
        match self {
            Self::Fields(fields) => fields,
            Self::NoSuchCustomer
            | Self::EmailTaken
            | Self::WrongCredentials
            | Self::BadRefreshToken
            | Self::WrongPassword
            | Self::Stale(_)
            | Self::Refused(_)
            | Self::Busy
            | Self::Hashing(_) => &[],
            Self::Store(error) => error.fields(),
        }
    }
}
