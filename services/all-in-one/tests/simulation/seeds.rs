//! Many runs.

use crate::{
    paths::PATHS,
    run::{Run, run},
    tally::{NEVER, TROUBLES, Tally},
    trace::LINES,
};
use std::time::{Duration, Instant};

/// How many seeds are run when nobody says how many: about half a minute on one core.
const SEEDS: u64 = 800;
/// How many seeds are run twice.
const TWICE: u64 = 8;
/// In so many runs everything happens that can.
const ENOUGH: u64 = 100;

#[expect(clippy::disallowed_methods, reason = "the one place where a run is told what to do")]
fn told(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|it| it.parse().unwrap_or_else(|_| panic!("{name} is a number")))
}

fn tell(seed: u64, run: &Run) -> String {
    let broken: Vec<_> = run.violations.iter().map(ToString::to_string).collect();
    let broken = if broken.is_empty() { vec!["nothing".to_owned()] } else { broken };
    format!("{}\nSEED={seed} breaks\n  {}", run.trace.text(), broken.join("\n  "))
}

#[test]
fn every_shop_comes_to_rest_with_all_equations_holding() {
    let (one, start) = (told("SEED"), Instant::now());
    let seeds = match one {
        Some(seed) => seed..seed + 1,
        None => 0..told("SEEDS").unwrap_or(SEEDS),
    };
    let count = seeds.end - seeds.start;
    let (tally, mut lasted, mut broken) = (Tally::default(), Duration::ZERO, Vec::new());
    for seed in seeds {
        let run = run(seed, if one.is_some() { usize::MAX } else { LINES });
        tally.take_in(&run.tally);
        lasted += run.trace.lasted();
        if one.is_some() || (!run.violations.is_empty() && broken.len() < 3) {
            eprintln!("{}", tell(seed, &run));
        }
        if !run.violations.is_empty() {
            broken.push(seed);
        }
    }
    eprintln!("{}", table(&tally));
    eprintln!("{count} seeds, {lasted:?} of shops in {:?}", start.elapsed());
    assert!(broken.is_empty(), "{} of {count} seeds break equations: {broken:?}", broken.len());
    assert_eq!(tally.of(NEVER), 0, "{NEVER}");
    assert!(count < ENOUGH || missing(&tally).is_empty(), "never: {:?}", missing(&tally));
}

/// How often what has happened.
fn table(tally: &Tally) -> String {
    let lines = tally.all().into_iter().map(|(what, times)| format!("{times:>8} {what}"));
    lines.collect::<Vec<_>>().join("\n")
}

/// What has not happened: a simulation in which nothing goes wrong proves nothing.
fn missing(tally: &Tally) -> Vec<&'static str> {
    let all = TROUBLES.into_iter().chain(PATHS.iter().map(|it| it.0));
    all.filter(|it| tally.of(it) == 0).collect()
}

#[test]
fn the_same_seed_is_the_same_run() {
    for seed in 0..TWICE {
        let (one, other) = (run(seed, LINES), run(seed, LINES));
        let (one, other) = (one.trace, other.trace);
        assert_eq!(one.sum(), other.sum(), "SEED={seed}:\n{}\n\n{}", one.text(), other.text());
        assert!(one.sum().1 > 100, "SEED={seed}: hardly anything happened");
    }
}
