//! Whether a request that came to nothing is sent once more, and when.
//!
//! | what came | sent again |
//! |---|---|
//! | no connection, so nothing was sent | yes, any method |
//! | the connection broke, or the time was up | if it is repeatable |
//! | 502, 503, 504 | if it is repeatable |
//! | 429 | if it is repeatable and the answer says when |
//! | any other answer | no: it is the answer |
//!
//! Repeatable is what has the same effect done twice as done once (RFC 9110 §9.2.2), and what carries a key
//! by which the service knows it again. In no case is anything sent again of which the body is gone.
//!
//! Times and chance are what the caller says, so every decision can be had again. Whether there may be
//! another attempt for the sake of the service is for the [`Budget`] to say; ask it last, as it is spent
//! by asking.

mod budget;
mod request;

#[cfg(test)]
#[cfg(loom)]
mod interleavings;
#[cfg(test)]
mod model;
#[cfg(test)]
mod tests;

pub use budget::{Budget, Share};
pub use request::{RequestKind, wait_asked_for};

use http::StatusCode;
use std::{num::NonZeroU32, time::Duration};

/// How often, and how far apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// How many attempts there are at most, the first among them.
    pub attempts: NonZeroU32,
    /// The longest pause before the second attempt. Doubled before each further one.
    pub first_pause: Duration,
    /// The longest pause before any attempt, apart from what a service asks for.
    pub longest_pause: Duration,
    /// How much time must be left for an attempt; with less it would only be work in vain.
    pub least_time: Duration,
}

/// For a gateway that gives a request 5 s.
impl Default for Policy {
    fn default() -> Self {
        Self {
            attempts: NonZeroU32::MIN.saturating_add(2),
            // About what it takes for a connection to be refused and the next pod to be found.
            first_pause: Duration::from_millis(100),
            longest_pause: Duration::from_secs(1),
            // The slower half of all answers takes less.
            least_time: Duration::from_millis(100),
        }
    }
}

/// What came of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// An answer.
    Answered {
        /// Its status.
        status: StatusCode,
        /// How long it asks to wait, if it does ([`wait_asked_for`]).
        retry_after: Option<Duration>,
    },
    /// No connection could be had; nothing was sent.
    NotSent,
    /// The connection broke, or what came was no answer. It may have taken effect.
    BrokenOff,
    /// No answer came in time. It may have taken effect.
    TooSlow,
}

/// Whether there is another attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// There is, if the budget allows it.
    Again {
        /// How long to wait first.
        after: Duration,
    },
    /// What came is what the client gets.
    GiveUp(Reason),
}

/// Why there is no other attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// It has been answered; another attempt would not be better.
    Final,
    /// It may have taken effect, or its body is gone.
    NotRepeatable,
    /// There have been enough attempts.
    Exhausted,
    /// It would come too late.
    OutOfTime,
}

impl Reason {
    /// A stable name for metrics and logs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Final => "final",
            Self::NotRepeatable => "not-repeatable",
            Self::Exhausted => "exhausted",
            Self::OutOfTime => "out-of-time",
        }
    }
}

impl Policy {
    /// Decides after so many attempts (1 after the first), with so much time left until the deadline.
    /// `random` is any number, each as likely as the others.
    ///
    /// The pause is what the service asks for plus any part of the back-off, down to none: clients that
    /// failed together come back apart ("full jitter"). Where the deadline is near, the back-off is cut
    /// so that it fits; what the service asks for never is.
    pub fn decide(
        &self,
        attempt: u32,
        outcome: Outcome,
        request: RequestKind,
        remaining: Duration,
        random: u64,
    ) -> Decision {
        if !outcome.is_passing() {
            return Decision::GiveUp(Reason::Final);
        }
        if !request.may_repeat_after(outcome) {
            return Decision::GiveUp(Reason::NotRepeatable);
        }
        if attempt >= self.attempts.get() {
            return Decision::GiveUp(Reason::Exhausted);
        }
        let asked_for = outcome.asked_for().unwrap_or_default();
        match remaining.checked_sub(self.least_time).and_then(|it| it.checked_sub(asked_for)) {
            None => Decision::GiveUp(Reason::OutOfTime),
            Some(room) => {
                let pause = part(self.longest_before_next(attempt).min(room), random);
                Decision::Again { after: asked_for + pause }
            }
        }
    }

    /// The longest pause after so many attempts.
    fn longest_before_next(&self, attempt: u32) -> Duration {
        let doublings = attempt.saturating_sub(1).min(31);
        self.first_pause.saturating_mul(1 << doublings).min(self.longest_pause)
    }
}

impl Outcome {
    /// Whether it may be another one next time.
    fn is_passing(self) -> bool {
        match self {
            Self::Answered { status, retry_after } => match status {
                StatusCode::BAD_GATEWAY
                | StatusCode::SERVICE_UNAVAILABLE
                | StatusCode::GATEWAY_TIMEOUT => true,
                StatusCode::TOO_MANY_REQUESTS => retry_after.is_some(),
                _ => false,
            },
            Self::NotSent | Self::BrokenOff | Self::TooSlow => true,
        }
    }

    fn asked_for(self) -> Option<Duration> {
        match self {
            Self::Answered { status: _, retry_after } => retry_after,
            Self::NotSent | Self::BrokenOff | Self::TooSlow => None,
        }
    }
}

/// A part of the whole, as large as the number among all numbers.
fn part(whole: Duration, random: u64) -> Duration {
    let nanos = u64::try_from(whole.as_nanos()).unwrap_or(u64::MAX);
    let part = (u128::from(nanos) * u128::from(random)) >> u64::BITS;
    Duration::from_nanos(u64::try_from(part).unwrap_or(nanos))
}
