//! The payment service as a process.

use chassis::{clock::SystemClock, process, process::Process, telemetry};
use payments::{Config, NAME, Simulator};
use std::sync::Arc;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let config: Config = process::parse();
    telemetry::init(NAME, &config.telemetry);
    let mut store = store::Store::connect(&config.store).await?;
    let bus = bus::Bus::connect(NAME, &config.bus);
    let process = Process::new(NAME, &config.http);
    let process = process.trust(config.identity.clone(), Arc::new(SystemClock));
    let (settings, clock) = (config.settings(), Arc::new(SystemClock));
    let secret = settings.webhook_secret.clone();
    let orders = Arc::new(config.gateway.gateway(config.identity.inside_token.as_ref()));
    let provider = Arc::new(Simulator::new(&mut store, secret, clock.clone()));
    payments::assemble(process, settings, &mut store, &bus, orders, provider, clock)
        .until(process::stop_signal())
        .await
}
