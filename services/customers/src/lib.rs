//! The customer service: who the customers are, and how they prove it.
//!
//! What is known of a customer, their password's hash and their sessions are one document: whoever signs
//! in while the password changes, or while the account is deleted, is on one side of it or the other.

mod access;
pub mod api;
mod config;
pub mod domain;
mod error;
mod hasher;
mod service;
mod storage;

pub use access::ACCESS;
pub use config::Config;
pub use error::Error;
pub use service::Customers;

use bus::Bus;
use chassis::{
    clock::SharedClock,
    identity::{SigningKey, VerifyingKeys},
    process::Process,
};
use domain::FirstStaff;
use store::Store;

/// What the service is called.
pub const NAME: &str = contracts::catalog::CUSTOMERS.name;

/// What the service goes by.
#[derive(Clone, Debug)]
pub struct Settings {
    /// What tokens are signed with.
    pub signing_key: SigningKey,
    /// The keys that others are told to check them with.
    pub published_keys: VerifyingKeys,
    /// The first of those who run the shop; without it there are none.
    pub first_staff: Option<FirstStaff>,
}

/// Puts the service together on whatever back ends it is given.
pub fn assemble(
    process: Process,
    settings: Settings,
    store: &mut Store,
    bus: &Bus,
    clock: SharedClock,
) -> Process {
    let Settings { signing_key, published_keys, first_staff } = settings;
    let customers = Customers::new(store, clock, signing_key, first_staff);
    let process = process.serve(api::routes(customers, &published_keys), ACCESS);
    let process = bus.relay(process, store.outboxes());
    store.attach(process)
}
