use super::{DEADLINE, MOST};
use chassis::class::{Class, Classify};
use contracts::ids::MessageId;

/// Why dead letters cannot be looked at or sent again.
#[derive(Debug, thiserror::Error)]
pub enum DeadLetterError {
    /// The queue is not there, or another service's.
    #[error("{queue} is no queue of this service")]
    NoSuchQueue {
        /// What was asked for.
        queue: String,
    },
    /// The letter is not there, or not to be seen.
    #[error("message {id} is not among the first {MOST} dead letters of {queue}")]
    NoSuchLetter {
        /// Where it should be.
        queue: &'static str,
        /// What was asked for.
        id: MessageId,
    },
    /// The broker did not confirm the copy, so the letter stays where it is.
    #[error("the broker did not take the message back: {outcome}")]
    NotTaken {
        /// What became of the copy.
        outcome: &'static str,
    },
    /// The broker took too long.
    #[error("the broker did not answer within {DEADLINE:?}")]
    Silence,
    /// The broker cannot be asked.
    #[error("the broker cannot be asked")]
    Broker(#[from] anyhow::Error),
}

impl Classify for DeadLetterError {
    fn class(&self) -> Class {
        match self {
            Self::NoSuchQueue { .. } | Self::NoSuchLetter { .. } => Class::NotFound,
            Self::NotTaken { .. } | Self::Silence | Self::Broker(_) => Class::Unavailable,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NoSuchQueue { .. } => "no-such-queue",
            Self::NoSuchLetter { .. } => "no-such-dead-letter",
            Self::NotTaken { .. } => "not-taken",
            Self::Silence => "broker-silent",
            Self::Broker(_) => "broker-away",
        }
    }
}
