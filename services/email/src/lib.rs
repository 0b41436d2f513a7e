//! The email service: tells customers what becomes of their orders, and stakeholders what becomes of
//! the stock.
//!
//! A message becomes a mail in the store, and is acknowledged then; the mail leaves right after that.
//! Its id follows from what it tells to whom, so a message that comes twice is still one mail. Mails
//! leave at least once: only who dies between the server's answer and the save sends one again, under
//! the same Message-ID.

mod access;
pub mod api;
mod config;
pub mod domain;
mod error;
pub mod events;
pub mod mailer;
mod metrics;
mod postman;
mod service;
mod storage;

pub use access::ACCESS;
pub use config::Config;
pub use error::Error;
pub use mailer::Mailer;
pub use service::Mails;

use bus::Bus;
use chassis::{
    clock::SharedClock,
    process::{Process, Stage},
};
use contracts::text::EmailAddress;
use postman::Postman;
use std::sync::Arc;
use store::Store;

/// What the service is called.
pub const NAME: &str = contracts::catalog::EMAIL.name;

/// Puts the service together on whatever back ends it is given. Without a mailer, mails are kept.
pub fn assemble(
    process: Process,
    stakeholders: Vec<EmailAddress>,
    store: &mut Store,
    bus: &Bus,
    mailer: Option<Arc<dyn Mailer>>,
    clock: SharedClock,
) -> Process {
    let (mails, fresh) = Mails::new(store, clock, stakeholders, mailer.is_some());
    let process =
        bus.consume(process, events::subscriptions(&mails)).needs("rabbitmq", bus.check());
    let process = match mailer {
        Some(mailer) => {
            let postman = Postman::new(mails.clone(), mailer);
            process.run(Stage::Relay, "postman", |stop| postman.run(fresh, stop))
        }
        None => process,
    };
    store.attach(process.serve(
        api::routes(mails).merge(bus.staff_routes()),
        ACCESS.into_iter().chain(bus::STAFF_ACCESS),
    ))
}
