//! The order service as a process.

use chassis::{clock::SystemClock, process, process::Process, telemetry};
use orders::{Config, NAME};
use std::sync::Arc;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let config: Config = process::parse();
    telemetry::init(NAME, &config.telemetry);
    let mut store = store::Store::connect(&config.store).await?;
    let bus = bus::Bus::connect(NAME, &config.bus);
    let gateway = Arc::new(config.gateway.gateway(config.identity.inside_token.as_ref()));
    let process = Process::new(NAME, &config.http);
    let process = process.trust(config.identity.clone(), Arc::new(SystemClock));
    orders::assemble(process, config.timing(), &mut store, &bus, gateway, Arc::new(SystemClock))
        .until(process::stop_signal())
        .await
}
