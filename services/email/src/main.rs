//! The email service as a process.

use chassis::{clock::SystemClock, process, process::Process, telemetry};
use email::{Config, NAME};
use std::sync::Arc;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let config: Config = process::parse();
    telemetry::init(NAME, &config.telemetry);
    let mut store = store::Store::connect(&config.store).await?;
    let bus = bus::Bus::connect(NAME, &config.bus);
    let process = Process::new(NAME, &config.http);
    let process = process.trust(config.identity.clone(), Arc::new(SystemClock));
    let (stakeholders, mailer) = (config.mail_stakeholders.clone(), config.mailer());
    email::assemble(process, stakeholders, &mut store, &bus, mailer, Arc::new(SystemClock))
        .until(process::stop_signal())
        .await
}
