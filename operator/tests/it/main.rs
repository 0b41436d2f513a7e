//! The operator, tested from outside: refusals and plans as tables and snapshots, and reconciliation
//! against a pretended API server, broker and database.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on ends")]

mod blueprint;
mod crash;
mod credentials;
mod drift;
mod fixtures;
mod gateway;
mod plan;
mod reconcile;
mod status;
mod tending;
mod token_key;
mod world;
