//! What kind of failure an error is: a closed set that machines branch on, each edge in one place. A
//! service writes its error enum, its `class()` and its `code()`, and nothing else.

use crate::problem::FieldError;
use http::StatusCode;

/// What kind of failure it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// What was asked cannot be understood.
    Malformed,
    /// What was sent makes no sense; sending it again will not help.
    Invalid,
    /// Who is asking is not known.
    Unauthenticated,
    /// Who is asking is known, and may not.
    Forbidden,
    /// There is no such thing.
    NotFound,
    /// It changed meanwhile; trying again may help.
    Conflict,
    /// The business says no.
    Refused,
    /// The caller has named a revision that is no longer the present one.
    Stale,
    /// Something that is needed does not answer; trying again later will help.
    Unavailable,
    /// A mistake of ours.
    Bug,
}

/// What becomes of a message that was delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disposition {
    /// It was dealt with.
    Ack,
    /// It is to be tried again, later.
    Retry,
    /// It is set aside for a person to look at.
    DeadLetter,
}

/// An error that says its class and a stable code.
pub trait Classify: std::error::Error + Send + Sync + 'static {
    /// What kind of failure it is.
    fn class(&self) -> Class;

    /// A stable name of the failure for people and dashboards, such as `order-not-found`.
    fn code(&self) -> &'static str;

    /// The fields that were wrong, where there are such.
    fn fields(&self) -> &[FieldError] {
        &[]
    }

    /// Where the thing stands that does not change as asked, where that is why.
    fn state(&self) -> Option<&'static str> {
        None
    }
}

impl Class {
    /// The face towards HTTP.
    #[must_use]
    pub const fn status(self) -> StatusCode {
        match self {
            Self::Malformed => StatusCode::BAD_REQUEST,
            Self::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Unauthenticated => StatusCode::UNAUTHORIZED,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Conflict | Self::Refused => StatusCode::CONFLICT,
            Self::Stale => StatusCode::PRECONDITION_FAILED,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Bug => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The face towards the broker.
    #[must_use]
    pub const fn disposition(self) -> Disposition {
        match self {
            Self::Conflict | Self::Unavailable => Disposition::Retry,
            Self::Malformed
            | Self::Invalid
            | Self::Unauthenticated
            | Self::Forbidden
            | Self::NotFound
            | Self::Refused
            | Self::Stale
            | Self::Bug => Disposition::DeadLetter,
        }
    }

    /// Whether the caller may read the details; those of our own failures are for the log.
    #[must_use]
    pub const fn tells_detail(self) -> bool {
        match self {
            Self::Malformed
            | Self::Invalid
            | Self::Unauthenticated
            | Self::Forbidden
            | Self::NotFound
            | Self::Conflict
            | Self::Refused
            | Self::Stale => true,
            Self::Unavailable | Self::Bug => false,
        }
    }
}

/// An error with all that caused it, for the log.
#[must_use]
pub fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |it| it.source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}
