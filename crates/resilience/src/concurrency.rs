//! How many calls a service is given at once, found out from how long it takes for them.
//!
//! A service that has enough to do takes longer for each call the more of them there are, and is done with
//! none the sooner. So the limit goes up a little as long as calls take about as long as they do when there
//! are few of them, and down in proportion once they take longer: what Envoy and Netflix call a gradient.
//! Calls that show that it is overloaded, such as those that ran out of time, cut it by a tenth.
//!
//! How long calls take when there are few is measured at the start and again every minute, with as few as there
//! may be, since a service may have become another one meanwhile.
//!
//! All of it is whole numbers, and time is what the caller says.

use std::time::{Duration, Instant};

/// Between what the limit may move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// What it is at first, once it is known how long calls take when there are few.
    pub first: u32,
    /// The lowest it becomes; 0 is as 1.
    pub least: u32,
    /// The highest; below the lowest it is as that.
    pub most: u32,
}

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ended {
    /// How long it took.
    pub took: Duration,
    /// How many were under way, itself among them.
    pub under_way: u32,
    /// Whether it shows that there are too many.
    pub is_overloaded: bool,
}

/// How many calls a service is given at once.
#[derive(Debug)]
pub struct AdaptiveLimit {
    bounds: Bounds,
    limit: u32,
    window: Window,
    /// How long a call takes when there are few, and when that was found out.
    unhurried: Option<(Duration, Instant)>,
    phase: Phase,
}

/// What the present window is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// To see how the limit does.
    Steady,
    /// To let calls end that are too many for the next.
    Settling { before: u32 },
    /// To measure how long calls take when there are few.
    Measuring { before: u32 },
}

/// The calls since the last judgement.
#[derive(Clone, Copy, Debug, Default)]
struct Window {
    began: Option<Instant>,
    calls: u32,
    overloaded: u32,
    took: Duration,
    most_under_way: u32,
}

/// How long a window is at least, and how many calls it has; fewer would be chance.
const WINDOW: Duration = Duration::from_millis(100);
const FEWEST: u32 = 16;
/// How long it is known how long calls take when there are few.
const KNOWN_FOR: Duration = Duration::from_mins(1);
/// What quick calls may differ by for no reason at all.
const NOISE: Duration = Duration::from_millis(1);

impl AdaptiveLimit {
    /// One that has seen no call yet.
    pub fn new(bounds: Bounds) -> Self {
        let least = bounds.least.max(1);
        let bounds = Bounds { least, most: bounds.most.max(least), ..bounds };
        let before = bounds.first.clamp(bounds.least, bounds.most);
        let (window, phase) = (Window::default(), Phase::Measuring { before });
        Self { bounds, limit: bounds.least, window, unhurried: None, phase }
    }

    /// How many calls there may be at once.
    pub fn get(&self) -> u32 {
        self.limit
    }

    /// Hears how a call ended, now, and says how many there may be from here on.
    pub fn hear(&mut self, ended: Ended, now: Instant) -> u32 {
        if self.window.add(ended, now) {
            let window = std::mem::take(&mut self.window);
            let limit = self.judge(&window, now);
            self.limit = limit.clamp(self.bounds.least, self.bounds.most);
        }
        self.limit
    }

    /// The limit after such a window.
    fn judge(&mut self, window: &Window, now: Instant) -> u32 {
        let mean = window.took / window.calls.max(1);
        match self.phase {
            Phase::Settling { before } => {
                self.phase = Phase::Measuring { before };
                self.limit
            }
            Phase::Measuring { before } => {
                self.phase = Phase::Steady;
                self.unhurried = Some((mean, now));
                before
            }
            Phase::Steady => self.judge_steady(window, mean, now),
        }
    }

    fn judge_steady(&mut self, window: &Window, mean: Duration, now: Instant) -> u32 {
        let (known, since) = self.unhurried.unwrap_or((mean, now));
        self.unhurried = Some(if mean < known { (mean, now) } else { (known, since) });
        if window.is_overloaded() {
            return self.limit - self.limit.div_ceil(10);
        }
        if now.saturating_duration_since(since) >= KNOWN_FOR {
            self.phase = Phase::Settling { before: self.limit };
            return self.bounds.least;
        }
        let next = scaled(self.limit, known.min(mean), mean).saturating_add(self.limit.isqrt());
        let is_used = window.most_under_way >= self.limit / 2;
        if next > self.limit && !is_used { self.limit } else { next }
    }
}

/// The part of the limit that suits a service whose calls take `mean` instead of `known`: down to half, as
/// soon as they take one and a half times as long.
fn scaled(limit: u32, known: Duration, mean: Duration) -> u32 {
    let tolerated = (known.saturating_mul(3) / 2).saturating_add(NOISE).as_nanos();
    let part = u128::from(limit) * tolerated / mean.as_nanos().max(1);
    u32::try_from(part).unwrap_or(u32::MAX).clamp(limit / 2, limit)
}

impl Window {
    /// Adds a call, and says whether that is enough.
    fn add(&mut self, ended: Ended, now: Instant) -> bool {
        let began = *self.began.get_or_insert(now);
        self.calls += 1;
        self.overloaded += u32::from(ended.is_overloaded);
        self.took = self.took.saturating_add(ended.took);
        self.most_under_way = self.most_under_way.max(ended.under_way);
        self.calls >= FEWEST && now.saturating_duration_since(began) >= WINDOW
    }

    fn is_overloaded(&self) -> bool {
        u64::from(self.overloaded) * 10 >= u64::from(self.calls)
    }
}

#[cfg(test)]
mod tests;
