//! The product service: the catalogue, and the prices that count.

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
pub use error::Error;
pub use service::Products;

use bus::Bus;
use chassis::{clock::SharedClock, process::Process};
use store::Store;

/// What the service is called.
pub const NAME: &str = contracts::catalog::PRODUCTS.name;

/// Puts the service together on whatever back ends it is given.
pub fn assemble(process: Process, store: &mut Store, bus: &Bus, clock: SharedClock) -> Process {
    let products = Products::new(store, clock);
    let process = bus.consume(process, events::levels(&products));
    let process = process.serve(
        api::routes(products).merge(bus.staff_routes()),
        ACCESS.into_iter().chain(bus::STAFF_ACCESS),
    );
    let process = bus.relay(process, store.outboxes());
    store.attach(process)
}
