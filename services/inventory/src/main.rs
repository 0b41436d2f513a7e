//! The inventory service as a process.

use chassis::{clock::SystemClock, process, process::Process, telemetry};
use inventory::{Config, NAME};
use std::sync::Arc;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let config: Config = process::parse();
    telemetry::init(NAME, &config.telemetry);
    let mut store = store::Store::connect(&config.store).await?;
    let bus = bus::Bus::connect(NAME, &config.bus);
    let process = Process::new(NAME, &config.http);
    let process = process.trust(config.identity.clone(), Arc::new(SystemClock));
    let (patience, orders) = (
        config.patience(),
        Arc::new(config.gateway.gateway(config.identity.inside_token.as_ref())),
    );
    inventory::assemble(process, patience, &mut store, &bus, orders, Arc::new(SystemClock))
        .until(process::stop_signal())
        .await
}
