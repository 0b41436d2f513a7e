//! What the gateway costs beside nginx: both stand before the same upstream, on the same core, and are asked
//! in turns.

use super::Config;
use crate::{
    events::{Ending, count, latencies, quantile},
    load::{self, Target},
    proxies::{Server, Stand},
    report::{Aim, Row},
    spread::{Spread, ratios},
};
use anyhow::{Context as _, Result, ensure};
use std::time::Duration;

/// How many customers ask at the same time; enough to keep a core busy.
const CUSTOMERS: u32 = 32;
/// How long programs are warmed up.
const WARM_UP: Duration = Duration::from_secs(2);
/// How long a round takes in which one customer asks alone.
const ALONE: Duration = Duration::from_secs(1);
/// How long a program rests before its memory is looked at.
const REST: Duration = Duration::from_secs(3);

pub(super) async fn measure(stand: &Stand, config: &Config) -> Result<Vec<Row>> {
    let upstream = stand.upstream(100_000, Duration::ZERO).await?;
    let gateway = stand.gateway(upstream.address).await?;
    tokio::time::sleep(REST).await;
    let fresh = gateway.program.resident()?;
    let nginx = stand.nginx(upstream.address).await?;
    let mut rows = throughput(&gateway, &nginx, config).await?;
    rows.extend(latency(&upstream, &gateway, &nginx, config).await?);
    tokio::time::sleep(REST).await;
    rows.extend(memory(fresh, gateway.program.resident()?));
    Ok(rows)
}

/// What one round of one proxy came to.
struct Round {
    per_second: f64,
    /// Of its core's time, in microseconds.
    cpu_per_request: f64,
}

async fn throughput(gateway: &Server, nginx: &Server, config: &Config) -> Result<Vec<Row>> {
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for proxy in [gateway, nginx] {
        round(proxy, WARM_UP).await?;
    }
    for _ in 0..config.rounds.get() {
        ours.push(round(gateway, config.round()).await?);
        theirs.push(round(nginx, config.round()).await?);
    }
    let rates = |rounds: &[Round]| rounds.iter().map(|it| it.per_second).collect::<Vec<_>>();
    let costs = |rounds: &[Round]| rounds.iter().map(|it| it.cpu_per_request).collect::<Vec<_>>();
    let row = |what, aim, found, unit| Row { what, aim, found, unit };
    let share = ratios(&rates(&ours), &rates(&theirs));
    let cost = ratios(&costs(&theirs), &costs(&ours));
    Ok(vec![
        row("GETs per second, of nginx's", Some(Aim::AtLeast(0.7)), share, ""),
        row("GETs per second of its core's time, of nginx's", None, cost, ""),
        row("GETs per second", None, Spread::of(rates(&ours)), "/s"),
        row("GETs per second by nginx", None, Spread::of(rates(&theirs)), "/s"),
        row("its core's time for one GET", None, Spread::of(costs(&ours)), " µs"),
        row("its core's time for one GET by nginx", None, Spread::of(costs(&theirs)), " µs"),
    ])
}

async fn round(proxy: &Server, time: Duration) -> Result<Round> {
    let before = proxy.program.cpu()?;
    let events = load::closed(&proxy.target(), CUSTOMERS, time).await?;
    let cpu = proxy.program.cpu()?.saturating_sub(before);
    let good = count(&events, |it| it == Ending::Good);
    ensure!(good > 0 && good as usize == events.len(), "not every GET was answered well");
    Ok(Round {
        per_second: f64::from(good) / time.as_secs_f64(),
        cpu_per_request: cpu.as_secs_f64() * 1e6 / f64::from(good),
    })
}

async fn latency(
    upstream: &Server,
    gateway: &Server,
    nginx: &Server,
    config: &Config,
) -> Result<Vec<Row>> {
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..config.rounds.get() {
        let direct = alone(&upstream.target()).await?;
        ours.push(alone(&gateway.target()).await? - direct);
        theirs.push(alone(&nginx.target()).await? - direct);
    }
    let row = |what, aim, found| Row { what, aim, found: Spread::of(found), unit: " µs" };
    Ok(vec![
        row("median latency added for a customer alone", Some(Aim::AtMost(150.0)), ours),
        row("the same by nginx", None, theirs),
    ])
}

/// The median latency of a customer who asks alone, in microseconds.
async fn alone(target: &Target) -> Result<f64> {
    let events = load::closed(target, 1, ALONE).await?;
    let median = quantile(&latencies(&events, |it| it == Ending::Good), 500);
    Ok(median.context("no answer")?.as_secs_f64() * 1e6)
}

fn memory(fresh: u32, later: u32) -> [Row; 2] {
    let megabytes = |kibibytes: u32| Spread::of([f64::from(kibibytes) * 1024.0 / 1e6]);
    let aim = Some(Aim::AtMost(15.0));
    let row = |what, found| Row { what, aim, found, unit: " MB" };
    [
        row("memory at rest, just started", megabytes(fresh)),
        row("memory at rest, after all these", megabytes(later)),
    ]
}
