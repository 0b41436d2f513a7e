use crate::metrics::OLDEST;
use futures::{
    FutureExt,
    future::{BoxFuture, join_all},
};
use jiff::Timestamp;
use std::{future::pending, sync::Arc};
use store::{Outbox, Unsent};

/// How many messages a sweep asks for, beside those that are known already.
const LIMIT: usize = 1_000;
/// The most that a sweep asks for.
const LARGEST: usize = 10_000;

/// What a sweep has found.
#[derive(Debug, Default)]
pub(super) struct Swept {
    pub(super) messages: Vec<Unsent>,
    /// The time of the oldest message, by collection.
    oldest: Vec<(&'static str, Option<Timestamp>)>,
    /// Whether there may be more than was asked for.
    is_full: bool,
}

/// Looks into the outboxes, one sweep at a time.
pub(super) struct Sweeping {
    outboxes: Vec<Arc<dyn Outbox>>,
    under_way: Option<BoxFuture<'static, Swept>>,
    /// How many messages of the last sweep could not be sent then. They are the oldest, so the next
    /// one has to look past them.
    left: usize,
    is_full: bool,
    wants_more: bool,
}

impl Sweeping {
    pub(super) fn new(outboxes: Vec<Arc<dyn Outbox>>) -> Self {
        Self { outboxes, under_way: None, left: 0, is_full: false, wants_more: false }
    }

    pub(super) const fn is_busy(&self) -> bool {
        self.under_way.is_some()
    }

    /// Whether the last sweep left messages behind that could be sent at once.
    pub(super) const fn wants_more(&self) -> bool {
        self.wants_more && !self.is_busy()
    }

    /// Looks for messages said before `before`, of which `known` may be on their way. Nothing happens
    /// while another sweep is under way.
    pub(super) fn start(&mut self, before: Timestamp, known: usize) {
        if self.is_busy() {
            return;
        }
        let limit = (LIMIT + known + self.left).min(LARGEST);
        let sweeps = self.outboxes.iter().cloned().map(|it| sweep(it, before, limit));
        let sweeps = join_all(sweeps.collect::<Vec<_>>());
        self.under_way =
            Some(sweeps.map(|all| all.into_iter().fold(Swept::default(), join)).boxed());
    }

    /// Waits until a sweep is through.
    pub(super) async fn next(&mut self) -> Swept {
        let Some(sweep) = &mut self.under_way else { return pending().await };
        let swept = sweep.await;
        self.under_way = None;
        self.is_full = swept.is_full;
        swept
    }

    /// Tells how old the oldest waiting messages are.
    #[expect(clippy::unused_self, reason = "reads as one of the things that sweeping does")]
    pub(super) fn observe(&self, swept: &Swept, now: Timestamp) {
        for (collection, oldest) in &swept.oldest {
            let age = oldest.map_or(0, |it| now.duration_since(it).as_secs().max(0));
            OLDEST.with_label_values(&[*collection]).set(age);
        }
    }

    /// What became of the messages of the last sweep: only one that brought something new is followed
    /// by another at once.
    pub(super) const fn found(&mut self, sent: usize, left: usize) {
        self.left = left;
        self.wants_more = self.is_full && sent > 0;
    }
}

async fn sweep(outbox: Arc<dyn Outbox>, before: Timestamp, limit: usize) -> Swept {
    let collection = outbox.collection();
    match outbox.sweep(before, limit).await {
        Ok(messages) => {
            let oldest = messages.iter().map(|it| it.envelope.time).min();
            let is_full = messages.len() >= limit;
            Swept { messages, oldest: vec![(collection, oldest)], is_full }
        }
        Err(error) => {
            tracing::warn!(collection, %error, "cannot sweep the outbox");
            Swept::default()
        }
    }
}

fn join(mut all: Swept, one: Swept) -> Swept {
    all.messages.extend(one.messages);
    all.oldest.extend(one.oldest);
    all.is_full |= one.is_full;
    all
}
