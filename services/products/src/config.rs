use chassis::{http, identity, telemetry};

/// What the service must be told.
#[derive(Clone, Debug, clap::Parser)]
#[command(version, about = "The catalogue of a shop")]
pub struct Config {
    /// How HTTP is served.
    #[command(flatten)]
    pub http: http::Config,
    /// How it tells what it does.
    #[command(flatten)]
    pub telemetry: telemetry::Config,
    /// Where its database is.
    #[command(flatten)]
    pub store: store::Config,
    /// Where the broker is.
    #[command(flatten)]
    pub bus: bus::Config,
    /// Who is believed.
    #[command(flatten)]
    pub identity: identity::Config,
}
