use chassis::{env, secret, telemetry};
use contracts::text::EmailAddress;
use customers::domain::Password;
use gateway::rate_limit::Quota;
use shipping::carrier::Pace;

/// What may be told; nothing must be.
#[derive(Clone, Debug, clap::Parser)]
#[command(version, about = "A whole shop in one process; nothing is kept when it ends")]
pub struct Config {
    /// The port of the gateway; the other services have those that follow. 0 takes any that are free.
    #[arg(long, env = env::PORT, value_name = env::PORT, default_value_t = 3000)]
    pub port: u16,
    /// How it tells what it does.
    #[command(flatten)]
    pub telemetry: telemetry::Config,
    /// How many requests a client may make.
    #[command(flatten)]
    pub quota: Quota,
    /// How long a parcel takes for one leg of its way; `off` or `0`: staff move parcels.
    #[arg(long, env = env::CARRIER_PACE, value_name = env::CARRIER_PACE, default_value = "10s")]
    pub carrier_pace: Pace,
    /// With which password `staff@shop.internal` signs in; a random one when left out.
    #[arg(long, env = env::STAFF_PASSWORD, value_name = env::STAFF_PASSWORD, hide_env_values = true, value_parser = secret::parser::<Password>())]
    pub staff_password: Option<Password>,
    /// Who is told of changes of stock: addresses, separated by commas.
    #[arg(long, env = env::MAIL_STAKEHOLDERS, value_name = env::MAIL_STAKEHOLDERS, value_delimiter = ',', default_value = "stock@example.com", value_parser = EmailAddress::parse)]
    pub mail_stakeholders: Vec<EmailAddress>,
}
