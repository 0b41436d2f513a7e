//! A broker in this process, for tests and for a first look. It has the exchanges, queues and bindings
//! of `contracts::topology`, the delays, and the queues of the dead.

mod delivery;
pub(crate) mod faults;
mod look;
mod state;

use crate::{
    consumer::Worker, dead_letters::DeadLetter, parcel::Parcel, publisher::Outcome, raw::Raw,
};
use contracts::topology;
use faults::Faults;
pub(crate) use look::Look;
use state::State;
use std::{
    collections::{BTreeMap, VecDeque},
    fmt,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::{sync::Notify, task::JoinSet};
use tokio_util::sync::CancellationToken;

/// How many deliveries a consumer works on at once.
const PREFETCH: usize = 200;

/// A broker in this process. Clones are the same broker.
#[derive(Clone, Default)]
pub struct Memory(Arc<Inner>);

#[derive(Default)]
struct Inner {
    state: Mutex<State>,
    changed: Notify,
}

impl fmt::Debug for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let waiting = self.with(|it| it.queues.iter().map(|(n, q)| (n.clone(), q.len())).collect());
        let waiting: BTreeMap<String, usize> = waiting;
        f.debug_struct("Memory").field("waiting", &waiting).finish()
    }
}

impl Memory {
    /// A broker as the operator sets it up.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Publishes a message as somebody else might, for whom nothing goes wrong; says whether a queue got
    /// it.
    pub fn send(&self, raw: Raw) -> bool {
        let is_heard = self.with(|it| it.route(raw.into()));
        self.0.changed.notify_waiters();
        is_heard
    }

    /// What was set aside from `queue`, oldest first.
    #[must_use]
    pub fn dead_letters(&self, queue: &str) -> Vec<DeadLetter> {
        let dead = topology::dead_queue(queue);
        self.with(|it| {
            let dead = it.queues.get(&dead).into_iter().flatten();
            dead.map(|parcel| DeadLetter::whole(queue, parcel)).collect()
        })
    }

    /// How many messages wait in `queue`.
    #[must_use]
    pub fn waiting(&self, queue: &str) -> usize {
        self.with(|it| it.queues.get(queue).map_or(0, VecDeque::len))
    }

    /// Whether nothing waits to be heard, is delayed, or is being dealt with. The dead rest.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.with(|it| {
            let heard = topology::queues();
            let mut waiting = heard.iter().filter_map(|queue| it.queues.get(queue.name));
            it.in_hand == 0 && it.delayed.is_empty() && waiting.all(VecDeque::is_empty)
        })
    }

    /// Takes a binding away.
    pub fn unbind(&self, queue: &str, key: &str) {
        self.with(|it| it.bindings.retain(|at| at.1 != key || at.2 != queue));
    }

    /// Takes a queue away, with what is in it.
    pub fn delete(&self, queue: &str) {
        self.with(|it| {
            it.queues.remove(queue);
            it.bindings.retain(|at| at.2 != queue);
        });
    }

    /// Makes the queues and bindings again that are missing, as the operator does.
    pub fn repair(&self) {
        self.with(|it| topology::queues().iter().for_each(|queue| it.create(queue)));
    }

    /// The next `count` messages arrive, and whoever sent them does not learn of it.
    pub fn lose_confirms(&self, count: usize) {
        self.with(|it| it.confirms_to_lose = count);
    }

    /// From now on, `faults` decides what goes wrong with what services publish and hear.
    pub fn set_faults(&self, faults: impl Faults) {
        self.with(|it| it.faults = Some(Box::new(faults)));
    }

    /// From now on, nothing goes wrong any more.
    pub fn heal(&self) {
        self.with(|it| {
            it.faults = None;
            it.confirms_to_lose = 0;
        });
    }

    pub(crate) fn publish(&self, parcel: Parcel) -> Outcome {
        let outcome = self.with(|it| it.publish(parcel));
        self.0.changed.notify_waiters();
        outcome
    }

    /// Lets a worker deal with what is in its queue until it is told to stop; then finishes what is in
    /// hand.
    pub(crate) async fn consume(&self, worker: Arc<Worker>, stop: CancellationToken) {
        let mut tasks = JoinSet::new();
        loop {
            tokio::select! {
                biased;
                () = stop.cancelled() => break,
                Some(_done) = tasks.join_next(), if !tasks.is_empty() => {}
                taken = self.take(worker.queue()), if tasks.len() < PREFETCH => {
                    let worker = worker.clone();
                    tasks.spawn(async move { taken.settle(&worker).await });
                }
            }
        }
        while tasks.join_next().await.is_some() {}
    }

    fn with<T>(&self, work: impl FnOnce(&mut State) -> T) -> T {
        work(&mut self.0.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
