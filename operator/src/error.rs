//! Why a reconciliation did not come to its end: one variant for each step, and few categories, so that
//! metrics stay few.

use crate::blueprint::Refused;
use kube::core::error_boundary::InvalidObject;

/// What happened, or why it did not.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a reconciliation did not come to its end.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The stored object is no Shop.
    #[error("the object cannot be read as a Shop: correct it, or delete it")]
    Malformed(#[source] Box<InvalidObject>),
    /// The spec describes no shop that could be built.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// Something could not be read.
    #[error("cannot read {what}")]
    Read {
        /// What it was.
        what: String,
        /// Why.
        source: Box<kube::Error>,
    },
    /// An object could not be written.
    #[error("cannot apply {what}")]
    Apply {
        /// Kind and name.
        what: String,
        /// Why.
        source: Box<kube::Error>,
    },
    /// An object could not be deleted.
    #[error("cannot delete {what}")]
    Delete {
        /// Kind and name.
        what: String,
        /// Why.
        source: Box<kube::Error>,
    },
    /// The status could not be written.
    #[error("cannot write the status")]
    Report {
        /// Why.
        source: Box<kube::Error>,
    },
    /// An object that we made cannot be written as JSON.
    #[error("cannot encode {what}")]
    Encode {
        /// Kind and name.
        what: String,
        /// Why.
        source: serde_json::Error,
    },
    /// A name that we want belongs to somebody else.
    #[error(
        "{what} exists and is not this Shop's, so it is left alone: delete it, or give the Shop another name"
    )]
    NameTaken {
        /// Kind and name.
        what: String,
    },
    /// An object of a Shop that was deleted has not gone yet.
    #[error("{what} of a deleted Shop of the same name has not gone yet")]
    Leftover {
        /// Kind and name.
        what: String,
    },
}

impl Error {
    /// A word for metrics and for the reason of a condition.
    pub const fn category(&self) -> &'static str {
        match self {
            Self::Malformed(_) => "Malformed",
            Self::Refused(_) => "SpecInvalid",
            Self::Read { .. } => "ReadFailed",
            Self::Apply { .. } => "ApplyFailed",
            Self::Delete { .. } => "DeleteFailed",
            Self::Report { .. } => "ReportFailed",
            Self::Encode { .. } => "EncodeFailed",
            Self::NameTaken { .. } => "NameTaken",
            Self::Leftover { .. } => "WaitingForDeletion",
        }
    }

    /// Whether it stays as it is until a person does something.
    pub const fn needs_a_person(&self) -> bool {
        matches!(self, Self::Malformed(_) | Self::Refused(_) | Self::NameTaken { .. })
    }
}
