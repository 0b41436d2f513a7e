//! The customer service: who the customers are, and how they prove it.
//!
//! What is known of a customer, their password's hash and their sessions are one document: whoever signs
//! in while the password changes, or while the account is deleted, is on one side of it or the other.

pub mod api;
mod config;
pub mod domain;
mod error;
mod hasher;
mod service;
mod storage;

pub use config::Config;
pub use error::Error;
pub use service::Customers;

use bus::Bus;
use chassis::{clock::SharedClock, identity::SigningKey, process::Process};
use store::Store;

/// What the service is called.
pub const NAME: &str = contracts::catalog::CUSTOMERS.name;

/// Puts the service together on whatever back ends it is given; it signs its tokens with `key`.
pub fn assemble(
    process: Process,
    key: SigningKey,
    store: &mut Store,
    bus: &Bus,
    clock: SharedClock,
) -> Process {
    let customers = Customers::new(store, clock, key);
    let process = process.serve(api::routes(customers));
    let process = bus.relay(process, store.outboxes());
    store.attach(process)
}
