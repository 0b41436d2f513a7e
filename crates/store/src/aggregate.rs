//! What can be stored: things with an identity that change as one.

use contracts::{ids::MessageId, message::Envelope};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::{
    collections::VecDeque,
    fmt::{Debug, Display},
};

/// How many causes a document remembers. Redeliveries come within seconds; an aggregate that hears
/// more than this in that time must know its causes by other means (as stock knows reservations).
const SEEN: usize = 64;

/// A thing with an identity that changes as one.
pub trait Aggregate: Clone + Debug + Serialize + DeserializeOwned + Send + Sync + 'static {
    /// What names it.
    type Id: Clone + Ord + Debug + Display + Send + Sync + 'static;
    /// The collection that holds all of its kind.
    const COLLECTION: &'static str;
    /// How it is looked for other than by its id.
    const INDEXES: &'static [Index] = &[];

    /// Its name.
    fn id(&self) -> Self::Id;

    /// Counts a change, if it is another than before: called once with each decision that is saved. For
    /// kinds that do not count by themselves what their readers can see of it.
    fn count_change(&mut self, _before: &Self) {}
}

/// A way to look for aggregates. Documents without its first field are left out of it, so a query that
/// is to use it must ask about that field or be in its order. Behind the fields stands the id by itself,
/// so that results come in the order of a query without being sorted, unless the index is unique: name
/// the fields that must be equal first, then the one that orders or is within a range.
///
/// A field may be a list or lead through one; at most one of an index may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Index {
    /// Its name in the database.
    pub name: &'static str,
    /// The fields, as paths into the aggregate; `_id` is its id and may stand last.
    pub fields: &'static [&'static str],
    /// Whether no two may have the same.
    pub unique: bool,
}

/// An aggregate as it is loaded: with its version and the causes that it has dealt with.
#[derive(Clone, Debug)]
pub struct Stored<A> {
    /// The aggregate.
    pub value: A,
    /// How often it was saved.
    pub version: i64,
    /// The causes dealt with.
    pub seen: Seen,
}

/// What one save writes: only if the version is still the stored one.
#[derive(Clone, Debug)]
pub struct Save<A> {
    /// The aggregate as it shall be.
    pub value: A,
    /// The version that it was loaded with; 0 when it is new.
    pub version: i64,
    /// All causes that it has dealt with.
    pub seen: Seen,
    /// What is to be said because of it.
    pub said: Vec<Envelope>,
}

/// The latest causes dealt with, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Seen(VecDeque<MessageId>);

impl Seen {
    /// Whether a cause was dealt with.
    #[must_use]
    pub fn contains(&self, cause: MessageId) -> bool {
        self.0.contains(&cause)
    }

    /// Remembers a cause.
    pub fn note(&mut self, cause: MessageId) {
        self.0.push_back(cause);
        if self.0.len() > SEEN {
            self.0.pop_front();
        }
    }
}
