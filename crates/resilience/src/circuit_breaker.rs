//! Stops sending requests to a service that does not answer them. Its clients are told at once rather
//! than after the time limit, and the service comes back to a few calls instead of to all that waited.
//!
//! | state | admits | until |
//! |---|---|---|
//! | closed | every call | too many of the recent ones failed or were slow: open |
//! | open | none | its wait is over: half-open |
//! | half-open | a few, as probes | their result is certain: closed, or open for twice as long |
//!
//! It says nothing about what a failure is. For a gateway it is an answer of 500 or above, or none; what
//! says 4xx is in good health; and a call that its own client gave up says nothing and is ignored. It
//! looks at no clock either: time is what the caller says.

mod machine;
mod settings;
mod window;

#[cfg(test)]
#[cfg(loom)]
mod interleavings;
#[cfg(test)]
mod model;
#[cfg(test)]
mod tests;

pub use settings::{Percent, Settings, Window};

use machine::{Generation, Machine};
use std::{
    fmt,
    sync::PoisonError,
    time::{Duration, Instant},
};

#[cfg(all(test, loom))]
use loom::sync::{Mutex, MutexGuard};
#[cfg(not(all(test, loom)))]
use std::sync::{Mutex, MutexGuard};

/// Whether calls are admitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// All of them.
    Closed,
    /// None.
    Open,
    /// A few, to see whether the service is back.
    HalfOpen,
}

impl State {
    /// A stable name for metrics and logs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::Open => "open",
            Self::HalfOpen => "half-open",
        }
    }
}

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The service did its work, were it by refusing the request.
    Success,
    /// It did not.
    Failure,
    /// Nobody knows; as if there had been no call.
    Ignored,
}

/// The call must not be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused {
    /// When it makes sense to ask again; never zero.
    pub retry_after: Duration,
}

/// From one state to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transition {
    /// What it was.
    pub from: State,
    /// What it has become.
    pub to: State,
    /// Why.
    pub cause: Cause,
}

/// Why the state is another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// Too many calls or probes failed.
    TooManyFailed,
    /// Too many calls or probes were slow.
    TooManySlow,
    /// It was open for long enough.
    WaitIsOver,
    /// Enough probes went well.
    ProbesPassed,
    /// Nothing was heard of the probes for too long.
    ProbesLost,
}

impl Cause {
    /// A stable name for metrics and logs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::TooManyFailed => "too-many-failed",
            Self::TooManySlow => "too-many-slow",
            Self::WaitIsOver => "wait-is-over",
            Self::ProbesPassed => "probes-passed",
            Self::ProbesLost => "probes-lost",
        }
    }
}

/// Hears of every transition, in their order. It is called while the breaker is locked, so it must be
/// quick and must not use the breaker.
pub type Listener = Box<dyn Fn(Transition) + Send + Sync>;

/// Stands before one service. Shared by all who call it.
pub struct CircuitBreaker(Mutex<Machine>);

/// Leave to make one call. It is given back by saying how the call ended; one that is dropped, such as
/// with a future that nobody waits for any more, counts as [`Outcome::Ignored`].
#[derive(Debug)]
#[must_use = "the call that it is for must be made, and its outcome told"]
pub struct Permit<'a> {
    breaker: &'a CircuitBreaker,
    /// None once its outcome is told.
    admitted: Option<Generation>,
    since: Instant,
}

impl CircuitBreaker {
    /// A closed one that tells nobody of its transitions.
    pub fn new(settings: Settings) -> Self {
        Self::heard_by(Box::new(|_| {}), settings)
    }

    /// A closed one, and who hears of its transitions.
    pub fn heard_by(listener: Listener, settings: Settings) -> Self {
        Self(Mutex::new(Machine::new(settings, listener)))
    }

    /// Asks whether a call may be made that begins now; its duration counts from here. So ask as the
    /// last thing before the call: what waits elsewhere first makes the service look slow.
    pub fn try_acquire(&self, now: Instant) -> Result<Permit<'_>, Refused> {
        let admitted = self.machine().admit(now)?;
        Ok(Permit { breaker: self, admitted: Some(admitted), since: now })
    }

    /// What a call would find now.
    pub fn state(&self, now: Instant) -> State {
        let mut machine = self.machine();
        machine.settle(now);
        machine.state()
    }

    fn machine(&self) -> MutexGuard<'_, Machine> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for CircuitBreaker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("CircuitBreaker").field(&self.machine().state()).finish()
    }
}

impl Permit<'_> {
    /// Says how the call ended, now.
    pub fn done(mut self, outcome: Outcome, now: Instant) {
        if let Some(admitted) = self.admitted.take() {
            let took = now.saturating_duration_since(self.since);
            self.breaker.machine().hear(admitted, outcome, took, now);
        }
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        if let Some(admitted) = self.admitted.take() {
            self.breaker.machine().forget(admitted);
        }
    }
}
