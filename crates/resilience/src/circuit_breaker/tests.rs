//! What the breaker does, as stories: the steps on the left, the states they lead to on the right.

use super::*;
use std::{
    num::NonZeroU32,
    sync::{Arc, Mutex},
};

/// One thing that happens.
#[derive(Clone, Copy, Debug)]
enum Step {
    /// Time passes, in milliseconds.
    After(u64),
    /// So many calls of no duration that end like this.
    Calls(u32, Outcome),
    /// So many calls that end well after so many milliseconds each, one after the other.
    Slow(u32, u64),
    /// So many calls begin and are not told of yet.
    Begin(u32),
    /// The oldest call that is under way ends like this.
    End(Outcome),
    /// The oldest call that is under way is dropped.
    Drop,
    /// The oldest call that is under way is never heard of again.
    Lose,
    /// Now it is in this state.
    Is(State),
    /// A call is refused, and told to wait so many milliseconds.
    Refuses(u64),
}

use {Outcome::*, Step::*};
const CLOSED: Step = Is(State::Closed);
const OPEN: Step = Is(State::Open);
const HALF_OPEN: Step = Is(State::HalfOpen);

fn n(number: u32) -> NonZeroU32 {
    number.try_into().unwrap()
}

fn percent(number: u8) -> Percent {
    Percent::new(number).unwrap()
}

fn millis(number: u64) -> Duration {
    Duration::from_millis(number)
}

/// Ten calls, half of them; open for a second, then two, then at most three; four probes within 500 ms.
fn settings() -> Settings {
    Settings {
        window: Window::Calls(n(10)),
        minimum_calls: 4,
        failure_rate: percent(50),
        slow_rate: percent(100),
        slow_from: millis(100),
        open_for: millis(1_000),
        open_at_most: millis(3_000),
        probes: n(4),
        probes_within: millis(500),
    }
}

fn timed() -> Settings {
    Settings { window: Window::Time { slices: n(4), each: millis(250) }, ..settings() }
}

/// A breaker, the time, and the calls under way.
struct World<'a> {
    breaker: &'a CircuitBreaker,
    now: Instant,
    under_way: Vec<Permit<'a>>,
}

impl World<'_> {
    fn do_one(&mut self, step: Step) {
        match step {
            After(time) => self.now += millis(time),
            Calls(count, outcome) => (0..count).for_each(|_| self.call(0, outcome)),
            Slow(count, time) => (0..count).for_each(|_| self.call(time, Success)),
            Begin(count) => (0..count).for_each(|_| self.begin()),
            End(outcome) => self.under_way.remove(0).done(outcome, self.now),
            Drop => drop(self.under_way.remove(0)),
            Lose => std::mem::forget(self.under_way.remove(0)),
            Is(state) => assert_eq!(self.breaker.state(self.now), state),
            Refuses(wait) => {
                let refused = self.breaker.try_acquire(self.now).err();
                assert_eq!(refused, Some(Refused { retry_after: millis(wait) }));
            }
        }
    }

    fn call(&mut self, time: u64, outcome: Outcome) {
        let permit = self.breaker.try_acquire(self.now).expect("admitted");
        self.now += millis(time);
        permit.done(outcome, self.now);
    }

    fn begin(&mut self) {
        self.under_way.push(self.breaker.try_acquire(self.now).expect("admitted"));
    }
}

/// Lets it all happen; returns the transitions.
fn happen(settings: Settings, steps: &[Step]) -> Vec<(State, Cause)> {
    let heard = Arc::new(Mutex::new(Vec::new()));
    let listener = Arc::clone(&heard);
    let listener = Box::new(move |it: Transition| listener.lock().unwrap().push(it));
    let breaker = CircuitBreaker::heard_by(listener, settings);
    let mut world = World { breaker: &breaker, now: Instant::now(), under_way: Vec::new() };
    for (at, step) in steps.iter().enumerate() {
        println!("{at}: {step:?}");
        world.do_one(*step);
    }
    drop(world);
    let heard = heard.lock().unwrap();
    assert!(heard.windows(2).all(|it| it[0].to == it[1].from), "{heard:?}");
    heard.iter().map(|it| (it.to, it.cause)).collect()
}

fn check(settings: Settings, stories: &[&[Step]]) {
    for story in stories {
        println!("--- {story:?}");
        happen(settings, story);
    }
}

#[test]
fn it_opens_from_its_share_of_failures_on() {
    check(
        settings(),
        &[
            &[CLOSED, Calls(3, Failure), CLOSED, Calls(1, Failure), OPEN],
            &[Calls(4, Success), Calls(3, Failure), CLOSED, Calls(1, Failure), OPEN],
            &[Calls(3, Failure), Calls(1, Success), OPEN],
            &[
                Calls(1, Failure),
                Calls(99, Success),
                Calls(4, Failure),
                CLOSED,
                Calls(1, Failure),
                OPEN,
            ],
            &[Calls(99, Ignored), Calls(3, Failure), Calls(99, Ignored), CLOSED],
            &[Begin(3), Drop, Drop, Drop, Calls(3, Failure), CLOSED, Calls(1, Failure), OPEN],
        ],
    );
}

#[test]
fn it_opens_from_its_share_of_slow_calls_on() {
    check(
        settings(),
        &[
            &[Slow(3, 100), CLOSED, Slow(1, 100), OPEN],
            &[Slow(99, 99), CLOSED],
            &[Slow(3, 100), Calls(1, Success), Slow(9, 100), CLOSED, Slow(1, 100), OPEN],
        ],
    );
    check(Settings { slow_from: Duration::MAX, ..settings() }, &[&[Slow(99, 100_000), CLOSED]]);
}

#[test]
fn the_minimum_is_never_more_than_the_window_holds() {
    let settings = Settings { minimum_calls: 1_000, ..settings() };
    check(settings, &[&[Calls(9, Failure), CLOSED, Calls(1, Failure), OPEN]]);
}

#[test]
fn a_window_of_time_forgets_slice_by_slice() {
    check(
        timed(),
        &[
            &[Calls(3, Failure), After(999), Calls(1, Failure), OPEN],
            &[Calls(3, Failure), After(1_000), Calls(3, Failure), CLOSED, Calls(1, Failure), OPEN],
            &[
                Calls(9, Success),
                After(250),
                Calls(8, Failure),
                CLOSED,
                After(750),
                Calls(1, Failure),
                OPEN,
            ],
            &[Calls(3, Failure), After(3_600_000), Calls(3, Failure), CLOSED],
        ],
    );
}

#[test]
fn while_open_it_says_how_long() {
    check(
        settings(),
        &[&[
            Calls(4, Failure),
            Refuses(1_000),
            After(999),
            OPEN,
            Refuses(1),
            After(1),
            HALF_OPEN,
            Begin(1),
        ]],
    );
}

#[test]
fn half_open_admits_its_probes_and_no_more() {
    let half_open = [Calls(4, Failure), After(1_000)];
    for story in [
        &[Begin(4), Refuses(1_000), HALF_OPEN][..],
        &[Begin(4), End(Success), Refuses(1_000), End(Failure), Refuses(1_000)],
        &[Begin(4), Drop, Begin(1), Refuses(1_000), End(Ignored), Begin(1), Refuses(1_000)],
        &[Calls(99, Ignored), Begin(4), Refuses(1_000)],
    ] {
        happen(settings(), &[&half_open, story].concat());
    }
}

#[test]
fn the_probes_decide_as_soon_as_they_can() {
    let half_open = [Calls(4, Failure), After(1_000)];
    for story in [
        &[Calls(2, Success), HALF_OPEN, Calls(1, Success), CLOSED][..],
        &[Calls(1, Failure), HALF_OPEN, Calls(1, Failure), OPEN],
        &[Calls(1, Failure), Calls(2, Success), HALF_OPEN, Calls(1, Success), CLOSED],
        &[Calls(1, Failure), Calls(2, Success), HALF_OPEN, Calls(1, Failure), OPEN],
        &[Slow(3, 100), HALF_OPEN, Slow(1, 100), OPEN],
        &[Slow(3, 100), HALF_OPEN, Calls(1, Success), CLOSED],
    ] {
        happen(settings(), &[&half_open, story].concat());
    }
}

#[test]
fn each_failed_return_doubles_the_wait_and_a_good_one_forgets_that() {
    check(
        settings(),
        &[&[
            Calls(4, Failure),
            Refuses(1_000),
            After(1_000),
            Calls(2, Failure),
            Refuses(2_000),
            After(2_000),
            Calls(2, Failure),
            Refuses(3_000),
            After(3_000),
            Calls(2, Failure),
            Refuses(3_000),
            After(3_000),
            Calls(3, Success),
            CLOSED,
            Calls(4, Failure),
            Refuses(1_000),
        ]],
    );
    let settings = Settings { open_at_most: Duration::ZERO, ..settings() };
    let story = [Calls(4, Failure), After(1_000), Calls(2, Failure), Refuses(1_000)];
    check(settings, &[&story]);
}

#[test]
fn after_closing_nothing_is_held_against_the_service() {
    let back = [Calls(4, Failure), After(1_000), Calls(1, Failure), Calls(3, Success), CLOSED];
    for settings in [settings(), timed()] {
        happen(settings, &[&back[..], &[Calls(3, Failure), CLOSED]].concat());
    }
}

#[test]
fn what_an_earlier_state_admitted_counts_no_more() {
    check(
        settings(),
        &[
            &[
                Begin(9),
                Calls(4, Failure),
                After(1_000),
                HALF_OPEN,
                End(Success),
                End(Failure),
                Drop,
                Begin(0),
                End(Failure),
                End(Failure),
                HALF_OPEN,
                Calls(3, Success),
                CLOSED,
                End(Failure),
                End(Failure),
                End(Failure),
                End(Failure),
                CLOSED,
            ],
            // A probe that is late frees no place among the next ones.
            &[
                Calls(4, Failure),
                After(1_000),
                Begin(2),
                Calls(2, Failure),
                After(2_000),
                HALF_OPEN,
                Begin(2),
                Drop,
                Drop,
                Begin(2),
                Refuses(1_000),
            ],
        ],
    );
}

#[test]
fn probes_that_are_never_told_of_do_not_keep_it_half_open() {
    let half_open = [Calls(4, Failure), After(1_000), Begin(4), Lose, Lose, Lose, Lose];
    for story in [
        &[
            After(499),
            HALF_OPEN,
            Refuses(1_000),
            After(1),
            OPEN,
            Refuses(2_000),
            After(2_000),
            HALF_OPEN,
        ][..],
        &[After(500), Refuses(2_000), After(2_000), Calls(3, Success), CLOSED],
    ] {
        happen(settings(), &[&half_open[..], story].concat());
    }
    check(
        settings(),
        &[
            // A rare caller is waited for: there is still a place for it.
            &[
                Calls(4, Failure),
                After(1_000),
                Begin(1),
                Lose,
                After(99_999),
                HALF_OPEN,
                Begin(3),
                After(499),
                End(Success),
                HALF_OPEN,
                After(1),
                OPEN,
            ],
            // What they say afterwards is too late.
            &[
                Calls(4, Failure),
                After(1_000),
                Begin(4),
                After(500),
                End(Success),
                End(Success),
                End(Success),
                OPEN,
            ],
        ],
    );
}

#[test]
fn the_listener_hears_why() {
    use Cause::*;
    let story = [
        Calls(4, Failure),
        After(1_000),
        Begin(4),
        After(500),
        OPEN,
        After(2_000),
        Calls(3, Success),
        Slow(4, 100),
        After(1_000),
        Slow(4, 100),
    ];
    assert_eq!(
        happen(settings(), &story),
        [
            (State::Open, TooManyFailed),
            (State::HalfOpen, WaitIsOver),
            (State::Open, ProbesLost),
            (State::HalfOpen, WaitIsOver),
            (State::Closed, ProbesPassed),
            (State::Open, TooManySlow),
            (State::HalfOpen, WaitIsOver),
            (State::Open, TooManySlow),
        ]
    );
}

#[test]
fn by_default_a_dead_service_is_left_alone_after_a_second_and_a_half() {
    for per_second in [20, 100, 1_000] {
        let pause = 1_000 / per_second;
        let breaker = CircuitBreaker::new(Settings::default());
        let mut now = Instant::now();
        for _ in 0..10 * per_second {
            breaker.try_acquire(now).unwrap().done(Success, now);
            now += millis(pause);
        }
        let died = now;
        while let Ok(permit) = breaker.try_acquire(now) {
            permit.done(Failure, now);
            now += millis(pause);
        }
        let took = now - died;
        assert!((millis(1_300)..=millis(1_800)).contains(&took), "{per_second}/s: {took:?}");
    }
}

#[test]
fn by_default_a_service_that_was_dead_for_long_is_back_within_five_seconds() {
    let breaker = CircuitBreaker::new(Settings::default());
    let start = Instant::now();
    let asked = |second: u64, hundredth: u64| start + millis(second * 1_000 + hundredth * 10);
    for dead in 1..=60 {
        for hundredth in 0..100 {
            if let Ok(permit) = breaker.try_acquire(asked(dead, hundredth)) {
                permit.done(Failure, asked(dead, hundredth));
            }
        }
        let wait =
            breaker.try_acquire(asked(dead, 100)).map_or_else(|it| it.retry_after, |_| millis(0));
        assert!(wait <= millis(4_000), "after {dead} s: {wait:?}");
    }
}

#[test]
fn by_default_one_dead_pod_out_of_two_keeps_the_other() {
    let breaker = CircuitBreaker::new(Settings::default());
    let mut now = Instant::now();
    for each in 0..10_000 {
        let outcome = if each % 2 == 0 { Failure } else { Success };
        breaker.try_acquire(now).unwrap().done(outcome, now);
        now += millis(10);
    }
    assert_eq!(breaker.state(now), State::Closed);
}

#[test]
fn shares() {
    assert_eq!((Percent::new(0), Percent::new(101)), (None, None));
    for (share, part, whole, is_reached) in [
        (1, 0, 100, false),
        (1, 1, 100, true),
        (50, 1, 3, false),
        (50, 2, 4, true),
        (51, 1, 2, false),
        (100, 9, 10, false),
        (100, 10, 10, true),
        (100, u32::MAX - 1, u32::MAX, false),
        (100, u32::MAX, u32::MAX, true),
    ] {
        assert_eq!(percent(share).is_reached(part, whole), is_reached, "{share} {part}/{whole}");
    }
}

#[test]
fn a_listener_that_fails_breaks_nothing() {
    let breaker = CircuitBreaker::heard_by(Box::new(|_| panic!("out of order")), settings());
    let now = Instant::now();
    let fail = || breaker.try_acquire(now).unwrap().done(Failure, now);
    let told =
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| (0..4).for_each(|_| fail())));
    assert!(told.is_err());
    assert_eq!(breaker.state(now), State::Open);
}
