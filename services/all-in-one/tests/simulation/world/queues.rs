//! Queues that are lost, and what leads to them.

use super::World;
use crate::chance::{millis, one_of, percent};
use contracts::topology;
use std::{sync::Arc, time::Duration};
use tokio::time::sleep;

/// Queues that may be deleted with what is in them, since it is said again until it is answered. The
/// first one only where nothing is told to orders that ask for nothing any more.
const DELETABLE: [&str; 5] = [
    topology::ORDERS_EVENTS,
    topology::ORDERS_INVENTORY_UPDATE,
    topology::INVENTORY_OUTCOMES,
    topology::PAYMENTS_WISHES,
    topology::SHIPPING_WISHES,
];

/// What leads to one queue alone: while it does not, whoever says it is told that nobody hears it.
fn alone() -> Vec<(&'static str, &'static str)> {
    let queues = topology::queues();
    let all = queues.iter().flat_map(|queue| queue.bindings.iter().map(|it| (queue.name, it.key)));
    let all: Vec<_> = all.collect();
    let is_alone = |key: &str| all.iter().filter(|it| it.1 == key).count() == 1;
    all.iter().copied().filter(|it| is_alone(it.1)).collect()
}

impl World {
    /// A queue is deleted, at times while nobody hears what is in it; or what leads to it is.
    pub(super) async fn loses_a_queue(self: Arc<Self>, at: u64, is_plain: bool) {
        sleep(Duration::from_millis(at)).await;
        if percent(25) {
            return self.loses_a_binding().await;
        }
        let queue = if is_plain { one_of(&DELETABLE) } else { one_of(&DELETABLE[1..]) };
        let owner = topology::queues().into_iter().find(|it| it.name == queue);
        let owner = owner.map(|it| it.service).filter(|_| percent(70));
        let killed = owner.map_or(0, |it| self.kill_all(it));
        sleep(millis(0, 10_000)).await;
        let lost = self.ground.broker.waiting(queue);
        self.trace.note(format_args!("{queue} is deleted, with {lost} messages"));
        self.tally().count("a queue is deleted");
        self.tally().add("messages are deleted with their queue", lost);
        self.ground.broker.delete(queue);
        sleep(millis(0, 15_000)).await;
        self.repair();
        if let Some(owner) = owner {
            (0..killed).for_each(|_| self.start(owner));
        }
    }

    async fn loses_a_binding(&self) {
        let (queue, key) = one_of(&alone());
        self.trace.note(format_args!("{key} does not lead to {queue} any more"));
        self.tally().count("a binding is lost");
        self.ground.broker.unbind(queue, key);
        sleep(millis(0, 15_000)).await;
        self.repair();
    }

    fn repair(&self) {
        self.trace.note(format_args!("queues are repaired"));
        self.ground.broker.repair();
    }
}
