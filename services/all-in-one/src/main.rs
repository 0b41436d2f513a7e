//! A whole shop as a process.

use chassis::{process, telemetry};
use shop_dev::{Config, Ports};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let config: Config = process::parse();
    telemetry::init("shop", &config.telemetry);
    let ports = Ports::from(config.port)?;
    shop_dev::run(&config, ports, process::stop_signal()).await
}
