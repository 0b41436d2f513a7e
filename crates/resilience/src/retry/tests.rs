//! Which attempts are followed by another, as tables, and what the budget makes of an outage.

use super::*;
use http::{HeaderMap, HeaderValue, Method};
use std::time::Instant;

/// Of all random numbers.
const HALF: u64 = 1 << 63;
const SECOND: Duration = Duration::from_secs(1);
const REPEATABLE: RequestKind = RequestKind { is_repeatable: true, body_is_kept: true };
const ONCE: RequestKind = RequestKind { is_repeatable: false, body_is_kept: true };
const GONE: RequestKind = RequestKind { is_repeatable: true, body_is_kept: false };

fn millis(number: u64) -> Duration {
    Duration::from_millis(number)
}

fn answered(status: u16, retry_after: Option<u64>) -> Outcome {
    let retry_after = retry_after.map(millis);
    Outcome::Answered { status: status.try_into().unwrap(), retry_after }
}

fn again(after: u64) -> Decision {
    Decision::Again { after: millis(after) }
}

fn decide(attempt: u32, outcome: Outcome, kind: RequestKind, remaining: Duration) -> Decision {
    Policy::default().decide(attempt, outcome, kind, remaining, 0)
}

#[test]
fn what_is_worth_another_attempt() {
    use {Decision::GiveUp, Outcome::*, Reason::*};
    for (outcome, repeatable, once, gone) in [
        (NotSent, again(0), again(0), GiveUp(NotRepeatable)),
        (BrokenOff, again(0), GiveUp(NotRepeatable), GiveUp(NotRepeatable)),
        (TooSlow, again(0), GiveUp(NotRepeatable), GiveUp(NotRepeatable)),
        (answered(502, None), again(0), GiveUp(NotRepeatable), GiveUp(NotRepeatable)),
        (answered(503, None), again(0), GiveUp(NotRepeatable), GiveUp(NotRepeatable)),
        (answered(503, Some(700)), again(700), GiveUp(NotRepeatable), GiveUp(NotRepeatable)),
        (answered(504, None), again(0), GiveUp(NotRepeatable), GiveUp(NotRepeatable)),
        (answered(429, Some(700)), again(700), GiveUp(NotRepeatable), GiveUp(NotRepeatable)),
        (answered(429, None), GiveUp(Final), GiveUp(Final), GiveUp(Final)),
    ] {
        for (kind, expected) in [(REPEATABLE, repeatable), (ONCE, once), (GONE, gone)] {
            assert_eq!(decide(1, outcome, kind, SECOND), expected, "{outcome:?} {kind:?}");
        }
    }
}

#[test]
fn every_other_answer_is_final() {
    for status in (200..600).filter(|it| !matches!(it, 429 | 502..=504)) {
        for retry_after in [None, Some(0)] {
            let outcome = answered(status, retry_after);
            let decision = decide(1, outcome, REPEATABLE, SECOND);
            assert_eq!(decision, Decision::GiveUp(Reason::Final), "{status}");
        }
    }
}

#[test]
fn there_are_three_attempts() {
    let decisions = (1..=4).map(|it| decide(it, Outcome::NotSent, ONCE, SECOND));
    let exhausted = Decision::GiveUp(Reason::Exhausted);
    assert!(decisions.eq([again(0), again(0), exhausted, exhausted]));
}

#[test]
fn nothing_begins_that_cannot_end_in_time() {
    let late = Decision::GiveUp(Reason::OutOfTime);
    for (retry_after, remaining, expected) in [
        (None, 100, again(0)),
        (None, 99, late),
        (None, 0, late),
        (Some(0), 100, again(0)),
        (Some(1_000), 1_100, again(1_000)),
        (Some(1_000), 1_099, late),
        (Some(u64::MAX), 5_000, late),
    ] {
        let decision = decide(1, answered(503, retry_after), REPEATABLE, millis(remaining));
        assert_eq!(decision, expected, "{retry_after:?} of {remaining}");
    }
    let never = Outcome::Answered {
        status: StatusCode::SERVICE_UNAVAILABLE,
        retry_after: Some(Duration::MAX),
    };
    assert_eq!(decide(1, never, REPEATABLE, Duration::MAX), late);
}

#[test]
fn pauses_double_up_to_the_longest_and_any_part_of_them_is_as_likely() {
    let policy = Policy { attempts: NonZeroU32::MAX, ..Policy::default() };
    let pause = |attempt, random, remaining| {
        policy.decide(attempt, Outcome::NotSent, ONCE, remaining, random)
    };
    for (attempt, half) in
        [(1, 50), (2, 100), (3, 200), (4, 400), (5, 500), (6, 500), (u32::MAX - 1, 500)]
    {
        assert_eq!(pause(attempt, 0, SECOND * 9), again(0));
        assert_eq!(pause(attempt, HALF, SECOND * 9), again(half), "{attempt}");
        assert_eq!(pause(attempt, HALF / 2, SECOND * 9), again(half / 2), "{attempt}");
    }
    // Near the deadline they are cut: 60 ms are left besides the 100 ms that an attempt takes.
    assert_eq!(pause(9, HALF, millis(160)), again(30));
    let Decision::Again { after } = pause(9, u64::MAX, millis(160)) else { panic!() };
    assert!((millis(59)..millis(60)).contains(&after), "{after:?}");
}

#[test]
fn the_back_off_comes_on_top_of_what_is_asked_for() {
    let outcome = answered(503, Some(1_000));
    let decision = Policy::default().decide(2, outcome, REPEATABLE, SECOND * 5, HALF);
    assert_eq!(decision, again(1_100));
}

#[test]
fn which_requests_are_repeatable() {
    let with = |keys: &[&'static str]| {
        let mut headers = HeaderMap::new();
        for key in keys {
            headers.append("Idempotency-Key", HeaderValue::from_static(key));
        }
        headers
    };
    let (none, key, blank, two) = (with(&[]), with(&["a-1"]), with(&["  "]), with(&["a", "b"]));
    for (method, headers, is_repeatable) in [
        ("GET", &none, true),
        ("HEAD", &none, true),
        ("OPTIONS", &none, true),
        ("PUT", &none, true),
        ("DELETE", &none, true),
        ("POST", &none, false),
        ("PATCH", &none, false),
        ("POST", &key, true),
        ("PATCH", &key, true),
        ("POST", &blank, false),
        ("POST", &two, false),
        ("CONNECT", &key, false),
        ("TRACE", &key, false),
        ("BREW", &key, false),
    ] {
        let method: Method = method.parse().unwrap();
        for body_is_kept in [true, false] {
            let kind = RequestKind::of(&method, headers, body_is_kept);
            assert_eq!(kind, RequestKind { is_repeatable, body_is_kept }, "{method} {headers:?}");
        }
    }
}

#[test]
fn what_an_answer_asks_for() {
    let asked = |it: &'static str| {
        let mut headers = HeaderMap::new();
        headers.insert("Retry-After", HeaderValue::from_static(it));
        wait_asked_for(&headers)
    };
    assert_eq!(wait_asked_for(&HeaderMap::new()), None);
    for (text, seconds) in [("0", 0), ("1", 1), (" 120 ", 120)] {
        assert_eq!(asked(text), Some(Duration::from_secs(seconds)), "{text}");
    }
    for text in ["Wed, 21 Oct 2026 07:28:00 GMT", "-1", "1.5", "", "soon", "99999999999999999999"] {
        assert_eq!(asked(text), Some(Duration::MAX), "{text}");
    }
}

fn withdrawn(budget: &Budget, wished: u32, now: Instant) -> usize {
    (0..wished).filter(|_| budget.withdraw(now)).count()
}

#[test]
fn five_first_attempts_pay_for_a_retry() {
    let (budget, now) = (Budget::new(Share { reserve: 0, ..Share::default() }), Instant::now());
    assert!(!budget.withdraw(now));
    (0..4).for_each(|_| budget.deposit(now));
    assert!(!budget.withdraw(now));
    budget.deposit(now);
    assert_eq!(withdrawn(&budget, 9, now), 1);
}

#[test]
fn credit_is_lost_after_ten_seconds_but_the_reserve_is_not() {
    for (later, left) in [(0, 30), (8_999, 30), (10_000, 10), (3_600_000, 10)] {
        let (budget, now) = (Budget::new(Share::default()), Instant::now());
        (0..100).for_each(|_| budget.deposit(now));
        assert_eq!(budget.balance(now), 30);
        assert_eq!(budget.balance(now + millis(later)), left, "{later}");
        assert_eq!(withdrawn(&budget, 99, now + millis(later)), usize::try_from(left).unwrap());
        assert_eq!(budget.balance(now + millis(later)), 0);
    }
}

#[test]
fn what_is_lost_first_is_spent_first() {
    let (budget, now) = (Budget::new(Share { reserve: 1, ..Share::default() }), Instant::now());
    (0..10).for_each(|_| budget.deposit(now));
    (0..10).for_each(|_| budget.deposit(now + SECOND * 5));
    assert_eq!(withdrawn(&budget, 3, now + SECOND * 6), 3);
    // The two of the first deposits and one of the later are spent; one of the later and the reserve are left.
    assert_eq!(budget.balance(now + SECOND * 12), 2);
    assert_eq!(budget.balance(now + SECOND * 20), 1);
}

#[test]
fn the_reserve_is_filled_by_first_attempts_and_not_by_time() {
    let (budget, now) = (Budget::new(Share::default()), Instant::now());
    assert_eq!(withdrawn(&budget, 99, now), 10);
    assert_eq!(withdrawn(&budget, 99, now + SECOND * 3_600), 0);
    let later = now + SECOND * 7_200;
    (0..50).for_each(|_| budget.deposit(later));
    assert_eq!(budget.balance(later + SECOND * 3_600), 10);
}

/// How many retries there are for so many requests that all fail, at this pace.
fn retries_in_an_outage(requests: u32, pause: Duration) -> u32 {
    let (budget, policy, start) =
        (Budget::new(Share::default()), Policy::default(), Instant::now());
    let mut retries = 0;
    for at in (0..requests).map(|it| start + pause * it) {
        budget.deposit(at);
        let may_follow = |attempt: &u32| {
            let it = policy.decide(*attempt, Outcome::NotSent, ONCE, SECOND, 0);
            matches!(it, Decision::Again { .. }) && budget.withdraw(at)
        };
        retries += u32::try_from((1..9).take_while(may_follow).count()).unwrap();
    }
    retries
}

#[test]
fn an_outage_makes_a_fifth_more_load_at_any_pace() {
    for pause in [0, 1, 10, 100, 1_000, 9_000, 60_000].map(millis) {
        let retries = retries_in_an_outage(10_000, pause);
        assert!((2_000..=2_010).contains(&retries), "{pause:?}: {retries}");
    }
}
