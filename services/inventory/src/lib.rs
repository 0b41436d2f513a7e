//! The inventory service: how much there is of each product, and what of it is promised to whom.
//!
//! It never promises more than there is. Stock of one product is one document, so that two orders for
//! its last piece meet there; an order with several lines is led through the documents of its products
//! by a document of its own, the reservation, and gets all of them or none. Each movement of stock is
//! kept in a ledger that adds up to it.

mod access;
pub mod api;
mod config;
pub mod domain;
mod error;
pub mod events;
mod service;
mod storage;

pub use access::ACCESS;
pub use config::Config;
pub use domain::Patience;
pub use error::Error;
pub use service::Inventory;

use bus::Bus;
use chassis::{
    clock::SharedClock,
    gateway::OrderSource,
    process::{Process, Stage},
};
use std::sync::Arc;
use store::Store;

/// What the service is called.
pub const NAME: &str = contracts::catalog::INVENTORY.name;

/// Puts the service together on whatever back ends it is given.
pub fn assemble(
    process: Process,
    patience: Patience,
    store: &mut Store,
    bus: &Bus,
    orders: Arc<dyn OrderSource>,
    clock: SharedClock,
) -> Process {
    let inventory = Inventory::new(store, orders, clock, patience);
    let sweeper = inventory.clone();
    let process = bus.consume(process, events::new_orders(&inventory));
    let process = bus.consume(process, events::outcomes(&inventory));
    let process = bus.consume(process, events::ledger(&inventory));
    let process = process
        .run(Stage::Consume, "reservation sweep", |stop| service::sweep(sweeper, stop))
        .serve(
            api::routes(inventory).merge(bus.staff_routes()),
            ACCESS.into_iter().chain(bus::STAFF_ACCESS),
        );
    let process = bus.relay(process, store.outboxes());
    store.attach(process)
}
