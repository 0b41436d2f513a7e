use crate::parcel::Parcel;
use contracts::topology::{self, RETRY_STEPS};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use tokio::time::Instant;

/// All that the broker holds.
pub(super) struct State {
    pub(super) queues: BTreeMap<String, VecDeque<Parcel>>,
    /// Exchange, key, queue.
    pub(super) bindings: BTreeSet<(String, String, String)>,
    /// What waits in a delay queue, and until when.
    pub(super) delayed: Vec<(Instant, Parcel)>,
    /// How many deliveries are not acknowledged yet.
    pub(super) in_hand: usize,
    pub(super) confirms_to_lose: usize,
}

impl Default for State {
    fn default() -> Self {
        let mut state = Self {
            queues: BTreeMap::new(),
            bindings: BTreeSet::new(),
            delayed: Vec::new(),
            in_hand: 0,
            confirms_to_lose: 0,
        };
        for queue in topology::queues() {
            state.create(&queue);
        }
        state
    }
}

impl State {
    /// Makes a queue, its queue of the dead and its bindings, unless they are there.
    pub(super) fn create(&mut self, queue: &topology::Queue) {
        self.queues.entry(queue.name.to_owned()).or_default();
        self.queues.entry(queue.dead()).or_default();
        let names = queue.bindings.iter().map(|it| (it.exchange.name(), it.key));
        let names = names.map(|(a, b)| (a.to_owned(), b.to_owned(), queue.name.to_owned()));
        self.bindings.extend(names);
    }

    /// Puts a message where it belongs; says whether there was such a place.
    pub(super) fn route(&mut self, parcel: Parcel) -> bool {
        if let Some(step) = RETRY_STEPS.iter().find(|it| it.name == parcel.exchange) {
            self.delayed.push((Instant::now() + step.delay, parcel));
            return true;
        }
        let queues: Vec<_> = if parcel.exchange.is_empty() {
            vec![parcel.key.clone()]
        } else {
            let bound = self.bindings.iter();
            let bound = bound.filter(|it| it.0 == parcel.exchange && it.1 == parcel.key);
            bound.map(|it| it.2.clone()).collect()
        };
        let mut routed = false;
        for name in queues {
            if let Some(queue) = self.queues.get_mut(&name) {
                queue.push_back(parcel.clone());
                routed = true;
            }
        }
        routed
    }

    /// Brings back what has waited long enough.
    pub(super) fn wake(&mut self, now: Instant) {
        let (due, waiting) = self.delayed.drain(..).partition(|(at, _)| *at <= now);
        self.delayed = waiting;
        for (_, parcel) in due {
            self.route(Parcel { exchange: String::new(), ..parcel });
        }
    }
}
