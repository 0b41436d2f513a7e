use crate::{Secret, Settings};
use chassis::{env, gateway, http, identity, secret, telemetry};
use std::time::Duration;

/// What the service must be told.
#[derive(Clone, Debug, clap::Parser)]
#[command(version, about = "Payments of a shop")]
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
    /// Where it is asked whether there is an order that somebody pays for by hand.
    #[command(flatten)]
    pub gateway: gateway::Config,
    /// What the payment provider signs its webhooks with: at least 24 bytes in base64.
    #[arg(long, env = env::PAYMENT_WEBHOOK_SECRET, value_name = env::PAYMENT_WEBHOOK_SECRET, hide_env_values = true, value_parser = secret::parser::<Secret>())]
    pub payment_webhook_secret: Secret,
    /// How long a bank transfer is waited for.
    #[arg(long, env = env::TRANSFER_DEADLINE, value_name = env::TRANSFER_DEADLINE, default_value = "7d", value_parser = humantime::parse_duration)]
    pub transfer_deadline: Duration,
}

impl Config {
    /// What the service itself goes by.
    #[must_use]
    pub fn settings(&self) -> Settings {
        Settings {
            webhook_secret: self.payment_webhook_secret.clone(),
            transfer_deadline: self.transfer_deadline,
        }
    }
}
