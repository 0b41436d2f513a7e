//! What came of requests, and what can be said of many of them.

use std::time::Duration;

/// What came of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// What was asked for.
    Good,
    /// The gateway refused it: the circuit breaker is open.
    Open,
    /// The gateway refused it: too many are waiting.
    Busy,
    /// Another answer, with this status.
    Failed(u16),
    /// No whole answer.
    Broken,
}

/// A request and what came of it. Times count from the start of the load.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// When it was due.
    pub due: Duration,
    /// How long after that its answer was there.
    pub took: Duration,
    /// What came of it.
    pub ending: Ending,
}

impl Event {
    /// When its answer was there.
    pub fn ended(&self) -> Duration {
        self.due + self.took
    }

    /// Whether it came to its end within this time.
    fn ended_in(&self, from: Duration, to: Duration) -> bool {
        (from..to).contains(&self.ended())
    }
}

/// How many ended in this way.
pub fn count(events: &[Event], ending: impl Fn(Ending) -> bool) -> u32 {
    let matching = events.iter().filter(|it| ending(it.ending)).count();
    u32::try_from(matching).unwrap_or(u32::MAX)
}

/// How long those took that ended in this way, in ascending order.
pub fn latencies(events: &[Event], ending: impl Fn(Ending) -> bool) -> Vec<Duration> {
    let matching = events.iter().filter(|it| ending(it.ending));
    let mut took: Vec<_> = matching.map(|it| it.took).collect();
    took.sort_unstable();
    took
}

/// The least duration that so many in a thousand do not exceed; exact, of durations in ascending order.
pub fn quantile(sorted: &[Duration], per_mille: usize) -> Option<Duration> {
    let rank = (sorted.len() * per_mille).div_ceil(1_000).max(1);
    sorted.get(rank - 1).copied()
}

/// Good answers per second that came in between.
pub fn goodput(events: &[Event], from: Duration, to: Duration) -> f64 {
    let good = events.iter().filter(|it| it.ending == Ending::Good && it.ended_in(from, to));
    let good = u32::try_from(good.count()).unwrap_or(u32::MAX);
    f64::from(good) / to.saturating_sub(from).as_secs_f64()
}

/// How long after `since` the requests due were answered well again, and stayed so: the end of the last
/// slice in which fewer than 95 % were. None when that holds to the end.
pub fn recovery(events: &[Event], since: Duration, slice: Duration) -> Option<Duration> {
    let end = events.iter().map(|it| it.due).max()?;
    let slices = (0..).map(|n| since + slice * n).take_while(|it| *it + slice <= end);
    let bad = |from: &Duration| !is_well(events, *from, *from + slice);
    let slices: Vec<_> = slices.collect();
    let last = slices.iter().rposition(bad);
    match last {
        None => Some(Duration::ZERO),
        Some(last) if last + 1 == slices.len() => None,
        Some(last) => Some((slices[last] + slice).saturating_sub(since)),
    }
}

/// Whether at least 95 % of the requests that were due in this time were answered well.
fn is_well(events: &[Event], from: Duration, to: Duration) -> bool {
    let due = events.iter().filter(|it| (from..to).contains(&it.due));
    let (mut all, mut good) = (0_u64, 0_u64);
    for event in due {
        all += 1;
        good += u64::from(event.ending == Ending::Good);
    }
    all > 0 && good * 100 >= all * 95
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn millis(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    fn event(due: u64, took: u64, ending: Ending) -> Event {
        Event { due: millis(due), took: millis(took), ending }
    }

    #[test]
    fn quantiles_are_those_of_the_definition() {
        let sorted: Vec<_> = (1..=1_000).map(millis).collect();
        for (per_mille, expected) in [(0, 1), (1, 1), (500, 500), (990, 990), (1_000, 1_000)] {
            assert_eq!(quantile(&sorted, per_mille), Some(millis(expected)));
        }
        assert_eq!(quantile(&sorted[..3], 500), Some(millis(2)));
        assert_eq!(quantile(&sorted[..3], 501), Some(millis(2)));
        assert_eq!(quantile(&sorted[..3], 999), Some(millis(3)));
        assert_eq!(quantile(&[], 500), None);
    }

    #[test]
    fn goodput_counts_what_came_in_the_time_and_not_what_was_asked_in_it() {
        let events = [
            event(0, 900, Ending::Good),
            event(0, 1_000, Ending::Good),
            event(900, 1_100, Ending::Good),
            event(1_500, 1, Ending::Busy),
            event(1_500, 2, Ending::Failed(500)),
        ];
        assert!((goodput(&events, millis(1_000), millis(3_000)) - 1.0).abs() < 1e-9);
        assert_eq!(count(&events, |it| it == Ending::Good), 3);
        assert_eq!(latencies(&events, |it| it != Ending::Good), [millis(1), millis(2)]);
    }

    #[test]
    fn recovery_is_over_when_all_is_well_to_the_end() {
        let ending = |due| match due {
            0..3_000 | 3_500..3_600 => Ending::Open,
            _ => Ending::Good,
        };
        let events: Vec<_> = (0..600).map(|n| event(n * 10, 1, ending(n * 10))).collect();
        assert_eq!(recovery(&events, millis(2_000), millis(500)), Some(millis(2_000)));
        assert_eq!(recovery(&events, millis(4_000), millis(500)), Some(Duration::ZERO));
        assert_eq!(recovery(&events[..300], millis(0), millis(500)), None);
    }

    #[test]
    fn a_slice_without_requests_is_not_well() {
        let events = [event(0, 1, Ending::Good), event(1_100, 1, Ending::Good)];
        assert_eq!(recovery(&events, millis(0), millis(500)), None);
    }
}
