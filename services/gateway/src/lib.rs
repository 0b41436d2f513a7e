//! The gateway: the single entry of a shop. It owns no data and hears nothing.
//!
//! A request is counted against its client, routed by its path, and handed on within a time limit, its
//! body and that of the answer as streams. One module per policy: [`rate_limit`] and `limits`, [`route`],
//! [`bulkhead`], [`time_limit`], and [`resilience`] for retries and circuit breaker; [`service`],
//! [`forward`] and `exchange` say in which order they apply. Whatever goes wrong, the client is answered
//! with a problem document, and in time. What is set may change while it runs: `settings_file` reads it,
//! `policies` are what follows from it. `shelf` has answers for when there are no new ones.

mod answer;
pub mod api;
mod body;
pub mod bulkhead;
mod config;
mod connect;
mod cors;
mod error;
mod exchange;
mod form;
pub mod forward;
mod headers;
mod limits;
mod metrics;
pub mod peers;
mod policies;
pub mod rate_limit;
mod request_id;
pub mod route;
mod safety;
pub mod service;
mod settings_file;
mod shelf;
pub mod time_limit;
mod tokens;
pub mod upstream;
mod upstreams;
mod visitor;

pub use config::Config;
pub use error::Error;
pub use service::Gateway;
pub use settings_file::{BadFile, SettingsFile};
pub use upstreams::Upstreams;

use chassis::{
    clock::SharedClock,
    process::{Process, Stage},
};
use contracts::gateway_settings::BadSettings;

/// What the service is called.
pub const NAME: &str = contracts::catalog::GATEWAY.name;

/// Puts the gateway together.
///
/// # Errors
/// When what is set makes no sense.
pub fn assemble(
    mut process: Process,
    config: &Config,
    clock: SharedClock,
) -> Result<Process, BadSettings> {
    let gateway = Gateway::new(config, clock)?;
    if let Some(file) = config.settings.clone() {
        let gateway = gateway.clone();
        process = process.run(Stage::Consume, "settings", |stop| file.watch(gateway, stop));
    }
    if let Some(host) = config.peers.clone() {
        let peers = gateway.peers().clone();
        process = process.run(Stage::Consume, "peers", |stop| peers::count(host, peers, stop));
    }
    Ok(process.serve_bare(api::routes(gateway)))
}
