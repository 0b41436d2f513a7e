//! Scenarios on a real cluster, and the vocabulary they are told in.
//!
//! What a scenario needs it does as a person would: with `kubectl`, over HTTP at the gateway, with a
//! mail client, at the broker's management API. It knows no code of the services or the operator. Those
//! that need no cluster are in the crate `scenarios`, and told here at the [`market`].

pub mod broker;
pub mod cluster;
pub mod database;
pub mod mailbox;
pub mod market;
pub mod program;
pub mod scenarios;
pub mod shop;
pub mod story;
