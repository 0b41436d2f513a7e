use crate::{rate_limit::Quota, route::Origin};
use chassis::{env, http, telemetry};
use contracts::catalog::{INVENTORY, ORDERS, PRODUCTS, Service};
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
    /// Where the product service is.
    #[arg(long, env = env::PRODUCTS_SERVICE_URL, value_name = env::PRODUCTS_SERVICE_URL)]
    pub products_service_url: Origin,
    /// Where the order service is.
    #[arg(long, env = env::ORDERS_SERVICE_URL, value_name = env::ORDERS_SERVICE_URL)]
    pub orders_service_url: Origin,
    /// Where the inventory service is.
    #[arg(long, env = env::INVENTORY_SERVICE_URL, value_name = env::INVENTORY_SERVICE_URL)]
    pub inventory_service_url: Origin,
    /// How many requests a client may make.
    #[command(flatten)]
    pub quota: Quota,
    /// How long the gateway waits for a service.
    #[arg(long, env = env::REQUEST_TIMEOUT, value_name = env::REQUEST_TIMEOUT, default_value = "5s", value_parser = positive)]
    pub request_timeout: Duration,
}

impl Config {
    /// The services behind the gateway, and where they are.
    pub fn upstreams(&self) -> [(Service, Origin); 3] {
        [
            (PRODUCTS, self.products_service_url.clone()),
            (ORDERS, self.orders_service_url.clone()),
            (INVENTORY, self.inventory_service_url.clone()),
        ]
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
    use clap::Parser;
    use contracts::catalog::CATALOG;

    #[test]
    fn every_service_with_routes_is_an_upstream() {
        let config = Config::parse_from([
            "gateway",
            "--port=0",
            "--products-service-url=http://products:3001",
            "--orders-service-url=http://orders:3002",
            "--inventory-service-url=http://inventory:3005",
        ]);
        let mut upstreams: Vec<_> = config.upstreams().iter().map(|(it, _)| it.name).collect();
        let routed = CATALOG.iter().filter(|it| !it.routes.is_empty());
        let mut routed: Vec<_> = routed.map(|it| it.name).collect();
        upstreams.sort_unstable();
        routed.sort_unstable();
        assert_eq!(upstreams, routed);
    }

    #[test]
    fn a_time_limit_of_nothing_is_refused() {
        assert!(positive("0s").is_err());
        assert!(positive("soon").is_err());
        assert_eq!(positive("5s"), Ok(Duration::from_secs(5)));
    }
}
