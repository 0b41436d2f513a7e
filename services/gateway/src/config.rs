use crate::{rate_limit::Quota, upstreams::Upstreams};
use chassis::{env, http, inside, secret, telemetry};
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
    /// How many requests a client may make.
    #[command(flatten)]
    pub quota: Quota,
    /// What calls from inside the shop show; without it there are none.
    #[arg(long, env = env::INSIDE_TOKEN, value_name = env::INSIDE_TOKEN, hide_env_values = true, value_parser = secret::parser::<inside::Token>())]
    pub inside_token: Option<inside::Token>,
    /// How long the gateway waits for a service.
    #[arg(long, env = env::REQUEST_TIMEOUT, value_name = env::REQUEST_TIMEOUT, default_value = "5s", value_parser = positive)]
    pub request_timeout: Duration,
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
