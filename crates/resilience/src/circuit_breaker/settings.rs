//! When a circuit breaker opens, for how long, and what closes it again.

use std::{num::NonZeroU32, time::Duration};

/// A share in percent, from 1 to 100.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Percent(u8);

impl Percent {
    /// This share, or none where it is no such number. Nothing, as a threshold, would always be reached.
    pub const fn new(percent: u8) -> Option<Self> {
        if matches!(percent, 1..=100) { Some(Self(percent)) } else { None }
    }

    /// The number, from 1 to 100.
    pub const fn get(self) -> u8 {
        self.0
    }

    /// Whether the part is at least this share of the whole.
    pub(super) fn is_reached(self, part: u32, whole: u32) -> bool {
        u64::from(part) * 100 >= u64::from(whole) * u64::from(self.0)
    }
}

/// Which of the calls that were told of are judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Window {
    /// The last so many, however old they are: reacts after the same number of calls at any rate.
    Calls(NonZeroU32),
    /// Those of the last so many slices of time: forgets at the same pace at any rate.
    Time {
        /// How many slices, that of now among them.
        slices: NonZeroU32,
        /// How long each of them is.
        each: Duration,
    },
}

impl Window {
    /// How many calls it takes to judge, when that many are wished for.
    pub(super) fn minimum(self, wished: u32) -> u32 {
        match self {
            Self::Calls(most) => wished.min(most.get()),
            Self::Time { .. } => wished,
        }
    }
}

/// When a circuit breaker opens, for how long, and what closes it again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Which calls are judged.
    pub window: Window,
    /// With fewer calls in the window nothing is judged. Never more than a window of calls holds,
    /// or the breaker could not open at all.
    pub minimum_calls: u32,
    /// From which share of failures on it opens.
    pub failure_rate: Percent,
    /// From which share of slow calls on it opens. A failure can be slow as well, and then counts as both.
    pub slow_rate: Percent,
    /// From which duration on a call is slow; [`Duration::MAX`] where none shall be.
    pub slow_from: Duration,
    /// How long it stays open at first, at least a millisecond. Doubled each time that probes fail.
    pub open_for: Duration,
    /// How long it stays open at most; where that is less than at first, there is no doubling.
    pub open_at_most: Duration,
    /// How many calls are let through to see whether the service is back.
    pub probes: NonZeroU32,
    /// How long probes may take. When all are under way and none has begun for that long, they are
    /// given up and the breaker opens again, lest it wait for ever for one that never tells.
    pub probes_within: Duration,
}

/// For a gateway in front of services of a few pods, which gives them 5 s to answer.
impl Default for Settings {
    fn default() -> Self {
        Self {
            // Short, and by time: a window of calls opens on a hiccup of 50 ms when traffic is dense, and
            // remembers yesterday when it is thin. This one opens 1.5 s after a service has died.
            window: Window::Time { slices: TEN, each: Duration::from_millis(200) },
            // 20 calls in 2 s. A service with fewer does not suffer from calls in vain. resilience4j
            // says 100, for windows that are longer.
            minimum_calls: 20,
            // resilience4j says 50 %, which is also what one dead pod out of two comes to: the breaker
            // would take away the good one too.
            failure_rate: Percent(75),
            // A slow answer is still an answer. Only when nearly nobody gets a quick one, fewer calls
            // help; resilience4j says all.
            slow_rate: Percent(90),
            slow_from: Duration::from_secs(3),
            // A container is started again after about that time. resilience4j says 60 s, too long for a
            // shop that is back after two.
            open_for: Duration::from_secs(2),
            // Probes cost a dead service nothing, and a longer wait costs a live one customers: it is
            // back in use 5 s after it is well, however long it was not.
            open_at_most: Duration::from_secs(4),
            probes: TEN,
            // Twice what a call may take at most, so that only a lost one reaches it.
            probes_within: Duration::from_secs(10),
        }
    }
}

/// So that who is refused always has something to wait for.
const SHORTEST_WAIT: Duration = Duration::from_millis(1);

const TEN: NonZeroU32 = NonZeroU32::MIN.saturating_add(9);

impl Settings {
    /// How long it stays open after it has opened so often in a row.
    pub(super) fn wait(&self, times: u32) -> Duration {
        let first = self.open_for.max(SHORTEST_WAIT);
        let doubled = first.saturating_mul(1 << times.saturating_sub(1).min(31));
        doubled.min(self.open_at_most.max(first))
    }
}
