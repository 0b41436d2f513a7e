//! How many requests a service works on at once, and how long it takes for one.

use contracts::gateway_settings::Concurrency;
use resilience::concurrency::{AdaptiveLimit, Bounds, Ended};
use std::time::{Duration, Instant};

/// What is known of a service's pace.
#[derive(Debug)]
pub(super) struct Pace {
    limit: Limit,
    /// How many seats have been given out, free or taken.
    seats: u32,
    /// How long a turn takes lately; nothing as long as none has ended.
    turn: Duration,
}

#[derive(Debug)]
enum Limit {
    Fixed(u32),
    Adaptive(AdaptiveLimit),
}

/// How much one turn counts for what is known of them.
const PART: u32 = 16;

impl Pace {
    pub(super) fn new(settings: Concurrency) -> Self {
        let Concurrency { limit, min, max, .. } = settings;
        let limit = if settings.adaptive {
            Limit::Adaptive(AdaptiveLimit::new(Bounds { first: limit, least: min, most: max }))
        } else {
            Limit::Fixed(limit.max(1))
        };
        let mut pace = Self { limit, seats: 0, turn: Duration::ZERO };
        pace.seats = pace.limit();
        pace
    }

    pub(super) fn limit(&self) -> u32 {
        match &self.limit {
            Limit::Fixed(limit) => *limit,
            Limit::Adaptive(limit) => limit.get(),
        }
    }

    pub(super) fn seats(&self) -> u32 {
        self.seats
    }

    /// How long the last of so many who wait will wait, by all that is known.
    pub(super) fn wait_of(&self, waiting: u32) -> Duration {
        self.turn.saturating_mul(waiting) / self.limit().max(1)
    }

    pub(super) fn hear(&mut self, ended: Ended, now: Instant) {
        let before = if self.turn.is_zero() { ended.took } else { self.turn };
        self.turn = before.saturating_sub(before / PART) + ended.took / PART;
        match &mut self.limit {
            Limit::Fixed(_) => {}
            Limit::Adaptive(limit) => {
                limit.hear(ended, now);
            }
        }
    }

    /// How many seats are to be added. Those that are too many go as they become free.
    pub(super) fn seats_to_add(&mut self) -> u32 {
        let more = self.limit().saturating_sub(self.seats);
        self.seats += more;
        more
    }

    /// Whether a seat that becomes free is one too many.
    pub(super) fn takes_seat_away(&mut self) -> bool {
        let too_many = self.seats > self.limit();
        self.seats -= u32::from(too_many);
        too_many
    }
}
