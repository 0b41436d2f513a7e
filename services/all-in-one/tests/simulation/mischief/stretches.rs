//! What is out of order for a while, as a whole: the broker, the database of a service.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::time::Instant;

/// How long before a broker goes down whoever has something of it in hand does not come to acknowledge
/// that any more: longer than most of that takes.
const ENDING: Duration = Duration::from_millis(200);

/// How the broker is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Broker {
    Up,
    /// It is about to go down: what it does now, others do not learn of. It is back after so long.
    Ending(Duration),
    /// It is down for so long, and keeps what it has.
    Down(Duration),
}

/// What is out of order. Clones are the same.
#[derive(Clone, Default)]
pub(crate) struct Stretches(Arc<Mutex<Inner>>);

#[derive(Default)]
struct Inner {
    /// From when and until when the broker is down.
    broker: Option<(Instant, Instant)>,
    /// Until when the database of a service has no primary.
    databases: BTreeMap<&'static str, Instant>,
}

impl Stretches {
    /// The broker goes down in a moment, and comes back; gives how long that takes.
    pub(crate) fn restart_broker(&self, lasting: Duration) -> Duration {
        let from = Instant::now() + ENDING;
        self.inner().broker = Some((from, from + lasting));
        ENDING + lasting
    }

    /// A database has no primary for so long.
    pub(crate) fn lose_primary(&self, service: &'static str, lasting: Duration) {
        self.inner().databases.insert(service, Instant::now() + lasting);
    }

    pub(super) fn has_no_primary(&self, service: &str) -> bool {
        self.inner().databases.get(service).is_some_and(|until| Instant::now() < *until)
    }

    pub(super) fn broker(&self) -> Broker {
        let (now, broker) = (Instant::now(), self.inner().broker);
        match broker.filter(|(_, until)| now < *until) {
            None => Broker::Up,
            Some((from, until)) if now < from => Broker::Ending(until - now),
            Some((_, until)) => Broker::Down(until - now),
        }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
