//! Logs: JSON for machines, text for people.

use crate::{env, metrics};
use clap::ValueEnum;
use std::io::IsTerminal;
use tracing_subscriber::{EnvFilter, fmt, layer::SubscriberExt, util::SubscriberInitExt};

/// What is not logged unless it is asked for. The broker's client repeats what `bus` tells, and tells of
/// returned messages with their bodies, which hold addresses of customers.
const QUIET: &str = "lapin=off";

/// How a process tells what it does.
#[derive(Clone, Debug, clap::Args)]
#[group(skip)] // each crate has its Config, and names of groups must differ
pub struct Config {
    /// What is logged, such as `info` or `info,bus=debug`.
    #[arg(long, env = env::LOG, value_name = env::LOG, default_value = "info", value_parser = filter)]
    log: String,
    /// How it is written; text on a terminal and JSON elsewhere when left out.
    #[arg(long, env = env::LOG_FORMAT, value_name = env::LOG_FORMAT)]
    log_format: Option<Format>,
}

/// How log lines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// One object a line.
    Json,
    /// For reading.
    Text,
}

fn filter(text: &str) -> Result<String, String> {
    EnvFilter::try_new(text).map(|_| text.to_owned()).map_err(|error| error.to_string())
}

/// Starts the log of the process called `name`.
pub fn init(name: &'static str, config: &Config) {
    let terminal = std::io::stderr().is_terminal();
    let format = config.log_format.unwrap_or(if terminal { Format::Text } else { Format::Json });
    let base =
        tracing_subscriber::registry().with(EnvFilter::new(format!("{QUIET},{}", config.log)));
    let started = match format {
        Format::Json => base
            .with(fmt::layer().json().flatten_event(true).with_writer(std::io::stderr))
            .try_init(),
        Format::Text => base.with(fmt::layer().with_writer(std::io::stderr)).try_init(),
    };
    let version = env!("CARGO_PKG_VERSION");
    metrics::gauges("shop_build_info", "Which build this is.", &["version"])
        .with_label_values(&[version])
        .set(1);
    if started.is_ok() {
        tracing::info!(service = name, version, "starting");
    }
}
