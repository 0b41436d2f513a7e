//! How many calls there were lately, and how they ended. Knows nothing of what follows from it.

use super::settings::{Settings, Window};
use crate::slices::Slices;
use std::{collections::VecDeque, num::NonZeroU32, time::Instant};

/// How one call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Call {
    pub(super) failed: bool,
    pub(super) slow: bool,
}

/// How many calls ended, and how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) calls: u32,
    pub(super) failed: u32,
    pub(super) slow: u32,
}

impl Tally {
    pub(super) fn plus(self, other: Self) -> Self {
        Self {
            calls: self.calls.saturating_add(other.calls),
            failed: self.failed.saturating_add(other.failed),
            slow: self.slow.saturating_add(other.slow),
        }
    }

    fn minus(self, other: Self) -> Self {
        Self {
            calls: self.calls.saturating_sub(other.calls),
            failed: self.failed.saturating_sub(other.failed),
            slow: self.slow.saturating_sub(other.slow),
        }
    }
}

impl From<Call> for Tally {
    fn from(call: Call) -> Self {
        Self { calls: 1, failed: call.failed.into(), slow: call.slow.into() }
    }
}

/// The calls that are judged.
#[derive(Debug)]
pub(super) enum Recent {
    Calls { most: NonZeroU32, last: VecDeque<Call>, sum: Tally },
    Time(Slices<Tally>),
}

impl Recent {
    /// None yet.
    pub(super) fn none(settings: &Settings) -> Self {
        match settings.window {
            Window::Calls(most) => {
                Self::Calls { most, last: VecDeque::new(), sum: Tally::default() }
            }
            Window::Time { slices, each } => Self::Time(Slices::new(slices, each)),
        }
    }

    /// Adds a call, forgets those that are no longer recent, and says how all others ended.
    pub(super) fn add(&mut self, call: Call, now: Instant) -> Tally {
        match self {
            Self::Calls { most, last, sum } => {
                last.push_back(call);
                *sum = sum.plus(call.into());
                if sum.calls > most.get() {
                    *sum = sum.minus(last.pop_front().map_or_else(Tally::default, Tally::from));
                }
                *sum
            }
            Self::Time(slices) => {
                let slices = slices.at(now);
                if let Some(newest) = slices.back_mut() {
                    *newest = newest.plus(call.into());
                }
                slices.iter().copied().fold(Tally::default(), Tally::plus)
            }
        }
    }
}
