//! When the requests of an open loop are due. Customers do not wait for each other: a request is due at
//! its time, whatever has become of those before it, and its latency counts from then. A loop that waits
//! for one answer before it asks again asks less just when answers are slow, and misses what all those
//! would have waited who come then ("coordinated omission").

use std::{
    num::NonZeroU32,
    thread,
    time::{Duration, Instant},
};
use tokio::sync::mpsc::Sender;

/// Requests at a constant rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// How many are due each second.
    pub rate: NonZeroU32,
    /// For how long.
    pub time: Duration,
}

impl Schedule {
    /// How long after the start the request with this number is due, the first one having number 0.
    pub fn due(self, number: u64) -> Duration {
        let rate = u64::from(self.rate.get());
        let nanos = number % rate * 1_000_000_000 / rate;
        Duration::from_secs(number / rate) + Duration::from_nanos(nanos)
    }

    /// All times, in their order.
    pub fn times(self) -> impl Iterator<Item = Duration> {
        (0..).map(move |number| self.due(number)).take_while(move |due| *due < self.time)
    }

    /// Says of each request that it is due, when it is. Sleeps in a thread of its own: the timers of the
    /// runtime are exact to a millisecond, which is more than some of the answers take.
    pub(crate) fn tell(self, start: Instant, listener: &Sender<Duration>) {
        for due in self.times() {
            thread::sleep((start + due).saturating_duration_since(Instant::now()));
            if listener.blocking_send(due).is_err() {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schedule(rate: u32, time: Duration) -> Schedule {
        Schedule { rate: rate.try_into().unwrap(), time }
    }

    #[test]
    fn requests_are_due_evenly_and_never_drift() {
        let three = schedule(3, Duration::from_secs(1));
        let nanos: Vec<_> = three.times().map(|it| it.as_nanos()).collect();
        assert_eq!(nanos, [0, 333_333_333, 666_666_666]);
        assert_eq!(three.due(3 * 3_600 * 8_760), Duration::from_hours(8_760));
    }

    #[test]
    fn as_many_are_due_as_rate_and_time_say() {
        for (rate, millis, expected) in [(1, 1, 1), (1000, 10_000, 10_000), (7, 1_000, 7)] {
            let schedule = schedule(rate, Duration::from_millis(millis));
            assert_eq!(schedule.times().count(), expected);
        }
    }
}
