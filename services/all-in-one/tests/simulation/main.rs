//! The whole shop in one thread: time stands still while anybody works, and all that goes wrong follows
//! from a seed.
//!
//! `SEED=7` tells all that happens with one seed; `SEEDS=10000` runs so many.

#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot go on says so and ends")]

mod chance;
mod checker;
mod client;
mod clock;
mod doors;
mod kin;
mod mischief;
mod notes;
mod outside;
mod paths;
mod people;
mod plan;
mod run;
mod seeds;
mod stage;
mod state;
mod stories;
mod tally;
mod trace;
mod troubles;
mod world;
