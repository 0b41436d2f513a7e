//! What may go wrong between a store and its database, made to happen.

use std::time::Duration;

/// Something that is asked of the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Operation {
    /// The collection that it is about.
    pub collection: &'static str,
    /// What is done.
    pub verb: Verb,
}

/// What is done with a collection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// Documents are read by id.
    Load,
    /// A query is answered.
    Find,
    /// A group is saved.
    Save,
    /// What a query finds is removed.
    Purge,
    /// Outboxes are swept.
    Sweep,
    /// Messages are taken out of outboxes.
    Settle,
}

/// What becomes of an operation. A process that is killed during `before` has asked for nothing; one
/// that is killed during `after` does not know that it was done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fault {
    /// How long it takes until it is done.
    pub before: Duration,
    /// How long it takes from then until the answer is there.
    pub after: Duration,
    /// How it ends.
    pub outcome: Outcome,
}

/// How an operation ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Outcome {
    /// It is done.
    #[default]
    Works,
    /// It is not done; the database does not answer.
    Fails,
    /// It is done; the answer is lost, which looks the same.
    AnswerIsLost,
}

impl Fault {
    /// Nothing goes wrong.
    #[must_use]
    pub const fn none() -> Self {
        Self { before: Duration::ZERO, after: Duration::ZERO, outcome: Outcome::Works }
    }

    /// It takes its time.
    #[must_use]
    pub const fn delay(before: Duration) -> Self {
        Self { before, ..Self::none() }
    }

    /// It is not done.
    #[must_use]
    pub const fn fail() -> Self {
        Self { outcome: Outcome::Fails, ..Self::none() }
    }

    /// It is done, and nobody learns of it.
    #[must_use]
    pub const fn lose_answer() -> Self {
        Self { outcome: Outcome::AnswerIsLost, ..Self::none() }
    }
}
