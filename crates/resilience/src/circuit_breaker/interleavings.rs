//! Half-open under every order in which threads can reach the breaker (loom):
//! `RUSTFLAGS="--cfg loom" cargo test --release interleavings`.

use super::*;
use loom::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    thread,
};
use std::num::NonZeroU32;

const WAIT: Duration = Duration::from_secs(1);

type Heard = std::sync::Arc<std::sync::Mutex<Vec<Transition>>>;

/// A breaker that has opened once, the moment from which it admits so many probes, and what it has told.
fn about_to_probe(probes: u32) -> (Arc<CircuitBreaker>, Instant, Heard) {
    let settings = Settings {
        window: Window::Calls(NonZeroU32::MIN),
        minimum_calls: 1,
        failure_rate: Percent::new(50).unwrap(),
        slow_from: Duration::MAX,
        open_for: WAIT,
        probes: NonZeroU32::new(probes).unwrap(),
        ..Settings::default()
    };
    let heard = Heard::default();
    let listener = Heard::clone(&heard);
    let listener = Box::new(move |it| listener.lock().unwrap().push(it));
    let breaker = CircuitBreaker::heard_by(listener, settings);
    let start = Instant::now();
    breaker.try_acquire(start).unwrap().done(Outcome::Failure, start);
    (Arc::new(breaker), start + WAIT, heard)
}

/// How many of the threads say yes.
fn yeses(count: usize, ask: impl Fn(usize) -> bool + Clone + Send + Sync + 'static) -> usize {
    let threads: Vec<_> = (0..count)
        .map(|it| {
            let ask = ask.clone();
            thread::spawn(move || ask(it))
        })
        .collect();
    threads.into_iter().map(|it| usize::from(it.join().unwrap())).sum()
}

/// Acquires until it is refused, and lets go of nothing.
fn places(breaker: &CircuitBreaker, now: Instant) -> usize {
    std::iter::from_fn(|| breaker.try_acquire(now).ok().map(std::mem::forget)).take(9).count()
}

fn is_a_chain(heard: &Heard) -> bool {
    heard.lock().unwrap().windows(2).all(|it| it[0].to == it[1].from)
}

#[test]
fn exactly_as_many_are_admitted_as_there_are_places() {
    loom::model(|| {
        let (breaker, now, heard) = about_to_probe(2);
        let shared = Arc::clone(&breaker);
        let admitted = yeses(3, move |_| shared.try_acquire(now).map(std::mem::forget).is_ok());
        assert_eq!(admitted, 2);
        assert_eq!(heard.lock().unwrap().len(), 2, "half-open begins once");
    });
}

#[test]
fn there_are_never_more_under_way_than_places() {
    loom::model(|| {
        let (breaker, now, _) = about_to_probe(1);
        let (shared, under_way) = (Arc::clone(&breaker), Arc::new(AtomicUsize::new(0)));
        yeses(2, move |_| {
            let Ok(permit) = shared.try_acquire(now) else { return false };
            assert_eq!(under_way.fetch_add(1, SeqCst), 0);
            under_way.fetch_sub(1, SeqCst);
            drop(permit);
            true
        });
        assert_eq!(places(&breaker, now), 1);
    });
}

#[test]
fn dropped_permits_give_back_their_places() {
    loom::model(|| {
        let (breaker, now, heard) = about_to_probe(2);
        let shared = Arc::clone(&breaker);
        let admitted = yeses(3, move |it| {
            let permit = shared.try_acquire(now);
            let is_admitted = permit.is_ok();
            match permit {
                Ok(permit) if it == 0 => permit.done(Outcome::Ignored, now),
                permit => drop(permit),
            }
            is_admitted
        });
        assert!(admitted >= 2);
        assert_eq!(places(&breaker, now), 2);
        assert!(is_a_chain(&heard));
    });
}

#[test]
fn probes_that_disagree_lead_to_one_state() {
    loom::model(|| {
        // The first failure out of two opens it; both successes close it.
        let (breaker, now, heard) = about_to_probe(2);
        let shared = Arc::clone(&breaker);
        let outcomes = [Outcome::Failure, Outcome::Success, Outcome::Success];
        yeses(3, move |it| {
            let permit = shared.try_acquire(now);
            permit.map(|permit| permit.done(outcomes[it], now)).is_ok()
        });
        assert!(is_a_chain(&heard));
        let last = heard.lock().unwrap().last().copied().unwrap();
        assert_eq!(breaker.state(now), last.to);
        match last.to {
            State::Open => {
                let expected = Refused { retry_after: breaker_wait(&heard) };
                assert_eq!(breaker.try_acquire(now).err(), Some(expected));
            }
            State::Closed => assert_eq!(last.cause, Cause::ProbesPassed),
            State::HalfOpen => assert_eq!(places(&breaker, now), 1, "one was refused a place"),
        }
    });
}

/// The wait after the last opening: doubled unless it was closed in between.
fn breaker_wait(heard: &Heard) -> Duration {
    let heard = heard.lock().unwrap();
    let since_closed = heard.iter().rev().take_while(|it| it.to != State::Closed);
    let opened = since_closed.filter(|it| it.to == State::Open).count();
    WAIT * (1 << (opened - 1))
}

#[test]
fn a_permit_of_an_earlier_state_frees_no_place() {
    loom::model(|| {
        let (breaker, now, _) = about_to_probe(2);
        // Taken out of its permit, which has no place outside of this thread.
        let late = breaker.try_acquire(now).unwrap().admitted.take();
        breaker.try_acquire(now).unwrap().done(Outcome::Failure, now);
        let (shared, then) = (Arc::clone(&breaker), now + WAIT * 2);
        let admitted = yeses(3, move |it| match it {
            0 => {
                drop(Permit { breaker: &shared, admitted: late, since: now });
                false
            }
            _ => shared.try_acquire(then).map(std::mem::forget).is_ok(),
        });
        assert_eq!((admitted, places(&breaker, then)), (2, 0));
    });
}

#[test]
fn lost_probes_end_half_open_once() {
    loom::model(|| {
        let (breaker, now, heard) = about_to_probe(1);
        assert_eq!(places(&breaker, now), 1);
        let later = now + Settings::default().probes_within;
        let shared = Arc::clone(&breaker);
        assert_eq!(yeses(3, move |_| shared.try_acquire(later).is_ok()), 0);
        let last = heard.lock().unwrap().last().copied().unwrap();
        assert_eq!((heard.lock().unwrap().len(), last.cause), (3, Cause::ProbesLost));
        assert_eq!(places(&breaker, later + WAIT * 2), 1);
    });
}
