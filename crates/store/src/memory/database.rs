//! A database that outlives the processes that use it.

use super::{Document, Fault, Operation};
use crate::aggregate::Aggregate;
use mongodb::bson;
use std::{
    any::type_name,
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// The documents of a collection by id, in the order in which MongoDB has ids.
pub(super) type Documents = BTreeMap<String, Document>;

/// A collection has a name, and holds one type: several services may share a database here, and what
/// they call the same is not.
type Name = (&'static str, &'static str);

/// Decides on what goes wrong.
type Faults = Box<dyn FnMut(Operation) -> Fault + Send>;

/// A database in memory. Clones are the same one: a process that uses it may be killed, and another
/// one assembled on what it has left.
#[derive(Clone, Default)]
pub struct Database(Arc<Inner>);

#[derive(Default)]
struct Inner {
    collections: Mutex<BTreeMap<Name, Arc<Mutex<Documents>>>>,
    faults: Mutex<Option<Faults>>,
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = lock(&self.0.collections);
        let sizes: BTreeMap<_, _> = all.iter().map(|(name, it)| (name.0, lock(it).len())).collect();
        f.debug_struct("Database").field("collections", &sizes).finish_non_exhaustive()
    }
}

impl Database {
    /// An empty one.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// From now on lets `faults` decide what goes wrong: it is asked once for each operation, in the
    /// order in which they begin. It draws from a generator of its own, so that the same seed gives the
    /// same faults.
    pub fn disturb(&self, faults: impl FnMut(Operation) -> Fault + Send + 'static) {
        *lock(&self.0.faults) = Some(Box::new(faults));
    }

    /// From now on nothing goes wrong any more.
    pub fn calm(&self) {
        *lock(&self.0.faults) = None;
    }

    /// All aggregates of a kind, in the order of ids. What cannot be read is left out.
    pub fn all<A: Aggregate>(&self) -> Vec<A> {
        let documents = self.collection::<A>();
        let values: Vec<_> = lock(&documents).values().map(|it| it.value.clone()).collect();
        values.into_iter().filter_map(|it| bson::deserialize_from_bson(it).ok()).collect()
    }

    /// How many messages wait in all outboxes.
    #[must_use]
    pub fn unsent(&self) -> usize {
        let all = lock(&self.0.collections);
        all.values().map(|it| lock(it).values().map(|it| it.outbox.len()).sum::<usize>()).sum()
    }

    pub(super) fn collection<A: Aggregate>(&self) -> Arc<Mutex<Documents>> {
        lock(&self.0.collections).entry((A::COLLECTION, type_name::<A>())).or_default().clone()
    }

    pub(super) fn fault(&self, operation: Operation) -> Fault {
        lock(&self.0.faults).as_mut().map_or_else(Fault::none, |faults| faults(operation))
    }
}

pub(super) fn lock<T>(it: &Mutex<T>) -> MutexGuard<'_, T> {
    it.lock().unwrap_or_else(PoisonError::into_inner)
}
