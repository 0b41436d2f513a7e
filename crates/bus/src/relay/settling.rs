use contracts::ids::MessageId;
use futures::{
    FutureExt,
    future::{BoxFuture, join_all},
};
use std::{collections::BTreeMap, future::pending, mem::take, sync::Arc, time::Duration};
use store::{Outbox, Unsent};
use tokio::time::{Instant, sleep_until};

/// How many confirmed messages are settled without waiting for more.
const GROUP: usize = 100;
/// How long a confirmed message waits for others to be settled with.
const GATHER: Duration = Duration::from_millis(2);
/// How long to wait before a group is settled again that could not be.
const PAUSE: Duration = Duration::from_secs(1);

/// Messages that are out of their outboxes.
pub(super) type Settled = Vec<MessageId>;

/// Takes confirmed messages out of their outboxes, in groups, one group after the other: what is
/// confirmed while one is being settled makes the next.
pub(super) struct Settling {
    outboxes: Vec<Arc<dyn Outbox>>,
    confirmed: Vec<Unsent>,
    due: Instant,
    under_way: Option<BoxFuture<'static, Vec<Group>>>,
    under_way_count: usize,
}

/// Confirmed messages of one collection, and whether they are out of their outbox.
struct Group {
    messages: Vec<Unsent>,
    is_settled: bool,
}

impl Settling {
    pub(super) fn new(outboxes: Vec<Arc<dyn Outbox>>) -> Self {
        Self {
            outboxes,
            confirmed: Vec::new(),
            due: Instant::now(),
            under_way: None,
            under_way_count: 0,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.confirmed.len() + self.under_way_count
    }

    pub(super) fn push(&mut self, confirmed: Unsent) {
        let now = Instant::now();
        if self.confirmed.is_empty() {
            self.due = now + GATHER;
        }
        self.confirmed.push(confirmed);
        if self.confirmed.len() == GROUP {
            self.due = now;
        }
    }

    /// Waits until a group is settled.
    pub(super) async fn next(&mut self) -> Settled {
        loop {
            if let Some(groups) = &mut self.under_way {
                let groups = groups.await;
                self.under_way = None;
                self.under_way_count = 0;
                return self.finish(groups);
            }
            if self.confirmed.is_empty() {
                return pending().await;
            }
            sleep_until(self.due).await;
            self.start();
        }
    }

    fn start(&mut self) {
        let mut by_collection: BTreeMap<&str, Vec<Unsent>> = BTreeMap::new();
        for unsent in take(&mut self.confirmed) {
            self.under_way_count += 1;
            by_collection.entry(unsent.collection).or_default().push(unsent);
        }
        let groups: Vec<_> = by_collection
            .into_iter()
            .map(|(collection, messages)| settle(self.outbox(collection), messages))
            .collect();
        self.under_way = Some(join_all(groups).boxed());
    }

    fn outbox(&self, collection: &str) -> Option<Arc<dyn Outbox>> {
        self.outboxes.iter().find(|it| it.collection() == collection).cloned()
    }

    /// What could not be settled is settled later; that it was confirmed stays true.
    fn finish(&mut self, groups: Vec<Group>) -> Settled {
        let mut settled = Vec::new();
        for Group { messages, is_settled } in groups {
            if is_settled {
                settled.extend(messages.iter().map(|it| it.envelope.id));
            } else {
                self.confirmed.extend(messages);
                self.due = Instant::now() + PAUSE;
            }
        }
        settled
    }
}

async fn settle(outbox: Option<Arc<dyn Outbox>>, messages: Vec<Unsent>) -> Group {
    let Some(outbox) = outbox else {
        tracing::error!("a message comes from a collection without an outbox");
        return Group { messages, is_settled: true };
    };
    let settled = outbox.settle(&messages).await;
    if let Err(error) = &settled {
        tracing::warn!(collection = outbox.collection(), %error, "cannot settle, trying again");
    }
    Group { messages, is_settled: settled.is_ok() }
}
