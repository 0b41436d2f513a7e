use super::*;
use proptest::prelude::*;

const BOUNDS: Bounds = Bounds { first: 20, least: 4, most: 1_000 };

/// A service that works on so many calls at once, each for 10 ms; the others wait within it. All its
/// clients keep the limit full.
struct Service {
    at_once: u32,
    now: Instant,
}

impl Service {
    fn new(at_once: u32) -> Self {
        Self { at_once, now: Instant::now() }
    }

    fn takes(&self, under_way: u32) -> Duration {
        Duration::from_millis(10) * under_way.max(self.at_once) / self.at_once
    }

    /// Serves for so long, and says which limits there were.
    fn serve(&mut self, limit: &mut AdaptiveLimit, time: Duration) -> Vec<u32> {
        let (until, mut limits) = (self.now + time, Vec::new());
        while self.now < until {
            let under_way = limit.get();
            let took = self.takes(under_way);
            self.now += took;
            for _ in 0..under_way {
                limit.hear(Ended { took, under_way, is_overloaded: false }, self.now);
            }
            limits.push(limit.get());
        }
        limits
    }
}

#[test]
fn it_finds_how_many_calls_a_service_can_bear() {
    for at_once in [8, 50, 200, 600] {
        let mut limit = AdaptiveLimit::new(BOUNDS);
        let mut service = Service::new(at_once);
        service.serve(&mut limit, Duration::from_secs(20));
        let limits = service.serve(&mut limit, Duration::from_secs(20));
        let (least, most) = (limits.iter().min().unwrap(), limits.iter().max().unwrap());
        assert!(*least >= at_once, "{at_once} at once: from {least} to {most}");
        assert!(*most <= (at_once * 5 / 2).max(30), "{at_once} at once: from {least} to {most}");
    }
}

#[test]
fn it_follows_a_service_that_becomes_another_one() {
    let mut limit = AdaptiveLimit::new(BOUNDS);
    let mut service = Service::new(200);
    service.serve(&mut limit, Duration::from_secs(20));
    assert!(limit.get() >= 200);
    service.at_once = 20;
    service.serve(&mut limit, Duration::from_secs(20));
    assert!(limit.get() <= 60, "{}", limit.get());
    service.at_once = 200;
    service.serve(&mut limit, Duration::from_secs(200));
    assert!(limit.get() >= 200, "{}", limit.get());
}

#[test]
fn it_does_not_creep_up_over_the_hours() {
    let mut limit = AdaptiveLimit::new(BOUNDS);
    let mut service = Service::new(50);
    service.serve(&mut limit, Duration::from_mins(1));
    let limits = service.serve(&mut limit, Duration::from_hours(2));
    assert!(limits.iter().all(|it| *it <= 150), "{:?}", limits.iter().max());
}

#[test]
fn what_is_not_used_does_not_grow() {
    let mut limit = AdaptiveLimit::new(BOUNDS);
    let (start, took) = (Instant::now(), Duration::from_millis(10));
    for n in 0..10_000 {
        let ended = Ended { took, under_way: 2, is_overloaded: false };
        limit.hear(ended, start + Duration::from_millis(n));
    }
    assert_eq!(limit.get(), BOUNDS.first);
}

#[test]
fn overload_cuts_it_and_it_recovers() {
    let mut limit = AdaptiveLimit::new(BOUNDS);
    let mut service = Service::new(100);
    service.serve(&mut limit, Duration::from_secs(20));
    let before = limit.get();
    for n in 0..5_000 {
        let ended =
            Ended { took: Duration::from_millis(1), under_way: before, is_overloaded: true };
        limit.hear(ended, service.now + Duration::from_millis(n));
    }
    assert_eq!(limit.get(), BOUNDS.least);
    service.now += Duration::from_secs(6);
    service.serve(&mut limit, Duration::from_secs(200));
    assert!(limit.get() >= 100, "{}", limit.get());
}

proptest! {
    #[test]
    fn it_never_leaves_its_bounds(
        (first, least, most) in (0..2_000_u32, 0..2_000_u32, 0..2_000_u32),
        calls in prop::collection::vec((0..10_000_u64, 0..3_000_u32, any::<bool>(), 0..50_u64), 0..500),
    ) {
        let mut limit = AdaptiveLimit::new(Bounds { first, least, most });
        let mut now = Instant::now();
        for (millis, under_way, is_overloaded, passed) in calls {
            now += Duration::from_millis(passed);
            let took = Duration::from_millis(millis);
            let said = limit.hear(Ended { took, under_way, is_overloaded }, now);
            prop_assert_eq!(said, limit.get());
            prop_assert!((least.max(1)..=most.max(least).max(1)).contains(&said));
        }
    }
}
