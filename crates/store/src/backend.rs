//! What MongoDB and memory each have to do, and no more.

use crate::{
    Error,
    aggregate::{Aggregate, Save, Stored},
    outbox::Outbox,
    query::{Find, Plan},
};
use async_trait::async_trait;
use std::collections::BTreeMap;

/// Why one document of a group was not saved.
#[derive(Clone, Debug)]
pub enum NotSaved {
    /// Its version is no longer the stored one.
    Stale,
    /// It cannot be saved, or nobody knows whether it was.
    Failed(Error),
}

/// Documents by id. One that cannot be read does not keep the others from being changed.
pub type Found<A> = BTreeMap<<A as Aggregate>::Id, Result<Stored<A>, Error>>;

/// A place for aggregates of one kind.
#[async_trait]
pub trait Backend<A: Aggregate>: Outbox {
    /// Makes the collection fit: creates its indexes where they are missing.
    async fn prepare(&self) -> Result<(), Error>;

    /// Those of the ids that there are.
    async fn load(&self, ids: &[A::Id]) -> Result<Found<A>, Error>;

    /// Saves each of a group if its version is still the stored one, durably, in one write. The
    /// answers come in the order of the group.
    async fn save(&self, group: &[Save<A>]) -> Vec<Result<(), NotSaved>>;

    /// What a query finds, in its order; what cannot be read is a gap.
    async fn find(&self, query: &Find) -> Result<Vec<Option<A>>, Error>;

    /// Removes what a query finds: each document that has nothing left to say and has not changed since
    /// it was found. Says how many those were.
    async fn purge(&self, query: &Find) -> Result<usize, Error>;

    /// How it would find that.
    async fn explain(&self, query: &Find) -> Result<Plan, Error>;
}
