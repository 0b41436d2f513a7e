use super::faults::{Delivering, Faults, Passing, Publishing};
use crate::{parcel::Parcel, publisher::Outcome};
use contracts::topology::{self, RETRY_STEPS};
use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    mem::take,
};
use tokio::time::Instant;

/// All that the broker holds.
pub(super) struct State {
    pub(super) queues: BTreeMap<String, VecDeque<Parcel>>,
    /// Exchange, key, queue.
    pub(super) bindings: BTreeSet<(String, String, String)>,
    /// What comes later, in the order in which it was put off.
    pub(super) delayed: Vec<Delayed>,
    /// How many deliveries are not acknowledged yet.
    pub(super) in_hand: usize,
    pub(super) confirms_to_lose: usize,
    pub(super) faults: Option<Box<dyn Faults>>,
    /// Whether a fault has put something where others may have to look for it.
    pub(super) is_stirred: bool,
}

/// A message that comes to its queue later.
pub(super) struct Delayed {
    pub(super) until: Instant,
    queue: String,
    parcel: Parcel,
}

impl Default for State {
    fn default() -> Self {
        let mut state = Self {
            queues: BTreeMap::new(),
            bindings: BTreeSet::new(),
            delayed: Vec::new(),
            in_hand: 0,
            confirms_to_lose: 0,
            faults: None,
            is_stirred: false,
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

    /// Takes a message from a service, unless something goes wrong.
    pub(super) fn publish(&mut self, parcel: Parcel) -> Outcome {
        let passing = Passing::of(&parcel, &parcel.key);
        let fault = self.faults.as_mut().map(|it| it.on_publish(&passing)).unwrap_or_default();
        match fault {
            Publishing::Refuse => return Outcome::Nacked,
            Publishing::LoseMessage => return Outcome::Lost,
            Publishing::LoseConfirm | Publishing::Well => {}
        }
        let must_be_heard = parcel.must_be_heard();
        let is_heard = self.route(parcel);
        let counted = is_heard && self.confirms_to_lose > 0;
        self.confirms_to_lose -= usize::from(counted);
        if counted || fault == Publishing::LoseConfirm {
            Outcome::Lost
        } else if is_heard || !must_be_heard {
            Outcome::Confirmed
        } else {
            Outcome::Returned
        }
    }

    /// Puts a message where it belongs; says whether there was such a place.
    pub(super) fn route(&mut self, parcel: Parcel) -> bool {
        if let Some(step) = RETRY_STEPS.iter().find(|it| it.name == parcel.exchange) {
            let (until, queue) = (Instant::now() + step.delay, parcel.key.clone());
            // The default exchange leads it back.
            let parcel = Parcel { exchange: String::new(), ..parcel };
            self.delayed.push(Delayed { until, queue, parcel });
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

    /// Takes the next message out of a queue, and tells whether its acknowledgement will be lost.
    pub(super) fn pop(&mut self, name: &str) -> Option<(Parcel, bool)> {
        let queue = self.queues.get_mut(name)?;
        while let Some(parcel) = queue.pop_front() {
            let passing = Passing::of(&parcel, name);
            let fault = self.faults.as_mut().map(|it| it.on_delivery(&passing)).unwrap_or_default();
            self.is_stirred |= matches!(fault, Delivering::Twice | Delivering::Later(_));
            match fault {
                Delivering::Well => return Some((parcel, false)),
                Delivering::LoseAck => return Some((parcel, true)),
                Delivering::Twice => {
                    queue.push_back(parcel.clone());
                    return Some((parcel, false));
                }
                Delivering::Later(wait) => {
                    let (until, queue) = (Instant::now() + wait, name.to_owned());
                    self.delayed.push(Delayed { until, queue, parcel });
                }
            }
        }
        None
    }

    /// Brings what has waited long enough, the longest due first.
    pub(super) fn wake(&mut self, now: Instant) {
        let (mut due, waiting): (Vec<_>, _) =
            take(&mut self.delayed).into_iter().partition(|it| it.until <= now);
        self.delayed = waiting;
        due.sort_by_key(|it| it.until);
        for Delayed { queue, parcel, .. } in due {
            if let Some(queue) = self.queues.get_mut(&queue) {
                queue.push_back(parcel);
            }
        }
    }
}
