//! How often what has happened: a simulation in which nothing goes wrong proves nothing.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

/// All that goes wrong in some of a hundred runs.
pub(crate) const TROUBLES: [&str; 43] = [
    "a message is delivered twice",
    "a message comes late",
    "an acknowledgement is lost",
    "a message comes again",
    "a message is refused",
    "a message is lost",
    "a confirm is lost",
    "the broker restarts",
    "a message is lost with the broker",
    "a delivery is lost with the broker",
    "a message waits for the broker",
    "a write fails",
    "a write is done and its answer lost",
    "a read fails",
    "the database is slow",
    "a primary is lost",
    "a write fails without a primary",
    "a write is done by a primary that is lost",
    "a process dies",
    "a process dies before it has saved",
    "a process dies after it has saved",
    "a process dies as it speaks",
    "a process dies and its twin lives",
    "a service is restarted",
    "a service has a twin",
    "a service is away",
    "a queue is deleted",
    "messages are deleted with their queue",
    "a binding is lost",
    "a request is lost",
    "an answer is lost",
    "the provider is deaf",
    "the provider is mute",
    "the provider is silent",
    "the provider is slow",
    "the carrier is deaf",
    "the carrier is mute",
    "the carrier is silent",
    "the carrier is slow",
    "the mailer is deaf",
    "the mailer is mute",
    "the mailer is silent",
    "the mailer is down",
];
/// What never happens: a fault hits a process, and nobody knows which one.
pub(crate) const NEVER: &str = "nobody knows which process dies";

/// How often what has happened. Clones count together.
#[derive(Clone, Default)]
pub(crate) struct Tally(Arc<Mutex<BTreeMap<String, usize>>>);

impl Tally {
    /// Something has happened.
    pub(crate) fn count(&self, what: &str) {
        self.add(what, 1);
    }

    /// Something has happened so many times.
    pub(crate) fn add(&self, what: &str, times: usize) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match all.get_mut(what) {
            Some(count) => *count += times,
            None => drop(all.insert(what.to_owned(), times)),
        }
    }

    /// All that has happened elsewhere has happened here too.
    pub(crate) fn take_in(&self, other: &Self) {
        other.all().iter().for_each(|(what, times)| self.add(what, *times));
    }

    /// How often something has happened.
    pub(crate) fn of(&self, what: &str) -> usize {
        self.all().get(what).copied().unwrap_or_default()
    }

    /// How often what has happened.
    pub(crate) fn all(&self) -> BTreeMap<String, usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
