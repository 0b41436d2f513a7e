//! The shipping service: brings what was ordered to whoever ordered it, and says at each step how far
//! it is.
//!
//! An order has one shipment, whose id follows from the order's. All that may race for it (the order
//! that is called off, the carrier that takes the parcel, staff at the door) meets in that one
//! document, and the first to be saved decides. Nobody waits for the carrier: what is to be done with
//! it is written into the shipment, and the dispatcher does it afterwards.

mod access;
pub mod api;
pub mod carrier;
mod config;
mod dispatcher;
pub mod domain;
mod error;
pub mod events;
mod metrics;
mod service;
mod storage;

pub use access::ACCESS;
pub use carrier::Carrier;
pub use config::Config;
pub use error::Error;
pub use service::Shipping;

use bus::Bus;
use chassis::{
    clock::SharedClock,
    gateway::OrderSource,
    process::{Process, Stage},
};
use dispatcher::Dispatcher;
use std::sync::Arc;
use store::Store;

/// What the service is called.
pub const NAME: &str = contracts::catalog::SHIPPING.name;

/// Puts the service together on whatever back ends and carrier it is given.
pub fn assemble(
    process: Process,
    store: &mut Store,
    bus: &Bus,
    orders: Arc<dyn OrderSource>,
    carrier: Arc<dyn Carrier>,
    clock: SharedClock,
) -> Process {
    let (shipping, fresh) = Shipping::new(store, orders, clock);
    let dispatcher = Dispatcher::new(shipping.clone(), carrier);
    let process = bus
        .consume(process, events::subscriptions(&shipping))
        // It stops before the relay does, which says what it has noted.
        .run(Stage::Consume, "dispatcher", |stop| dispatcher.run(fresh, stop))
        .serve(api::routes(shipping).merge(bus.staff_routes()), ACCESS.into_iter().chain(bus::STAFF_ACCESS));
    let process = bus.relay(process, store.outboxes());
    store.attach(process)
}
