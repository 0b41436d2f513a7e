//! Where new ids and chance come from: from the machine, or, on a thread that a test has given a seed,
//! from that seed, so that a run can be replayed to the last id.

use std::{cell::Cell, marker::PhantomData};
use uuid::{Builder, Uuid};

/// What the first seeded id shows as its time, in milliseconds: 15 January 2027.
const FIRST_MILLIS: u64 = 1_800_000_000_000;
/// What a step of `SplitMix64` adds: 2^64 divided by the golden ratio.
const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;
/// The bits of the second half of a UUID that are not its variant.
const NOT_THE_VARIANT: u64 = u64::MAX >> 2;

thread_local! {
    static SOURCE: Cell<Option<Source>> = const { Cell::new(None) };
}

/// A stream of numbers that follows from its seed.
#[derive(Clone, Copy, Debug)]
struct Source {
    state: u64,
    count: u64,
}

impl Source {
    /// `SplitMix64` (Steele, Lea, Flood 2014).
    const fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(GOLDEN);
        let it = (self.state ^ (self.state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let it = (it ^ (it >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        it ^ (it >> 31)
    }

    /// The next id. Its time counts the ids there were, so that ids are in the order of creation.
    fn id(&mut self) -> Uuid {
        let millis = FIRST_MILLIS + self.count;
        self.count += 1;
        let mut random = [0; 10];
        random[..8].copy_from_slice(&self.next().to_be_bytes());
        random[8..].copy_from_slice(&self.next().to_be_bytes()[..2]);
        Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
    }
}

/// As long as this is there, ids and chance on its thread follow from its seed.
#[derive(Debug)]
#[must_use = "the seed holds as long as this is there"]
pub struct Seeded {
    before: Option<Source>,
    /// It must end on the thread where it began.
    _stays: PhantomData<*const ()>,
}

impl Drop for Seeded {
    fn drop(&mut self) {
        SOURCE.set(self.before);
    }
}

/// Lets new ids and chance on this thread follow from `seed`, for simulations: a run on one thread with
/// time held still is then the same each time.
pub fn seeded(seed: u64) -> Seeded {
    let source = Source { state: seed, count: 0 };
    Seeded { before: SOURCE.replace(Some(source)), _stays: PhantomData }
}

/// A number whose lowest 32 bits are chance, and those above a count that begins by chance. For what
/// only has to differ, such as how long each of many waits before it comes back.
#[must_use]
pub fn chance() -> u64 {
    drawn(Source::next).unwrap_or_else(|| Uuid::now_v7().as_u64_pair().1 & NOT_THE_VARIANT)
}

/// A new id.
pub(super) fn fresh() -> Uuid {
    drawn(Source::id).unwrap_or_else(Uuid::now_v7)
}

/// What the seeded source gives, if this thread has one.
fn drawn<T>(draw: impl FnOnce(&mut Source) -> T) -> Option<T> {
    let mut source = SOURCE.get()?;
    let drawn = draw(&mut source);
    SOURCE.set(Some(source));
    Some(drawn)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(seed: u64) -> Vec<Uuid> {
        let _seeded = seeded(seed);
        std::iter::repeat_with(fresh).take(1_000).collect()
    }

    #[test]
    fn the_same_seed_gives_the_same_ids_in_order() {
        let ids = run(7);
        assert_eq!(ids, run(7));
        assert!(ids.is_sorted());
        assert_eq!(ids[0].get_version_num(), 7);
        assert!(run(8).iter().all(|it| !ids.contains(it)));
    }

    #[test]
    fn the_seed_ends_with_its_guard() {
        let outer = seeded(1);
        let first = fresh();
        drop(seeded(2));
        let second = fresh();
        drop(outer);
        let _again = seeded(1);
        assert_eq!((first, second), (fresh(), fresh()));
    }

    #[test]
    fn without_a_seed_chance_differs() {
        assert_ne!(chance(), chance());
        assert!(chance() <= NOT_THE_VARIANT);
    }

    #[test]
    fn another_thread_is_not_seeded() {
        let _seeded = seeded(1);
        let there = || std::thread::spawn(fresh).join().unwrap();
        assert_ne!(there(), there());
    }
}
