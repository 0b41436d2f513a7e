//! The budget beside a model that keeps each hundredth of a retry as a coin with a date on it, and the
//! policy beside its rules written out one by one; over whatever may happen.

use super::*;
use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};
use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Instant,
};

/// How many sequences are tried, of 250 steps or decisions on average.
const SEQUENCES: u32 = 6_000;

/// Tries sequences, and says how many steps they had.
fn try_out<S: Strategy>(
    name: &str,
    sequences: S,
    test: impl Fn(S::Value) -> Result<usize, TestCaseError>,
) {
    let (began, done) = (Instant::now(), AtomicU64::new(0));
    let config = Config { cases: SEQUENCES, failure_persistence: None, ..Config::default() };
    let result = TestRunner::new(config).run(&sequences, |sequence| {
        done.fetch_add(test(sequence)? as u64, Ordering::Relaxed);
        Ok(())
    });
    let (steps, took) = (done.into_inner(), began.elapsed());
    println!("{name}: {SEQUENCES} sequences, {steps} steps, {took:?}");
    result.unwrap();
    assert!(steps >= 1_000_000, "{steps}");
}

#[derive(Clone, Copy, Debug)]
enum Act {
    Deposit,
    Withdraw,
}

/// An act, and milliseconds that pass before it; sometimes fewer than none.
fn steps() -> impl Strategy<Value = (Act, i64)> {
    (0_u8..10, 0_u8..16, 0_i64..2_000).prop_map(|(act, kind, time)| {
        let act = if act < 6 { Act::Deposit } else { Act::Withdraw };
        let pause = match kind {
            0..8 => 0,
            8..14 => time % 50,
            14 => time,
            _ => -(time % 100),
        };
        (act, pause)
    })
}

fn shares() -> impl Strategy<Value = Share> {
    (0_u32..=60, 0_u32..=5, 0_u64..=3_000).prop_map(|(percent, reserve, kept_for)| Share {
        percent,
        reserve,
        kept_for: Duration::from_millis(kept_for),
    })
}

/// Every coin that is there; those of the reserve have no date.
struct Model {
    share: Share,
    reserve: usize,
    dated: Vec<u128>,
    first: Option<Instant>,
    today: u128,
}

impl Model {
    /// Sets the date, which never goes back, and throws away what is too old.
    fn settle(&mut self, now: Instant) {
        let first = *self.first.get_or_insert(now);
        let day = (self.share.kept_for / 10).max(Duration::from_nanos(1));
        let date = now.saturating_duration_since(first).as_nanos() / day.as_nanos();
        self.today = self.today.max(date);
        self.dated.retain(|it| it + 10 > self.today);
    }

    fn deposit(&mut self, now: Instant) {
        self.settle(now);
        for _ in 0..self.share.percent {
            if self.reserve < self.share.reserve as usize * 100 {
                self.reserve += 1;
            } else {
                self.dated.push(self.today);
            }
        }
    }

    fn withdraw(&mut self, now: Instant) -> bool {
        self.settle(now);
        if self.dated.len() + self.reserve < 100 {
            return false;
        }
        // They lie in the order of their dates.
        let from_dated = self.dated.len().min(100);
        self.dated.drain(..from_dated);
        self.reserve -= 100 - from_dated;
        true
    }
}

fn compare(share: Share, steps: &[(Act, i64)]) -> Result<usize, TestCaseError> {
    let budget = Budget::new(share);
    let reserve = share.reserve as usize * 100;
    let mut model = Model { share, reserve, dated: Vec::new(), first: None, today: 0 };
    let mut now = Instant::now() + Duration::from_hours(1);
    let (mut paid, mut spent) = (0, 0);
    for (act, pause) in steps {
        let time = Duration::from_millis(pause.unsigned_abs());
        now = if *pause < 0 { now.checked_sub(time).unwrap() } else { now + time };
        match act {
            Act::Deposit => {
                budget.deposit(now);
                model.deposit(now);
                paid += share.percent as usize;
            }
            Act::Withdraw => {
                let is_granted = budget.withdraw(now);
                prop_assert_eq!(is_granted, model.withdraw(now));
                spent += if is_granted { 100 } else { 0 };
            }
        }
        model.settle(now);
        prop_assert_eq!(budget.balance(now), ((model.dated.len() + model.reserve) / 100) as u64);
        prop_assert!(spent <= reserve + paid, "{} of {}", spent, paid);
    }
    Ok(steps.len())
}

#[test]
fn the_budget_does_what_the_model_does() {
    let sequences = (shares(), prop::collection::vec(steps(), 1..500));
    try_out("budget", sequences, |(share, steps)| compare(share, &steps));
}

/// What a decision is made from.
#[derive(Clone, Copy, Debug)]
struct Case {
    attempt: u32,
    outcome: Outcome,
    kind: RequestKind,
    remaining: Duration,
    random: u64,
}

/// Some time, mostly below 3 s, out of any number.
fn time(number: u64) -> Duration {
    match number % 16 {
        0 => Duration::MAX,
        1 => Duration::ZERO,
        _ => Duration::from_nanos((number >> 4) % 3_000_000_000),
    }
}

fn times() -> impl Strategy<Value = Duration> {
    any::<u64>().prop_map(time)
}

fn outcome(kind: u8, status: u16, asked: u64) -> Outcome {
    let statuses = [429, 500, 501, 502, 503, 504, 505, 100 + status % 900];
    let status = statuses[usize::from(kind / 16) % 8].try_into().unwrap();
    let retry_after = asked.is_multiple_of(2).then(|| time(asked / 2));
    match kind % 8 {
        0 => Outcome::NotSent,
        1 => Outcome::BrokenOff,
        2 => Outcome::TooSlow,
        _ => Outcome::Answered { status, retry_after },
    }
}

fn cases() -> impl Strategy<Value = Case> {
    let outcomes = (any::<u8>(), any::<u16>(), any::<u64>());
    (0_u32..6, outcomes, any::<u8>(), any::<u64>(), any::<u64>()).prop_map(
        |(attempt, (kind, status, asked), request, remaining, random)| Case {
            attempt,
            outcome: outcome(kind, status, asked),
            kind: RequestKind { is_repeatable: request % 2 == 0, body_is_kept: request > 50 },
            remaining: time(remaining),
            random,
        },
    )
}

fn policies() -> impl Strategy<Value = Policy> {
    (1_u32..6, times(), times(), times()).prop_map(
        |(attempts, first_pause, longest_pause, least_time)| Policy {
            attempts: attempts.try_into().unwrap(),
            first_pause,
            longest_pause,
            least_time,
        },
    )
}

/// In whole nanoseconds, which here never overflow: the least and the most that may be waited.
fn plainly(policy: Policy, case: Case) -> Result<(u128, u128), Reason> {
    let Case { attempt, outcome, kind, remaining, random: _ } = case;
    let (may_be_better, was_sent, asked) = match outcome {
        Outcome::NotSent => (true, false, Duration::ZERO),
        Outcome::BrokenOff | Outcome::TooSlow => (true, true, Duration::ZERO),
        Outcome::Answered { status, retry_after } => {
            let always = [502, 503, 504].contains(&status.as_u16());
            let when_asked = status.as_u16() == 429 && retry_after.is_some();
            (always || when_asked, true, retry_after.unwrap_or(Duration::ZERO))
        }
    };
    if !may_be_better {
        return Err(Reason::Final);
    }
    if !kind.body_is_kept || (was_sent && !kind.is_repeatable) {
        return Err(Reason::NotRepeatable);
    }
    if attempt >= policy.attempts.get() {
        return Err(Reason::Exhausted);
    }
    let (asked, least) = (asked.as_nanos(), policy.least_time.as_nanos());
    if asked + least > remaining.as_nanos() {
        return Err(Reason::OutOfTime);
    }
    let doubled = (1..attempt).fold(policy.first_pause.as_nanos(), |it, _| it * 2);
    let back_off = doubled.min(policy.longest_pause.as_nanos());
    Ok((asked, (asked + back_off).min(remaining.as_nanos() - least)))
}

fn agree(policy: Policy, case: Case) -> Result<(), TestCaseError> {
    let Case { attempt, outcome, kind, remaining, random } = case;
    let decide = |random| policy.decide(attempt, outcome, kind, remaining, random);
    match (decide(random), plainly(policy, case)) {
        (Decision::GiveUp(reason), Err(expected)) => prop_assert_eq!(reason, expected),
        (Decision::Again { after }, Ok((least, most))) => {
            prop_assert!((least..=most).contains(&after.as_nanos()), "{:?}", after);
            prop_assert!(after + policy.least_time <= remaining);
            prop_assert_eq!(decide(0), Decision::Again { after: Duration::from_nanos_u128(least) });
        }
        (real, plain) => prop_assert!(false, "{:?} instead of {:?}", real, plain),
    }
    Ok(())
}

#[test]
fn the_policy_follows_its_rules() {
    let sequences = (policies(), prop::collection::vec(cases(), 1..500));
    try_out("policy", sequences, |(policy, cases)| {
        cases.iter().try_for_each(|it| agree(policy, *it))?;
        Ok(cases.len())
    });
}
