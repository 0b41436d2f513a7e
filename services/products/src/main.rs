//! The product service as a process.

use chassis::{clock::SystemClock, process, process::Process, telemetry};
use products::{Config, NAME};
use std::sync::Arc;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let config: Config = process::parse();
    telemetry::init(NAME, &config.telemetry);
    let mut store = store::Store::connect(&config.store).await?;
    let bus = bus::Bus::connect(NAME, &config.bus);
    let process = Process::new(NAME, &config.http);
    let process = process.trust(config.identity.clone(), Arc::new(SystemClock));
    products::assemble(process, &mut store, &bus, Arc::new(SystemClock))
        .until(process::stop_signal())
        .await
}
