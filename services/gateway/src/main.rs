//! The gateway as a process.

use chassis::{clock::SystemClock, process, process::Process, telemetry};
use gateway::{Config, NAME};
use std::sync::Arc;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let config: Config = process::parse();
    telemetry::init(NAME, &config.telemetry);
    let process = Process::new(NAME, &config.http);
    gateway::assemble(process, &config, Arc::new(SystemClock))?.until(process::stop_signal()).await
}
