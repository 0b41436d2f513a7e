//! Messages between services, and the only user of `lapin`.
//!
//! - [`Subscriptions`]: who hears what; the argument of a handler is its subscription.
//! - A consumer hands what arrives to its handler, and acknowledges it once the handler is done. What
//!   failed is copied to a delay queue or to the queue of the dead, and only when the broker has
//!   confirmed the copy is the original acknowledged.
//! - A relay says what waits in the outboxes of a store, with many messages on their way at once, and
//!   takes out of them exactly what the broker has confirmed.
//! - [`DeadLetters`]: what was set aside is listed, read and sent again by the service that owns the
//!   queue, over HTTP too ([`Bus::staff_routes`]).
//! - Nothing is ever declared: the operator does that, and everything here waits for it.
//!
//! Messages come at least once. A crash, or a lost connection, can only delay or repeat them.

mod backoff;
mod bus;
mod config;
mod consumer;
mod dead_letters;
mod memory;
mod metrics;
mod parcel;
mod publisher;
mod rabbit;
mod raw;
mod relay;
mod subscriptions;

pub use bus::Bus;
pub use config::{Config, Url};
pub use dead_letters::{DeadLetter, DeadLetterError, DeadLetters, Redriven, STAFF_ACCESS};
pub use memory::{
    Memory,
    faults::{Delivering, Faults, Passing, Publishing},
};
pub use parcel::header;
pub use raw::Raw;
pub use subscriptions::{Delivery, Incomplete, Subscriptions};
