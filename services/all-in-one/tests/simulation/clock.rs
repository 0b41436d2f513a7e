//! Time as the runtime has it, which stands still while anybody works.

use chassis::clock::Clock;
use jiff::{SignedDuration, Timestamp};
use std::sync::{Mutex, PoisonError};
use tokio::time::Instant;

/// What it shows when it is made, in seconds: 15 January 2027.
const BEGINNING: i64 = 1_800_000_000;

/// A clock that follows the runtime's. It never shows the same time twice, as no clock that counts
/// nanoseconds does.
#[derive(Debug)]
pub(crate) struct SimClock {
    since: Instant,
    last: Mutex<Timestamp>,
}

impl SimClock {
    pub(crate) fn new() -> Self {
        let beginning = Timestamp::from_second(BEGINNING).unwrap_or(Timestamp::UNIX_EPOCH);
        Self { since: Instant::now(), last: Mutex::new(beginning) }
    }
}

impl Clock for SimClock {
    fn now(&self) -> Timestamp {
        let elapsed = SignedDuration::try_from(self.since.elapsed()).unwrap_or_default();
        let beginning = Timestamp::from_second(BEGINNING).unwrap_or(Timestamp::UNIX_EPOCH);
        let now = beginning.saturating_add(elapsed).unwrap_or(Timestamp::MAX);
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let next = last.saturating_add(SignedDuration::from_nanos(1)).unwrap_or(Timestamp::MAX);
        *last = now.max(next);
        *last
    }
}
