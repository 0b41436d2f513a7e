use crate::{SettingsFile, rate_limit::Quota, upstreams::Upstreams};
use chassis::{env, http, identity, telemetry};
use contracts::gateway_settings::{BadSettings, CheckedSettings, GatewaySettings, RateLimit};
use std::time::Duration;

/// What the gateway must be told.
#[derive(Clone, Debug, clap::Parser)]
#[command(version, about = "The single entry of a shop")]
pub struct Config {
    /// How HTTP is served.
    #[command(flatten)]
    pub http: http::Config,
    /// How it tells what it does.
    #[command(flatten)]
    pub telemetry: telemetry::Config,
    /// Where the services are.
    #[command(flatten)]
    pub upstreams: Upstreams,
    /// A file of settings, which is watched. Where there is one, it says what else could be told here.
    #[arg(long, env = env::GATEWAY_SETTINGS, value_name = env::GATEWAY_SETTINGS)]
    pub settings: Option<SettingsFile>,
    /// A name with the address of each gateway of the shop, as they share a quota; without it there is one.
    #[arg(long, env = env::GATEWAY_PEERS, value_name = env::GATEWAY_PEERS)]
    pub peers: Option<String>,
    /// Whose tokens are good, so that those who show one are counted by it; and what calls from inside show.
    #[command(flatten)]
    pub identity: identity::Config,
    /// How many requests a client may make.
    #[command(flatten)]
    pub quota: Quota,
    /// How long the gateway waits for a service.
    #[arg(long, env = env::REQUEST_TIMEOUT, value_name = env::REQUEST_TIMEOUT, default_value = "5s", value_parser = positive)]
    pub request_timeout: Duration,
}

impl Config {
    /// What is set at the start.
    ///
    /// # Errors
    /// When what stands in the environment is out of range.
    pub fn settings(&self) -> Result<CheckedSettings, BadSettings> {
        match &self.settings {
            Some(file) => Ok(file.settings().clone()),
            None => self.of_environment().checked(),
        }
    }

    fn of_environment(&self) -> GatewaySettings {
        let Quota { requests, per } = self.quota;
        GatewaySettings {
            rate_limit: RateLimit { requests: requests.get(), per: per.into() },
            timeout: self.request_timeout.into(),
            ..GatewaySettings::default()
        }
    }
}

/// A duration of at least a millisecond.
pub(crate) fn positive(text: &str) -> Result<Duration, String> {
    match humantime::parse_duration(text) {
        Ok(duration) if duration >= Duration::from_millis(1) => Ok(duration),
        Ok(_too_short) => Err("must be at least 1ms".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_limit_of_nothing_is_refused() {
        assert!(positive("0s").is_err());
        assert!(positive("soon").is_err());
        assert_eq!(positive("5s"), Ok(Duration::from_secs(5)));
    }
}
