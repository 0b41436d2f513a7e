//! The states of a circuit breaker and what leads from one to the next. Knows of no threads and of no
//! clock.
//!
//! Each state is a generation of its own: what is told of a call that an earlier one admitted says
//! nothing about this one.

use super::{
    Cause, Listener, Outcome, Refused, State, Transition,
    settings::Settings,
    window::{Call, Recent, Tally},
};
use std::time::{Duration, Instant};

/// What a call is told that comes while all probes are under way. How long they will be nobody knows;
/// it is the least that a `Retry-After` can say.
const PROBES_UNDER_WAY: Duration = Duration::from_secs(1);

/// Which state a call was admitted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Generation(u64);

pub(super) struct Machine {
    settings: Settings,
    listener: Listener,
    phase: Phase,
    generation: Generation,
    /// How often it has opened since it was closed.
    opened: u32,
}

#[derive(Debug)]
enum Phase {
    Closed(Recent),
    Open { since: Instant, wait: Duration },
    HalfOpen(Probes),
}

/// The calls that show whether the service is back.
#[derive(Debug, Default)]
struct Probes {
    under_way: u32,
    ended: Tally,
    /// When the latest of them began.
    latest: Option<Instant>,
}

impl Machine {
    pub(super) fn new(settings: Settings, listener: Listener) -> Self {
        let phase = Phase::Closed(Recent::none(&settings));
        Self { settings, listener, phase, generation: Generation(0), opened: 0 }
    }

    pub(super) fn state(&self) -> State {
        match self.phase {
            Phase::Closed(_) => State::Closed,
            Phase::Open { .. } => State::Open,
            Phase::HalfOpen(_) => State::HalfOpen,
        }
    }

    /// Does what is due by time alone.
    pub(super) fn settle(&mut self, now: Instant) {
        match &self.phase {
            Phase::Open { since, wait } if now.saturating_duration_since(*since) >= *wait => {
                self.become_next(Phase::HalfOpen(Probes::default()), Cause::WaitIsOver);
            }
            Phase::HalfOpen(probes) if probes.are_lost(&self.settings, now) => {
                self.open(Cause::ProbesLost, now);
            }
            Phase::Closed(_) | Phase::Open { .. } | Phase::HalfOpen(_) => {}
        }
    }

    pub(super) fn admit(&mut self, now: Instant) -> Result<Generation, Refused> {
        self.settle(now);
        match &mut self.phase {
            Phase::Closed(_) => Ok(self.generation),
            Phase::Open { since, wait } => {
                let passed = now.saturating_duration_since(*since);
                Err(Refused { retry_after: wait.saturating_sub(passed) })
            }
            Phase::HalfOpen(probes) if probes.are_enough(&self.settings) => {
                Err(Refused { retry_after: PROBES_UNDER_WAY })
            }
            Phase::HalfOpen(probes) => {
                probes.under_way += 1;
                probes.latest = probes.latest.max(Some(now));
                Ok(self.generation)
            }
        }
    }

    /// Hears how a call ended that took so long.
    pub(super) fn hear(
        &mut self,
        admitted: Generation,
        outcome: Outcome,
        took: Duration,
        now: Instant,
    ) {
        self.settle(now);
        let slow = took >= self.settings.slow_from;
        match outcome {
            Outcome::Success => self.count(admitted, Call { failed: false, slow }, now),
            Outcome::Failure => self.count(admitted, Call { failed: true, slow }, now),
            Outcome::Ignored => self.forget(admitted),
        }
    }

    /// Gives the place of a call to another one.
    pub(super) fn forget(&mut self, admitted: Generation) {
        match &mut self.phase {
            Phase::HalfOpen(probes) if admitted == self.generation => {
                probes.under_way = probes.under_way.saturating_sub(1);
            }
            Phase::Closed(_) | Phase::Open { .. } | Phase::HalfOpen(_) => {}
        }
    }

    fn count(&mut self, admitted: Generation, call: Call, now: Instant) {
        if admitted != self.generation {
            return;
        }
        match &mut self.phase {
            Phase::Closed(recent) => {
                let tally = recent.add(call, now);
                if let Some(cause) = verdict(&self.settings, tally) {
                    self.open(cause, now);
                }
            }
            Phase::Open { .. } => {} // admits nobody
            Phase::HalfOpen(probes) => {
                probes.under_way = probes.under_way.saturating_sub(1);
                probes.ended = probes.ended.plus(call.into());
                match probes.verdict(&self.settings) {
                    Some(Cause::ProbesPassed) => self.close(),
                    Some(cause) => self.open(cause, now),
                    None => {}
                }
            }
        }
    }

    fn open(&mut self, cause: Cause, now: Instant) {
        self.opened = self.opened.saturating_add(1);
        let wait = self.settings.wait(self.opened);
        self.become_next(Phase::Open { since: now, wait }, cause);
    }

    fn close(&mut self) {
        self.opened = 0;
        self.become_next(Phase::Closed(Recent::none(&self.settings)), Cause::ProbesPassed);
    }

    fn become_next(&mut self, phase: Phase, cause: Cause) {
        let from = self.state();
        self.phase = phase;
        self.generation = Generation(self.generation.0.wrapping_add(1));
        (self.listener)(Transition { from, to: self.state(), cause });
    }
}

/// Why calls that ended like this are too bad, if they are.
fn verdict(settings: &Settings, tally: Tally) -> Option<Cause> {
    let minimum = settings.window.minimum(settings.minimum_calls);
    if tally.calls < minimum { None } else { badness(settings, tally, tally.calls) }
}

/// Why so many of the whole are too bad, if they are.
fn badness(settings: &Settings, tally: Tally, whole: u32) -> Option<Cause> {
    if settings.failure_rate.is_reached(tally.failed, whole) {
        Some(Cause::TooManyFailed)
    } else if settings.slow_rate.is_reached(tally.slow, whole) {
        Some(Cause::TooManySlow)
    } else {
        None
    }
}

impl Probes {
    fn are_enough(&self, settings: &Settings) -> bool {
        self.under_way.saturating_add(self.ended.calls) >= settings.probes.get()
    }

    fn are_lost(&self, settings: &Settings, now: Instant) -> bool {
        let idle = self.latest.map_or(Duration::ZERO, |it| now.saturating_duration_since(it));
        self.are_enough(settings) && idle >= settings.probes_within
    }

    /// What they show, as soon as those that are missing cannot change it: half of them failing is
    /// enough where half is too much, and nobody is kept waiting for the other half.
    fn verdict(&self, settings: &Settings) -> Option<Cause> {
        let whole = settings.probes.get();
        let missing = whole.saturating_sub(self.ended.calls);
        let worst = Tally { calls: missing, failed: missing, slow: missing };
        let at_worst = badness(settings, self.ended.plus(worst), whole);
        let passed = at_worst.is_none().then_some(Cause::ProbesPassed);
        badness(settings, self.ended, whole).or(passed)
    }
}
