//! The gateway: the single entry of a shop. It owns no data and hears nothing.
//!
//! A request is counted against its client, routed by its path, and handed on within a time limit, its
//! body and that of the answer as streams. One module per policy: [`rate_limit`], [`route`],
//! [`bulkhead`], [`time_limit`], and [`resilience`] for retries and circuit breaker; [`service`],
//! [`forward`] and `exchange` say in which order they apply. Whatever goes wrong, the client is answered
//! with a problem document, and in time.

mod answer;
pub mod api;
mod body;
pub mod bulkhead;
mod config;
mod connect;
mod error;
mod exchange;
pub mod forward;
mod headers;
mod metrics;
pub mod rate_limit;
mod request_id;
pub mod route;
pub mod service;
pub mod time_limit;
pub mod upstream;
mod upstreams;

pub use config::Config;
pub use error::Error;
pub use service::Gateway;
pub use upstreams::Upstreams;

use chassis::{clock::SharedClock, process::Process};

/// What the service is called.
pub const NAME: &str = contracts::catalog::GATEWAY.name;

/// Puts the gateway together.
pub fn assemble(process: Process, config: &Config, clock: SharedClock) -> Process {
    process.serve_bare(api::routes(Gateway::new(config, clock)))
}
