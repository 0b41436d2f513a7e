//! What happened lately, in slices of time, so that it takes the same memory however much happened.
//!
//! The first look sets where slices begin. Time that goes backwards, as it may between two threads, is
//! taken for the latest time seen.

use std::{
    collections::VecDeque,
    num::NonZeroU32,
    time::{Duration, Instant},
};

/// Some slices of time, the oldest first; those that have become too old are forgotten.
#[derive(Debug)]
pub(crate) struct Slices<T> {
    count: usize,
    length: Duration,
    kept: VecDeque<T>,
    /// When the newest slice began.
    began: Option<Instant>,
}

impl<T: Default> Slices<T> {
    /// So many slices of this length, all of them empty. None is shorter than a nanosecond.
    pub(crate) fn new(count: NonZeroU32, length: Duration) -> Self {
        let count = usize::try_from(count.get()).unwrap_or(usize::MAX);
        let length = length.max(Duration::from_nanos(1));
        Self { count, length, kept: VecDeque::new(), began: None }
    }

    /// What is not too old, with the slice of this moment at the end.
    pub(crate) fn at(&mut self, now: Instant) -> &mut VecDeque<T> {
        let began = *self.began.get_or_insert(now);
        let (passed, rest) = divide(now.saturating_duration_since(began), self.length);
        if passed > 0 {
            self.began = now.checked_sub(rest);
        }
        self.forget(passed);
        self.kept.resize_with(self.kept.len().max(1), T::default);
        &mut self.kept
    }

    /// Lets so many new slices begin.
    fn forget(&mut self, passed: usize) {
        if passed >= self.count {
            return self.kept.clear();
        }
        self.kept.resize_with(self.kept.len() + passed, T::default);
        let too_many = self.kept.len().saturating_sub(self.count);
        self.kept.drain(..too_many);
    }
}

/// How often a length fits into a time, and what is left over.
fn divide(time: Duration, length: Duration) -> (usize, Duration) {
    let (time, length) = (time.as_nanos(), length.as_nanos());
    let rest = u64::try_from(time % length).unwrap_or(u64::MAX);
    (usize::try_from(time / length).unwrap_or(usize::MAX), Duration::from_nanos(rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn what_is_too_old_is_forgotten() {
        let start = Instant::now();
        // Each step: milliseconds since the start, and what is known then, having added that time.
        for steps in [
            &[(0, &[0][..]), (999, &[999]), (1_000, &[999, 1_000]), (2_999, &[999, 1_000, 2_999])]
                [..],
            &[(0, &[0]), (2_000, &[0, 0, 2_000]), (3_000, &[0, 2_000, 3_000])],
            &[(500, &[500]), (1_499, &[1_999]), (1_500, &[1_999, 1_500])],
            &[(0, &[0]), (2_999, &[0, 0, 2_999]), (3_000, &[0, 2_999, 3_000])],
            &[(5_000, &[5_000]), (8_000, &[8_000]), (60_000, &[60_000])],
            &[(2_000, &[2_000]), (0, &[2_000]), (2_500, &[4_500]), (3_000, &[4_500, 3_000])],
        ] {
            let mut slices = Slices::<u64>::new(NonZeroU32::new(3).unwrap(), SECOND);
            for (millis, known) in steps {
                let kept = slices.at(start + Duration::from_millis(*millis));
                *kept.back_mut().unwrap() += millis;
                assert_eq!(kept, known, "{steps:?} at {millis}");
            }
        }
    }

    #[test]
    fn extremes_do_no_harm() {
        let start = Instant::now();
        let far = start + Duration::from_secs(1 << 40);
        for length in [Duration::ZERO, Duration::MAX] {
            let mut slices = Slices::<u8>::new(NonZeroU32::MIN, length);
            assert_eq!(slices.at(start).len(), 1);
            assert_eq!(slices.at(far).len(), 1);
        }
    }
}
