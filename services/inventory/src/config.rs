use crate::domain::Patience;
use chassis::{env, gateway, http, identity, telemetry};
use std::time::Duration;

/// What the service must be told.
#[derive(Clone, Debug, clap::Parser)]
#[command(version, about = "Stock and reservations of a shop")]
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
    /// Where it is asked whether there is an order that somebody reserves for by hand.
    #[command(flatten)]
    pub gateway: gateway::Config,
    /// How long a reservation waits to be confirmed or cancelled before it is announced again.
    #[arg(long, env = env::RESERVATION_NUDGE, value_name = env::RESERVATION_NUDGE, default_value = "15s", value_parser = humantime::parse_duration)]
    pub reservation_nudge: Duration,
    /// How long a reservation that was made by hand holds what nobody commits.
    #[arg(long, env = env::RESERVATION_EXPIRY, value_name = env::RESERVATION_EXPIRY, default_value = "15m", value_parser = humantime::parse_duration)]
    pub reservation_expiry: Duration,
}

impl Config {
    /// How patient reservations are.
    pub const fn patience(&self) -> Patience {
        Patience { nudge: self.reservation_nudge, expiry: self.reservation_expiry }
    }
}
