//! Group commit. What arrives while a write is under way leaves together as the next one: one read of
//! all documents it is about, the decisions one after the other in memory, one write. A document that
//! many want to change at once is thereby read and written once for all of them.
//!
//! Answers are given after the write: even a refusal may rest on a change that is not durable yet.

mod round;

use crate::{
    Error,
    aggregate::{Aggregate, Save, Stored},
    backend::{Backend, Found, NotSaved},
    outbox::Unsent,
    repository::closing,
};
use chassis::metrics;
use prometheus::HistogramVec;
use round::{Decided, Round};
use std::{
    hash::{DefaultHasher, Hash, Hasher},
    mem::take,
    sync::{Arc, LazyLock},
    time::Duration,
};
use tokio::{
    sync::mpsc,
    time::{Instant, sleep},
};
use tokio_util::sync::CancellationToken;

/// How many decisions one write carries at most.
const GROUP: usize = 256;
/// How many decisions wait for a writer at most; more are held back at the door.
const QUEUE: usize = 1_024;
/// How many writes are under way at once. Each document always has the same writer, so that within a
/// process nobody is ever overtaken.
const WRITERS: usize = 4;
/// How often a group is tried again when others were faster.
const TRIES: usize = 64;
/// How long a writer waits for a database that does not answer before it tries once more.
const PAUSE: Duration = Duration::from_millis(250);
/// How long a group may take before those who wait are told that the database does not answer.
const PATIENCE: Duration = Duration::from_secs(8);

static GROUPS: LazyLock<HistogramVec> = LazyLock::new(|| {
    metrics::histogram(
        "shop_store_write_duration_seconds",
        "How long writing a group of decisions took.",
        &["collection"],
    )
});

/// A decision on its way to be durable.
pub(crate) trait Edit<A: Aggregate>: Send {
    /// Whether the document is expected not to be there.
    fn is_fresh(&self) -> bool;
    /// Decides on the document as it is, changes it in place, and says what is to be saved. It keeps
    /// the answer to itself; deciding once more replaces it.
    fn decide(&mut self, current: &mut Option<Stored<A>>) -> Option<Save<A>>;
    /// Gives the answer: what it rests on is durable.
    fn conclude(self: Box<Self>);
    /// Tells that it could not be made durable.
    fn fail(self: Box<Self>, error: Error);
}

type Job<A> = (<A as Aggregate>::Id, Box<dyn Edit<A>>);

/// The way to the writers of one collection.
pub(crate) struct Shards<A: Aggregate>(Arc<[mpsc::Sender<Job<A>>]>);

impl<A: Aggregate> Clone for Shards<A> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<A: Aggregate> Shards<A> {
    /// Hands a decision to the writer of its document.
    pub(crate) async fn send(&self, id: A::Id, edit: Box<dyn Edit<A>>) -> Result<(), Error> {
        let mut hasher = DefaultHasher::new();
        id.to_string().hash(&mut hasher);
        let shard = usize::try_from(hasher.finish() % WRITERS as u64).unwrap_or(0);
        self.0[shard].send((id, edit)).await.map_err(|_closed| closing())
    }
}

/// The way to the writers of a collection, and the writers, which are to be run.
pub(crate) fn writers<A: Aggregate>(
    backend: &Arc<dyn Backend<A>>,
    fresh: &mpsc::Sender<Unsent>,
) -> (Shards<A>, Vec<Writer<A>>) {
    let (ways, writers): (Vec<_>, Vec<_>) = (0..WRITERS)
        .map(|_| {
            let (way, jobs) = mpsc::channel(QUEUE);
            (way, Writer { backend: backend.clone(), jobs, fresh: fresh.clone() })
        })
        .unzip();
    (Shards(ways.into()), writers)
}

/// Writes what is decided on some of the documents of a collection.
pub(crate) struct Writer<A: Aggregate> {
    backend: Arc<dyn Backend<A>>,
    jobs: mpsc::Receiver<Job<A>>,
    fresh: mpsc::Sender<Unsent>,
}

impl<A: Aggregate> Writer<A> {
    /// Writes until it is told to stop and nothing waits any more.
    pub(crate) async fn run(mut self, stop: CancellationToken) {
        let mut group = Vec::with_capacity(GROUP);
        loop {
            tokio::select! {
                biased;
                received = self.jobs.recv_many(&mut group, GROUP) => if received == 0 { return },
                () = stop.cancelled(), if !self.jobs.is_closed() => {
                    self.jobs.close();
                    continue;
                }
            }
            self.commit(take(&mut group)).await;
        }
    }

    /// Brings a group to its answers.
    async fn commit(&self, group: Vec<Job<A>>) {
        let start = Instant::now();
        let mut round = Round::of(group);
        for _ in 0..TRIES {
            round = self.attempt(round).await;
            if round.edits.is_empty() {
                break;
            }
            if let Some(error) = &round.obstacle {
                if start.elapsed() > PATIENCE {
                    break;
                }
                tracing::warn!(collection = A::COLLECTION, %error, "write failed, trying again");
                sleep(PAUSE).await;
            }
        }
        round.give_up();
        GROUPS.with_label_values(&[A::COLLECTION]).observe(start.elapsed().as_secs_f64());
    }

    /// Loads, decides and saves once; gives what has to be tried again.
    async fn attempt(&self, round: Round<A>) -> Round<A> {
        let wanted = round.to_load();
        let loaded =
            if wanted.is_empty() { Ok(Found::new()) } else { self.backend.load(&wanted).await };
        match loaded {
            Ok(loaded) => self.save(round.decide(loaded)).await,
            Err(error) => round.hindered_by(error),
        }
    }

    async fn save(&self, decided: Vec<Decided<A>>) -> Round<A> {
        let (unchanged, changed): (Vec<_>, Vec<_>) =
            decided.into_iter().partition(|it| it.save.is_none());
        unchanged.into_iter().for_each(Decided::conclude);
        let saves: Vec<_> = changed.iter().filter_map(|it| it.save.clone()).collect();
        let answers = if saves.is_empty() { Vec::new() } else { self.backend.save(&saves).await };
        let mut again = Round::default();
        for ((decided, save), answer) in changed.into_iter().zip(saves).zip(answers) {
            match answer {
                Ok(()) => {
                    self.announce(&decided.id, save);
                    decided.conclude();
                }
                Err(NotSaved::Stale) => again.retry(decided),
                Err(NotSaved::Failed(error @ Error::Unavailable(_))) => {
                    again.obstacle = Some(error);
                    again.retry(decided);
                }
                Err(NotSaved::Failed(error)) => decided.fail(&error),
            }
        }
        again
    }

    /// Wakes the relay. When it is too busy to listen, it will find the messages by itself.
    fn announce(&self, id: &A::Id, save: Save<A>) {
        for envelope in save.said {
            let unsent = Unsent { collection: A::COLLECTION, document: id.to_string(), envelope };
            let _full = self.fresh.try_send(unsent);
        }
    }
}
