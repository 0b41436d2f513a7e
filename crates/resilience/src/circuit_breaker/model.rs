//! The breaker beside a model of it that keeps everything and works all out anew each time, over
//! whatever may happen.

use super::*;
use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};
use std::{
    num::NonZeroU32,
    sync::{
        Arc, Mutex as StdMutex,
        atomic::{AtomicU64, Ordering},
    },
};

/// How many sequences are tried, of 250 steps on average.
const SEQUENCES: u32 = 6_000;

#[derive(Clone, Copy, Debug)]
enum Act {
    Acquire,
    End(usize, Outcome),
    Drop(usize),
    Lose(usize),
    Look,
}

/// An act, and milliseconds that pass before it; sometimes fewer than none.
type Step = (Act, i64);

fn acts() -> impl Strategy<Value = Act> {
    (0_u8..20, any::<u8>()).prop_map(|(kind, which)| {
        let which = usize::from(which);
        match kind {
            0..8 => Act::Acquire,
            8..11 => Act::End(which, Outcome::Success),
            11..16 => Act::End(which, Outcome::Failure),
            16 => Act::End(which, Outcome::Ignored),
            17 => Act::Drop(which),
            18 => Act::Lose(which),
            _ => Act::Look,
        }
    })
}

fn pauses() -> impl Strategy<Value = i64> {
    (0_u8..16, 0_i64..100).prop_map(|(kind, time)| match kind {
        0..6 => 0,
        6..13 => time % 10,
        13..15 => time,
        _ => -(time % 20),
    })
}

fn settings() -> impl Strategy<Value = Settings> {
    let n = |most: u32| (1..=most).prop_map(|it| NonZeroU32::new(it).unwrap());
    let share = || (1_u8..=100).prop_map(|it| Percent::new(it).unwrap());
    let time = |most: u64| (0..=most).prop_map(Duration::from_millis);
    let window = prop_oneof![
        n(12).prop_map(Window::Calls),
        (n(5), time(40)).prop_map(|(slices, each)| Window::Time { slices, each }),
    ];
    let slow_from = prop_oneof![time(50), Just(Duration::MAX)];
    let rates = (0_u32..=8, share(), share(), slow_from);
    let half_open = (time(60), time(200), n(5), time(80));
    (window, rates, half_open).prop_map(|(window, rates, half_open)| {
        let (minimum_calls, failure_rate, slow_rate, slow_from) = rates;
        let (open_for, open_at_most, probes, probes_within) = half_open;
        Settings {
            window,
            minimum_calls,
            failure_rate,
            slow_rate,
            slow_from,
            open_for,
            open_at_most,
            probes,
            probes_within,
        }
    })
}

/// A call that has ended: when, and whether it failed and was slow.
type Ended = (Instant, bool, bool);

/// A call that was admitted: in the how manieth state, as the how manieth in it, and when.
#[derive(Clone, Copy, Debug)]
struct Admitted {
    state: usize,
    place: usize,
    at: Instant,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Probe {
    UnderWay,
    Gone,
    Ended { failed: bool, slow: bool },
}

/// All that ever happened.
struct Model {
    settings: Settings,
    /// When each state began, what it is and why.
    states: Vec<(Instant, State, Option<Cause>)>,
    /// The calls that ended in the state of now.
    ended: Vec<Ended>,
    /// The probes that the state of now admitted.
    probes: Vec<(Instant, Probe)>,
}

impl Model {
    fn state(&self) -> State {
        self.states.last().unwrap().1
    }

    fn enter(&mut self, now: Instant, state: State, cause: Cause) {
        self.states.push((now, state, Some(cause)));
        self.ended.clear();
        self.probes.clear();
    }

    /// Doubled for each time that it opened since it was closed last, step by step.
    fn wait(&self) -> Duration {
        let since_closed = self.states.iter().rev().take_while(|it| it.1 != State::Closed);
        let opened = since_closed.filter(|it| it.1 == State::Open).count();
        let first = self.settings.open_for.max(Duration::from_millis(1));
        let most = self.settings.open_at_most.max(first);
        (1..opened).fold(first, |wait, _| (wait * 2).min(most))
    }

    fn passed(&self, now: Instant) -> Duration {
        now.saturating_duration_since(self.states.last().unwrap().0)
    }

    fn is_full(&self) -> bool {
        let taken = self.probes.iter().filter(|it| it.1 != Probe::Gone).count();
        taken == self.settings.probes.get() as usize
    }

    fn settle(&mut self, now: Instant) {
        if self.state() == State::Open && self.passed(now) >= self.wait() {
            self.enter(now, State::HalfOpen, Cause::WaitIsOver);
        } else if self.state() == State::HalfOpen && self.is_full() {
            let latest = self.probes.iter().map(|it| it.0).max().unwrap();
            if now.saturating_duration_since(latest) >= self.settings.probes_within {
                self.enter(now, State::Open, Cause::ProbesLost);
            }
        }
    }

    fn acquire(&mut self, now: Instant) -> Result<Admitted, Refused> {
        self.settle(now);
        let admitted = Admitted { state: self.states.len(), place: self.probes.len(), at: now };
        match self.state() {
            State::Closed => Ok(admitted),
            State::Open => {
                Err(Refused { retry_after: self.wait().checked_sub(self.passed(now)).unwrap() })
            }
            State::HalfOpen if self.is_full() => {
                Err(Refused { retry_after: Duration::from_secs(1) })
            }
            State::HalfOpen => {
                self.probes.push((now, Probe::UnderWay));
                Ok(admitted)
            }
        }
    }

    fn drop(&mut self, call: Admitted) {
        if call.state == self.states.len() && self.state() == State::HalfOpen {
            self.probes[call.place].1 = Probe::Gone;
        }
    }

    fn end(&mut self, call: Admitted, outcome: Outcome, now: Instant) {
        self.settle(now);
        let slow = now.saturating_duration_since(call.at) >= self.settings.slow_from;
        let failed = match outcome {
            Outcome::Ignored => return self.drop(call),
            Outcome::Failure => true,
            Outcome::Success => false,
        };
        if call.state != self.states.len() {
            return;
        }
        if self.state() == State::Closed {
            self.ended.push((now, failed, slow));
            self.judge_calls(now);
        } else {
            self.probes[call.place].1 = Probe::Ended { failed, slow };
            self.judge_probes(now);
        }
    }

    fn judge_calls(&mut self, now: Instant) {
        let recent = match self.settings.window {
            Window::Calls(most) => {
                self.ended.iter().rev().take(most.get() as usize).copied().collect()
            }
            Window::Time { slices, each } => self.in_slices(slices.get(), each),
        };
        let minimum = match self.settings.window {
            Window::Calls(most) => self.settings.minimum_calls.min(most.get()),
            Window::Time { .. } => self.settings.minimum_calls,
        };
        let failed = recent.iter().filter(|it| it.1).count();
        let slow = recent.iter().filter(|it| it.2).count();
        if recent.len() >= minimum as usize
            && let Some(cause) = self.judge(failed, slow, recent.len())
        {
            self.enter(now, State::Open, cause);
        }
    }

    /// The calls of the last slices, which are counted from the first call.
    fn in_slices(&self, slices: u32, each: Duration) -> Vec<Ended> {
        let first = self.ended[0].0;
        let each = each.as_nanos().max(1);
        let slice = |at: Instant| at.saturating_duration_since(first).as_nanos() / each;
        // Time does not go back: no call is in an earlier slice than one before it.
        let mut latest = 0;
        let numbered = self.ended.iter().map(|it| {
            latest = slice(it.0).max(latest);
            (latest, *it)
        });
        let numbered: Vec<_> = numbered.collect();
        let recent = numbered.iter().filter(|it| it.0 + u128::from(slices) > latest);
        recent.map(|it| it.1).collect()
    }

    fn judge_probes(&mut self, now: Instant) {
        let ends = |which: fn(bool, bool) -> bool| {
            let ended = self.probes.iter().filter(|(_, probe)| match probe {
                Probe::Ended { failed, slow } => which(*failed, *slow),
                Probe::UnderWay | Probe::Gone => false,
            });
            ended.count()
        };
        let (ended, failed, slow) = (ends(|_, _| true), ends(|it, _| it), ends(|_, it| it));
        let whole = self.settings.probes.get() as usize;
        // However the others may end.
        let missing = 0..=whole - ended;
        let ways = missing.clone().flat_map(|it| missing.clone().map(move |that| (it, that)));
        let verdicts: Vec<_> = ways.map(|(f, s)| self.judge(failed + f, slow + s, whole)).collect();
        if verdicts.iter().all(Option::is_none) {
            self.enter(now, State::Closed, Cause::ProbesPassed);
        } else if verdicts.iter().all(Option::is_some) {
            self.enter(now, State::Open, verdicts[0].unwrap());
        }
    }

    fn judge(&self, failed: usize, slow: usize, whole: usize) -> Option<Cause> {
        let is = |part: usize, share: Percent| part * 100 >= whole * usize::from(share.get());
        if is(failed, self.settings.failure_rate) {
            Some(Cause::TooManyFailed)
        } else if is(slow, self.settings.slow_rate) {
            Some(Cause::TooManySlow)
        } else {
            None
        }
    }

    fn transitions(&self) -> Vec<Transition> {
        let steps = self.states.windows(2);
        steps.map(|it| Transition { from: it[0].1, to: it[1].1, cause: it[1].2.unwrap() }).collect()
    }
}

/// Both, side by side.
struct Pair<'a> {
    real: &'a CircuitBreaker,
    model: Model,
    calls: Vec<(Permit<'a>, Admitted)>,
    now: Instant,
}

impl Pair<'_> {
    fn step(&mut self, (act, pause): Step) -> Result<(), TestCaseError> {
        let time = Duration::from_millis(pause.unsigned_abs());
        self.now = if pause < 0 { self.now.checked_sub(time).unwrap() } else { self.now + time };
        match act {
            Act::Acquire => self.acquire()?,
            Act::Look => {
                self.model.settle(self.now);
                prop_assert_eq!(self.real.state(self.now), self.model.state());
            }
            Act::End(which, outcome) => {
                if let Some((permit, call)) = self.pick(which) {
                    permit.done(outcome, self.now);
                    self.model.end(call, outcome, self.now);
                }
            }
            Act::Drop(which) => {
                if let Some((permit, call)) = self.pick(which) {
                    drop(permit);
                    self.model.drop(call);
                }
            }
            Act::Lose(which) => {
                if let Some((permit, _)) = self.pick(which) {
                    std::mem::forget(permit);
                }
            }
        }
        Ok(())
    }

    fn acquire(&mut self) -> Result<(), TestCaseError> {
        match (self.real.try_acquire(self.now), self.model.acquire(self.now)) {
            (Ok(permit), Ok(call)) => self.calls.push((permit, call)),
            (Err(refused), Err(expected)) => {
                prop_assert_eq!(refused, expected);
                prop_assert!(refused.retry_after > Duration::ZERO);
            }
            (real, model) => prop_assert!(false, "{:?} instead of {:?}", real.err(), model),
        }
        Ok(())
    }
}

impl<'a> Pair<'a> {
    fn pick(&mut self, which: usize) -> Option<(Permit<'a>, Admitted)> {
        let count = self.calls.len();
        (count > 0).then(|| self.calls.swap_remove(which % count))
    }

    /// Whatever has happened, and though no call is ever told of again: soon one is admitted.
    fn gets_unstuck(mut self) -> Result<(), TestCaseError> {
        self.calls.drain(..).for_each(|(permit, _)| std::mem::forget(permit));
        let mut later = (1..=2).map(|it| self.now + Duration::from_secs(it));
        prop_assert!(later.any(|now| self.real.try_acquire(now).map(std::mem::forget).is_ok()));
        Ok(())
    }
}

fn compare(settings: Settings, steps: &[Step]) -> Result<usize, TestCaseError> {
    let heard = Arc::new(StdMutex::new(Vec::new()));
    let listener = Arc::clone(&heard);
    let listener = Box::new(move |it| listener.lock().unwrap().push(it));
    let real = CircuitBreaker::heard_by(listener, settings);
    let start = Instant::now() + Duration::from_hours(1);
    let model = Model {
        settings,
        states: vec![(start, State::Closed, None)],
        ended: Vec::new(),
        probes: Vec::new(),
    };
    let mut pair = Pair { real: &real, model, calls: Vec::new(), now: start };
    for step in steps {
        pair.step(*step)?;
        let (heard, states) = (heard.lock().unwrap(), &pair.model.states);
        prop_assert_eq!(heard.len() + 1, states.len(), "after {:?}: {:?}", step, *heard);
    }
    prop_assert_eq!(&*heard.lock().unwrap(), &pair.model.transitions());
    let transitions = pair.model.states.len() - 1;
    pair.gets_unstuck()?;
    Ok(transitions)
}

#[test]
fn it_does_what_the_model_does() {
    let (began, done, changes) = (Instant::now(), AtomicU64::new(0), AtomicU64::new(0));
    let config = Config { cases: SEQUENCES, failure_persistence: None, ..Config::default() };
    let sequences = (settings(), prop::collection::vec((acts(), pauses()), 1..500));
    let result = TestRunner::new(config).run(&sequences, |(settings, steps)| {
        let transitions = compare(settings, &steps)?;
        changes.fetch_add(transitions as u64, Ordering::Relaxed);
        done.fetch_add(steps.len() as u64, Ordering::Relaxed);
        Ok(())
    });
    let (steps, took) = (done.into_inner(), began.elapsed());
    println!(
        "{SEQUENCES} sequences, {steps} steps, {} transitions, {took:?}",
        changes.into_inner()
    );
    result.unwrap();
    assert!(steps >= 1_000_000, "{steps}");
}
