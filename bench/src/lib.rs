//! Measures the gateway as a process among processes, beside nginx, which does the same for the same
//! upstream on the same core. Figures of two programs are compared only where they come from one run in
//! which the two took turns.
//!
//! The pure half is tested: [`schedule`] says when requests are due, [`events`] what came of them,
//! [`spread`] what several rounds come to. The rest talks to processes: [`load`] over [`wire`],
//! [`upstream`], which is asked, [`proxies`], which stand between, and [`measure`], one module per question.

#![expect(clippy::float_arithmetic, reason = "figures of a measurement; no money is in here")]

pub mod events;
pub mod load;
pub mod machine;
pub mod measure;
pub mod program;
pub mod proxies;
pub mod report;
pub mod schedule;
pub mod spread;
pub mod upstream;
pub mod wire;
