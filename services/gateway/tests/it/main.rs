//! The gateway between real clients and real upstreams on the loopback interface.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on ends")]

mod browsers;
mod faults;
mod faulty;
mod forwarding;
mod limits;
mod process;
mod refusals;
mod resilience;
mod settings;
mod shop;
mod stale;
mod tricks;
mod upstream;
