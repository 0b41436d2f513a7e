//! A look at the messages of a queue. What was taken out and not removed goes back to its place.

use super::Memory;
use crate::{dead_letters::Found, parcel::Parcel};
use std::collections::{BTreeMap, VecDeque};

/// A look into a queue.
pub(crate) struct Look {
    broker: Memory,
    queue: String,
    held: BTreeMap<u64, Parcel>,
    count: u64,
}

impl Memory {
    /// Begins to look at the messages of a queue.
    pub(crate) fn look(&self, queue: String) -> Look {
        Look { broker: self.clone(), queue, held: BTreeMap::new(), count: 0 }
    }
}

impl Look {
    pub(crate) fn next(&mut self) -> Option<Found> {
        let (parcel, left) = self.broker.with(|it| {
            let queue = it.queues.get_mut(&self.queue)?;
            queue.pop_front().map(|parcel| (parcel, queue.len()))
        })?;
        self.count += 1;
        self.held.insert(self.count, parcel.clone());
        Some(Found { place: self.count, parcel, left })
    }

    pub(crate) fn remove(&mut self, place: u64) {
        self.held.remove(&place);
    }
}

impl Drop for Look {
    fn drop(&mut self) {
        let held = std::mem::take(&mut self.held);
        self.broker.with(|it| {
            let queue: Option<&mut VecDeque<_>> = it.queues.get_mut(&self.queue);
            if let Some(queue) = queue {
                held.into_values().rev().for_each(|parcel| queue.push_front(parcel));
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Raw;
    use contracts::{ids::MessageId, topology};

    #[test]
    fn whatever_ends_a_look_puts_all_but_the_removed_back_in_their_places() {
        let (broker, queue) = (Memory::new(), topology::INVENTORY_OUTCOMES);
        let ids = ["a", "b", "c", "d"].map(MessageId::derived);
        for id in ids {
            let key = topology::dead_queue(queue);
            assert!(broker.send(Raw { key, id: Some(id.to_string()), ..Raw::default() }));
        }
        let mut look = broker.look(topology::dead_queue(queue));
        let found = [look.next(), look.next(), look.next()].map(Option::unwrap);
        assert_eq!(found.each_ref().map(|it| it.left), [3, 2, 1]);
        look.remove(found[1].place);
        assert_eq!(broker.dead_letters(queue).len(), 1);
        drop(look);
        let left: Vec<_> = broker.dead_letters(queue).iter().map(|it| it.id).collect();
        assert_eq!(left, [ids[0], ids[2], ids[3]]);
    }
}
