use crate::carrier::{Carrier, Pace, Simulator};
use chassis::{clock::SharedClock, env, gateway, http, identity, telemetry};
use std::sync::Arc;

/// What the service must be told.
#[derive(Clone, Debug, clap::Parser)]
#[command(version, about = "Parcels of a shop, until they are delivered")]
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
    /// Where it is asked whether there is an order that somebody ships by hand.
    #[command(flatten)]
    pub gateway: gateway::Config,
    /// How long a parcel takes for one leg of its way; `off` or `0`: staff move parcels.
    #[arg(long, env = env::CARRIER_PACE, value_name = env::CARRIER_PACE, default_value = "1m")]
    pub carrier_pace: Pace,
}

impl Config {
    /// Who brings the parcels.
    pub fn carrier(&self, clock: SharedClock) -> Arc<dyn Carrier> {
        Arc::new(Simulator::new(self.carrier_pace, clock))
    }
}
