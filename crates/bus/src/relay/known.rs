//! What a relay remembers of messages, so that its sweep neither sends what is on its way nor hurries
//! what the broker just refused.

use crate::backoff::Backoff;
use contracts::ids::MessageId;
use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    time::Duration,
};
use tokio::time::Instant;

/// How long a settled message is remembered: longer than a sweep takes that began before.
const MEMORY: Duration = Duration::from_secs(10);
/// How long a refused kind of message rests at first and at most.
const REST: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(30));

/// The messages that are on their way, or were a moment ago.
#[derive(Debug, Default)]
pub(super) struct Known {
    ids: BTreeSet<MessageId>,
    settled: VecDeque<(Instant, MessageId)>,
}

impl Known {
    /// Notes that a message is on its way; says whether that is new.
    pub(super) fn note(&mut self, id: MessageId) -> bool {
        self.ids.insert(id)
    }

    pub(super) fn len(&self) -> usize {
        self.ids.len()
    }

    /// The message is not on its way any more, and still waits in its outbox.
    pub(super) fn forget(&mut self, id: MessageId) {
        self.ids.remove(&id);
    }

    /// The message is taken out of its outbox; a sweep that is under way may still bring it.
    pub(super) fn settled(&mut self, id: MessageId) {
        self.settled.push_back((Instant::now(), id));
    }

    /// Forgets what was settled long ago.
    pub(super) fn fade(&mut self) {
        while let Some((_, id)) = self.settled.pop_front_if(|(at, _)| at.elapsed() > MEMORY) {
            self.ids.remove(&id);
        }
    }
}

/// The kinds of messages that the broker refuses at the moment. They rest together, since they go the
/// same way.
#[derive(Debug, Default)]
pub(super) struct Resting(BTreeMap<String, (Instant, Backoff)>);

impl Resting {
    /// Whether messages with this key are not to be sent for now.
    pub(super) fn rests(&self, key: &str) -> bool {
        self.0.get(key).is_some_and(|(until, _)| *until > Instant::now())
    }

    /// The broker refused a message. Those that left together are refused together, and count once;
    /// says whether this one counts.
    pub(super) fn refused(&mut self, key: &str) -> bool {
        if self.rests(key) {
            return false;
        }
        let now = Instant::now();
        let rest = self.0.entry(key.to_owned()).or_insert((now, Backoff::new(REST.0, REST.1)));
        rest.0 = now + rest.1.wait();
        true
    }

    /// The broker took one.
    pub(super) fn taken(&mut self, key: &str) {
        self.0.remove(key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_settled_message_is_known_for_a_while() {
        let (mut known, id) = (Known::default(), MessageId::fresh());
        assert!(known.note(id));
        known.settled(id);
        known.fade();
        assert!(!known.note(id));
        tokio::time::advance(MEMORY + Duration::from_secs(1)).await;
        known.fade();
        assert!(known.note(id));
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_refused_rests_longer_each_time() {
        let mut resting = Resting::default();
        let mut rests = Vec::new();
        for _ in 0..7 {
            resting.refused("a");
            resting.refused("a");
            let start = Instant::now();
            while resting.rests("a") {
                tokio::time::advance(Duration::from_millis(100)).await;
            }
            rests.push(start.elapsed());
        }
        assert!(rests[0] <= Duration::from_millis(1_100), "{rests:?}");
        assert!(rests[6] >= Duration::from_secs(14), "{rests:?}");
        resting.refused("a");
        resting.taken("a");
        assert!(!resting.rests("a"));
    }
}
