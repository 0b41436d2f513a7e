use crate::Timing;
use chassis::{env, gateway, http, identity, telemetry};
use std::time::Duration;

/// What the service must be told.
#[derive(Clone, Debug, clap::Parser)]
#[command(version, about = "Orders and the order process of a shop")]
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
    /// Whose tokens are good.
    #[command(flatten)]
    pub identity: identity::Config,
    /// Where products are asked for that are not known yet.
    #[command(flatten)]
    pub gateway: gateway::Config,
    /// How long an order waits for an answer before it asks again.
    #[arg(long, env = env::ORDER_NUDGE, value_name = env::ORDER_NUDGE, default_value = "10s", value_parser = humantime::parse_duration)]
    pub order_nudge: Duration,
    /// How long an order may stay without an answer before it is cancelled.
    #[arg(long, env = env::ORDER_DEADLINE, value_name = env::ORDER_DEADLINE, default_value = "15m", value_parser = humantime::parse_duration)]
    pub order_deadline: Duration,
    /// How long an order may wait for a bank transfer before it is cancelled.
    #[arg(long, env = env::TRANSFER_DEADLINE, value_name = env::TRANSFER_DEADLINE, default_value = "7d", value_parser = humantime::parse_duration)]
    pub transfer_deadline: Duration,
}

/// How much longer an order waits for a transfer than the payment does, so that the payment, which
/// knows, has the first word.
const GRACE: Duration = Duration::from_hours(1);

impl Config {
    /// How patient orders are.
    pub fn timing(&self) -> Timing {
        Timing {
            nudge: self.order_nudge,
            deadline: self.order_deadline,
            transfer_deadline: self.transfer_deadline.saturating_add(GRACE),
        }
    }
}
