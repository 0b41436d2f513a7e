//! The order service: takes orders, and leads each to its end.
//!
//! An order that was answered with 201 is on a majority of disks, together with all that it has to
//! say. It asks for stock and money, is carried out when it has both, and asks for its parcel; whatever
//! goes wrong is undone, and as long as nobody answers it asks again, until its deadline cancels it.
//! Prices come from the catalogue, never from a client.

mod access;
pub mod api;
mod catalogue;
mod config;
pub mod domain;
mod error;
pub mod events;
mod gateway;
mod process;
mod service;
mod storage;

pub use access::ACCESS;
pub use catalogue::{Catalogue, Entry, Product, ProductSource};
pub use config::Config;
pub use error::Error;
pub use service::{
    CartLine, OrderRequest, Ordered, Orders, Placed, ProductRef, RequestedLine, Timing,
};

use bus::Bus;
use chassis::{
    clock::SharedClock,
    process::{Process, Stage},
};
use std::sync::Arc;
use store::Store;

/// What the service is called.
pub const NAME: &str = contracts::catalog::ORDERS.name;

/// Puts the service together on whatever back ends it is given.
pub fn assemble(
    process: Process,
    timing: Timing,
    store: &mut Store,
    bus: &Bus,
    source: Arc<dyn ProductSource>,
    clock: SharedClock,
) -> Process {
    let catalogue = Catalogue::new(store, source);
    let orders = Orders::new(store, catalogue, clock, timing);
    let (sweeper, expirer, remover) = (orders.clone(), orders.clone(), orders.clone());
    let process = bus.consume(process, events::answers(&orders));
    let process = bus.consume(process, events::catalogue(&orders));
    let process = process
        .run(Stage::Consume, "order sweep", |stop| process::sweep(sweeper, stop))
        .run(Stage::Consume, "cart sweep", |stop| process::expire_carts(expirer, stop))
        .run(Stage::Consume, "cart removal", |stop| process::remove_carts(remover, stop))
        .serve(
            api::routes(orders).merge(bus.staff_routes()),
            ACCESS.into_iter().chain(bus::STAFF_ACCESS),
        );
    let process = bus.relay(process, store.outboxes());
    store.attach(process)
}
