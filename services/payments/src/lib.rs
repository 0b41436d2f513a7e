//! The payment service: money is promised, taken, given up and given back, each at most once.
//!
//! What is wanted is saved first, and then the provider is asked, by the cashier and never inside a
//! decision. A call whose outcome is unknown is made again under the same key until it is known. The
//! answer and the webhook that tells the same are one step, whichever comes first.

mod access;
pub mod api;
mod cashier;
mod config;
pub mod domain;
mod error;
pub mod events;
mod metrics;
pub mod provider;
mod service;
mod storage;
pub mod webhook;

pub use access::ACCESS;
pub use config::Config;
pub use error::Error;
pub use provider::{Provider, Simulator};
pub use service::Payments;
pub use webhook::{Door, Secret};

use bus::Bus;
use cashier::Cashier;
use chassis::{
    clock::SharedClock,
    gateway::OrderSource,
    process::{Process, Stage},
};
use std::{sync::Arc, time::Duration};
use store::Store;

/// What the service is called.
pub const NAME: &str = contracts::catalog::PAYMENTS.name;

/// What the service goes by.
#[derive(Clone, Debug)]
pub struct Settings {
    /// What webhooks are signed with.
    pub webhook_secret: Secret,
    /// How long a bank transfer is waited for.
    pub transfer_deadline: Duration,
}

/// Puts the service together on whatever back ends it is given.
pub fn assemble(
    process: Process,
    settings: Settings,
    store: &mut Store,
    bus: &Bus,
    orders: Arc<dyn OrderSource>,
    provider: Arc<dyn Provider>,
    clock: SharedClock,
) -> Process {
    let Settings { webhook_secret, transfer_deadline } = settings;
    let (payments, fresh) = Payments::new(store, orders, clock.clone(), transfer_deadline);
    let door = Door::new(payments.clone(), webhook_secret, clock);
    let routes = api::routes(payments.clone(), door.clone()).merge(provider.routes());
    let process = provider.attach(process, door);
    let process = bus.consume(process, events::wishes(&payments));
    let cashier = Cashier::new(payments.clone(), provider);
    let process = process
        .run(Stage::Consume, "transfer sweep", |stop| service::sweep(payments, stop))
        // It stops before the relay does, which says what it has noted.
        .run(Stage::Serve, "cashier", |stop| cashier.run(fresh, stop))
        .serve(routes.merge(bus.staff_routes()), ACCESS.into_iter().chain(bus::STAFF_ACCESS));
    let process = bus.relay(process, store.outboxes());
    store.attach(process)
}
