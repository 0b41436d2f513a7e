//! How a consumer gets what is in its queue.

use super::{Memory, state::State};
use crate::{
    consumer::{Fate, Worker},
    parcel::Parcel,
};
use std::{future::pending, mem::take, pin::pin};
use tokio::time::{Instant, sleep_until};

/// A delivery that is not acknowledged yet. Dropping it puts it back, as a lost connection does.
pub(super) struct Taken {
    broker: Memory,
    queue: &'static str,
    parcel: Option<Parcel>,
    /// Whether its acknowledgement will not arrive.
    loses_ack: bool,
}

impl Memory {
    /// The next message of a queue, once there is one.
    pub(super) async fn take(&self, queue: &'static str) -> Taken {
        loop {
            let mut changed = pin!(self.0.changed.notified());
            changed.as_mut().enable();
            let (next, due, is_stirred) = self.with(|it| it.next(queue));
            if is_stirred {
                self.0.changed.notify_waiters();
            }
            if let Some((parcel, loses_ack)) = next {
                let broker = self.clone();
                return Taken { broker, queue, parcel: Some(parcel), loses_ack };
            }
            let due = async {
                match due {
                    Some(at) => sleep_until(at).await,
                    None => pending().await,
                }
            };
            tokio::select! {
                biased;
                () = changed => {}
                () = due => {}
            }
        }
    }
}

impl State {
    /// The next message and whether its acknowledgement will be lost; when the next of those is due that
    /// come later; and whether others have to look again.
    fn next(&mut self, queue: &'static str) -> (Option<(Parcel, bool)>, Option<Instant>, bool) {
        self.wake(Instant::now());
        let next = self.pop(queue);
        self.in_hand += usize::from(next.is_some());
        (next, self.delayed.iter().map(|it| it.until).min(), take(&mut self.is_stirred))
    }
}

impl Taken {
    pub(super) async fn settle(mut self, worker: &Worker) {
        let Some(parcel) = self.parcel.clone() else { return };
        if worker.work(parcel).await == Fate::Ack && !self.loses_ack {
            self.parcel = None;
        }
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        let parcel = self.parcel.take();
        self.broker.with(|it| {
            it.in_hand -= 1;
            if let (Some(parcel), Some(queue)) = (parcel, it.queues.get_mut(self.queue)) {
                queue.push_front(parcel);
            }
        });
        self.broker.0.changed.notify_waiters();
    }
}
