//! The questions, one module each, and the order in which they are asked.

mod beside;
mod breaker;
mod outage;
mod overload;

use crate::{
    machine,
    proxies::Stand,
    report::{Report, Row},
    spread::Spread,
};
use anyhow::{Context as _, Result, ensure};
use chassis::clock::{Clock as _, SystemClock};
use clap::ValueEnum as _;
use std::{
    fs,
    num::NonZeroU32,
    path::{Path, PathBuf},
    time::Duration,
};

/// What is measured, and where.
#[derive(Clone, Debug, clap::Args)]
pub struct Config {
    /// The gateway's binary; otherwise the one beside this program.
    #[arg(long)]
    gateway: Option<PathBuf>,
    /// Debian's nginx.
    #[arg(long, default_value = "/usr/sbin/nginx")]
    nginx: PathBuf,
    /// The core on which the proxies run, in turns.
    #[arg(long, default_value_t = 1)]
    proxy_core: u32,
    /// The core on which the upstream runs; put this program there too.
    #[arg(long, default_value_t = 0)]
    load_core: u32,
    /// How many rounds two programs are compared in.
    #[arg(long, default_value = "5")]
    rounds: NonZeroU32,
    /// How many seconds a round takes.
    #[arg(long, default_value = "5")]
    seconds: NonZeroU32,
    /// Only this; all if it is left out. May be given more than once.
    #[arg(long, value_enum)]
    only: Vec<Question>,
    /// Where the table is written as well, if all was asked.
    #[arg(long)]
    write: Option<PathBuf>,
}

/// What can be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Question {
    /// What the gateway costs beside nginx: throughput, latency, memory.
    Beside,
    /// An upstream that is killed and comes back.
    Breaker,
    /// An upstream that fails for ten seconds.
    Outage,
    /// Twice as many requests as the upstream can answer.
    Overload,
}

impl Question {
    async fn ask(self, stand: &Stand, config: &Config) -> Result<Vec<Row>> {
        match self {
            Self::Beside => beside::measure(stand, config).await,
            Self::Breaker => breaker::measure(stand).await,
            Self::Outage => outage::measure(stand).await,
            Self::Overload => overload::measure(stand).await,
        }
    }
}

impl Config {
    fn stand(&self) -> Result<Stand> {
        let beside = std::env::current_exe()?.with_file_name("gateway");
        let gateway = self.gateway.clone().unwrap_or(beside);
        ensure!(gateway.exists(), "there is no {}; `make build` builds it", gateway.display());
        ensure!(self.nginx.exists(), "there is no {}", self.nginx.display());
        let folder = std::env::temp_dir().join(format!("bench-{}", std::process::id()));
        fs::create_dir_all(&folder)?;
        let nginx = self.nginx.clone();
        Ok(Stand { gateway, nginx, load_core: self.load_core, proxy_core: self.proxy_core, folder })
    }

    fn round(&self) -> Duration {
        Duration::from_secs(self.seconds.get().into())
    }
}

/// Measures, prints the table, and writes it where that is wished for.
pub async fn gateway(config: &Config) -> Result<()> {
    let stand = config.stand()?;
    let before = machine::load()?;
    let mut report = Report::default();
    for question in Question::value_variants() {
        if config.only.is_empty() || config.only.contains(question) {
            say(&format!("{question:?}"));
            report.rows.extend(question.ask(&stand, config).await?);
        }
    }
    let text = told(&report, before)?;
    print(&text);
    match &config.write {
        Some(file) if config.only.is_empty() => {
            write(file, &text).with_context(|| format!("cannot write {}", file.display()))
        }
        Some(_) | None => Ok(()),
    }
}

fn write(file: &Path, text: &str) -> Result<()> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    Ok(fs::write(file, text)?)
}

fn told(report: &Report, load: f64) -> Result<String> {
    let (machine, date) = (machine::class()?, SystemClock.now().strftime("%Y-%m-%d").to_string());
    let others = if load < 0.5 {
        "Nothing else ran."
    } else {
        "Other programs ran at the same time: no figure here is one to go by."
    };
    Ok(format!(
        "# The gateway, measured\n\n{date}, {machine}, one of them for the proxies and one for load and \
         upstream. {others} What each line means is in the [README](../README.md).\n\n{report}"
    ))
}

/// The median and the ends of durations, in milliseconds.
fn millis(rounds: impl IntoIterator<Item = Option<Duration>>) -> Option<Spread> {
    let rounds: Option<Vec<_>> = rounds.into_iter().collect();
    Spread::of(rounds?.into_iter().map(|it| it.as_secs_f64() * 1_000.0))
}

/// The same in seconds.
fn seconds(rounds: impl IntoIterator<Item = Option<Duration>>) -> Option<Spread> {
    let rounds: Option<Vec<_>> = rounds.into_iter().collect();
    Spread::of(rounds?.into_iter().map(|it| it.as_secs_f64()))
}

#[expect(clippy::print_stderr, reason = "it takes minutes, and somebody waits")]
fn say(what: &str) {
    eprintln!("==> {what}");
}

#[expect(clippy::print_stdout, reason = "this is what was asked for")]
fn print(text: &str) {
    println!("{text}");
}
