//! Says what waits in the outboxes of a store.
//!
//! Messages come fresh from the store right after they were saved, and from a sweep now and then, which
//! finds whatever was missed. Many are on their way at once; what the broker confirmed is taken out of
//! the outboxes in groups, and nothing else is. What it refused stays there for a later sweep, and what
//! was lost on the way is sent again.

mod known;
mod sending;
mod settling;
mod sweeping;

use crate::{
    metrics::OUTBOX,
    publisher::{Outcome, Publisher},
};
use chassis::clock::SharedClock;
use jiff::{SignedDuration, Timestamp};
use known::{Known, Resting};
use sending::{Answered, Sending};
use settling::{Settled, Settling};
use std::{sync::Arc, time::Duration};
use store::{Outbox, Unsent};
use sweeping::{Sweeping, Swept};
use tokio::{
    sync::mpsc,
    time::{MissedTickBehavior, interval, timeout},
};
use tokio_util::sync::CancellationToken;

/// How many messages are unsettled at once.
const ROOM: usize = 1_024;
/// How often the outboxes are swept.
const SWEEP: Duration = Duration::from_secs(1);
/// From which age on a message is swept; younger ones are on their way.
const OLD: SignedDuration = SignedDuration::from_secs(3);
/// How long the last messages may take when the process stops.
const FAREWELL: Duration = Duration::from_secs(5);

/// Says what waits in the outboxes.
pub(crate) struct Relay {
    clock: SharedClock,
    known: Known,
    resting: Resting,
    sending: Sending,
    settling: Settling,
    sweeping: Sweeping,
}

impl Relay {
    pub(crate) fn new(
        publisher: Publisher,
        outboxes: Vec<Arc<dyn Outbox>>,
        service: &'static str,
        clock: SharedClock,
    ) -> Self {
        Self {
            clock,
            known: Known::default(),
            resting: Resting::default(),
            sending: Sending::new(publisher, service),
            settling: Settling::new(outboxes.clone()),
            sweeping: Sweeping::new(outboxes),
        }
    }

    /// Relays until told to stop, and then what is left.
    pub(crate) async fn run(mut self, mut fresh: mpsc::Receiver<Unsent>, stop: CancellationToken) {
        let mut ticks = interval(SWEEP);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut arrived = Vec::new();
        let mut is_open = true;
        loop {
            let room = self.room();
            // In an order, so that a run with time held still is the same each time. None starves
            // another: a tick is due once a second, answers come to what was taken in before, and what
            // is fresh waits only while there are answers.
            tokio::select! {
                biased;
                () = stop.cancelled() => break,
                _now = ticks.tick() => self.sweep(),
                () = self.step() => {}
                count = fresh.recv_many(&mut arrived, room), if is_open && room > 0 => {
                    is_open = count > 0;
                    arrived.drain(..).for_each(|it| { self.take(it); });
                }
            }
        }
        self.farewell(fresh).await;
    }

    /// Says what is left, whatever its age, as long as there is time. The rest is found by the sweep
    /// of whoever relays next.
    async fn farewell(&mut self, mut fresh: mpsc::Receiver<Unsent>) {
        while let Ok(unsent) = fresh.try_recv() {
            self.take(unsent);
        }
        if timeout(FAREWELL, self.last_words()).await.is_err() {
            tracing::warn!(
                left = self.unsettled(),
                "not all messages left; they wait for the next"
            );
        }
    }

    async fn last_words(&mut self) {
        loop {
            while self.unsettled() > 0 || self.sweeping.is_busy() {
                self.step().await;
            }
            let sent = self.sending.count();
            self.sweeping.start(Timestamp::MAX, self.known.len());
            while self.sweeping.is_busy() {
                self.step().await;
            }
            if self.sending.count() == sent {
                return;
            }
        }
    }

    fn unsettled(&self) -> usize {
        self.sending.len() + self.settling.len()
    }

    fn room(&self) -> usize {
        ROOM.saturating_sub(self.unsettled())
    }

    fn sweep(&mut self) {
        self.known.fade();
        let before = self.clock.now().saturating_sub(OLD).unwrap_or(Timestamp::MIN);
        self.sweeping.start(before, self.known.len());
    }

    /// Waits for one thing to happen, and follows it up. Nothing is lost when the wait is given up.
    async fn step(&mut self) {
        if self.sweeping.wants_more() && self.unsettled() < ROOM / 4 {
            self.sweep();
        }
        // Sending comes last: it may have something to tell each time, while a group that is settled
        // and a sweep that is through are followed by the next only after something was sent.
        tokio::select! {
            biased;
            settled = self.settling.next() => self.settled(settled),
            swept = self.sweeping.next() => self.swept(swept),
            answered = self.sending.next() => self.answered(answered),
        }
    }

    /// Sends a message, unless it is on its way or its kind rests; says whether it was sent.
    fn take(&mut self, unsent: Unsent) -> bool {
        let rests = self.resting.rests(&unsent.envelope.key);
        let takes = !rests && self.known.note(unsent.envelope.id);
        if takes {
            self.sending.push(unsent);
        }
        takes
    }

    fn answered(&mut self, answered: Vec<Answered>) {
        for Answered { place, unsent, outcome } in answered {
            let key = unsent.envelope.key.clone();
            OUTBOX.with_label_values(&[key.as_str(), label(outcome)]).inc();
            match outcome {
                Outcome::Confirmed => {
                    self.resting.taken(&key);
                    self.settling.push(unsent);
                }
                Outcome::Lost => self.sending.again(place, unsent),
                Outcome::Returned | Outcome::Nacked => {
                    self.known.forget(unsent.envelope.id);
                    if self.resting.refused(&key) {
                        let document = unsent.document;
                        tracing::warn!(key, document, ?outcome, "refused, and kept for later");
                    }
                }
            }
        }
    }

    fn settled(&mut self, settled: Settled) {
        for id in settled {
            self.known.settled(id);
        }
    }

    /// Sends what a sweep has found, as far as there is room.
    fn swept(&mut self, swept: Swept) {
        self.sweeping.observe(&swept, self.clock.now());
        let (mut sent, mut left) = (0, 0);
        for unsent in swept.messages {
            if self.room() > 0 && self.take(unsent) {
                sent += 1;
            } else {
                left += 1;
            }
        }
        self.sweeping.found(sent, left);
    }
}

const fn label(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Confirmed => "published",
        Outcome::Returned => "returned",
        Outcome::Nacked => "nacked",
        Outcome::Lost => "lost",
    }
}
