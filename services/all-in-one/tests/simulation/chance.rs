//! Chance: all of it follows from the seed of the run, as ids do.

use contracts::ids::chance;
use std::time::Duration;

/// A number below `bound`, which is above 0.
pub(crate) fn below(bound: u64) -> u64 {
    chance() % bound.max(1)
}

/// A number from `least` to `most`.
pub(crate) fn between(least: u64, most: u64) -> u64 {
    least + below(most.saturating_sub(least) + 1)
}

/// A small number from `least` to `most`.
pub(crate) fn few(least: u32, most: u32) -> u32 {
    u32::try_from(between(least.into(), most.into())).unwrap_or(most)
}

/// Something that happens once in `count` times; never, when that is 0.
pub(crate) fn once_in(count: u64) -> bool {
    count > 0 && below(count) == 0
}

/// Something that happens in so many of a hundred cases.
pub(crate) fn percent(count: u64) -> bool {
    below(100) < count
}

/// One of several.
pub(crate) fn one_of<T: Copy>(all: &[T]) -> T {
    let index = usize::try_from(below(all.len() as u64)).unwrap_or_default();
    all[index]
}

/// A time from `least` to `most` milliseconds.
pub(crate) fn millis(least: u64, most: u64) -> Duration {
    Duration::from_millis(between(least, most))
}
