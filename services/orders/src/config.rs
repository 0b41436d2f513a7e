use crate::Timing;
use chassis::{env, http, telemetry};
use reqwest::Url;
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
    /// Where the gateway is: products that are not known yet are asked for there.
    #[arg(long, env = env::GATEWAY_URL, value_name = env::GATEWAY_URL)]
    pub gateway_url: Url,
    /// How long an order waits for an answer before it asks again.
    #[arg(long, env = env::ORDER_NUDGE, value_name = env::ORDER_NUDGE, default_value = "10s", value_parser = humantime::parse_duration)]
    pub order_nudge: Duration,
    /// How long an order may stay without an answer before it is cancelled.
    #[arg(long, env = env::ORDER_DEADLINE, value_name = env::ORDER_DEADLINE, default_value = "15m", value_parser = humantime::parse_duration)]
    pub order_deadline: Duration,
}

impl Config {
    /// How patient orders are.
    pub fn timing(&self) -> Timing {
        Timing { nudge: self.order_nudge, deadline: self.order_deadline }
    }
}
