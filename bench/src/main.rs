//! The benchmark as a process: what measures, and what it measures against.

use anyhow::Result;
use bench::{measure, upstream};
use clap::{Parser, Subcommand};

/// Measures the gateway beside nginx.
#[derive(Debug, Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Measures throughput, latency and memory of the gateway, and how it bears failures and overload.
    Gateway(measure::Config),
    /// The upstream of the measurements; it is started by them.
    Upstream(upstream::Config),
}

/// One thread: who measures must not take more of the machine than it says.
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    match Arguments::parse().command {
        Command::Gateway(config) => measure::gateway(&config).await,
        Command::Upstream(config) => upstream::run(&config).await,
    }
}
