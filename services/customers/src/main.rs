//! The customer service as a process.

use chassis::{clock::SystemClock, process, process::Process, telemetry};
use customers::{Config, NAME};
use std::sync::Arc;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let config: Config = process::parse();
    telemetry::init(NAME, &config.telemetry);
    let mut store = store::Store::connect(&config.store).await?;
    let bus = bus::Bus::connect(NAME, &config.bus);
    let clock = Arc::new(SystemClock);
    let process = Process::new(NAME, &config.http);
    let process = process.trust(config.identity.clone(), clock.clone());
    customers::assemble(process, config.settings(), &mut store, &bus, clock)
        .until(process::stop_signal())
        .await
}
