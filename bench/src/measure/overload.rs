//! An upstream that works on 16 requests at once, for 10 ms on each, is asked twice as often as it can answer:
//! how much it still gets done, and how quickly the others learn that they come in vain.

use super::millis;
use crate::{
    events::{Ending, Event, count, goodput, latencies, quantile},
    load,
    proxies::Stand,
    report::{Aim, Row},
    schedule::Schedule,
    spread::{Spread, ratios},
};
use anyhow::{Context as _, Result};
use std::{num::NonZeroU32, time::Duration};

const ROUNDS: u32 = 3;
/// What the upstream can do.
const AT_ONCE: u32 = 16;
const TAKES: Duration = Duration::from_millis(10);
/// How many customers find out how much that is; each asks again at once.
const CUSTOMERS: u32 = 64;
const PEAK: Duration = Duration::from_secs(5);
/// How long the overload lasts, and how much of it does not count because queues have to fill.
const OVERLOAD: Duration = Duration::from_secs(12);
const FILLING: Duration = Duration::from_secs(2);

struct Round {
    peak: f64,
    goodput: f64,
    events: Vec<Event>,
}

pub(super) async fn measure(stand: &Stand) -> Result<Vec<Row>> {
    let mut rounds = Vec::new();
    for _ in 0..ROUNDS {
        rounds.push(round(stand).await?);
    }
    let goodputs: Vec<_> = rounds.iter().map(|it| it.goodput).collect();
    let peaks: Vec<_> = rounds.iter().map(|it| it.peak).collect();
    let took = |ending, part| millis(rounds.iter().map(|it| it.took(ending, part)));
    let failed = rounds.iter().map(|it| f64::from(count(&it.events, is_neither)));
    let row = |what, aim, found, unit| Row { what, aim, found, unit };
    let share = ratios(&goodputs, &peaks);
    Ok(vec![
        row("overload: goodput, of the peak", Some(Aim::AtLeast(0.9)), share, ""),
        row("overload: the peak", None, Spread::of(peaks), "/s"),
        row("overload: a refusal takes", None, took(Ending::Busy, 500), " ms"),
        row(
            "overload: 99 of 100 refusals take at most",
            Some(Aim::AtMost(5.0)),
            took(Ending::Busy, 990),
            " ms",
        ),
        row("overload: 99 of 100 good answers take at most", None, took(Ending::Good, 990), " ms"),
        row(
            "overload: neither answered nor refused",
            Some(Aim::AtMost(0.0)),
            Spread::of(failed),
            "",
        ),
    ])
}

async fn round(stand: &Stand) -> Result<Round> {
    let upstream = stand.upstream(AT_ONCE, TAKES).await?;
    let gateway = stand.gateway(upstream.address).await?;
    let target = gateway.target();
    let calm = load::closed(&target, CUSTOMERS, PEAK).await?;
    let peak = goodput(&calm, FILLING, PEAK);
    let rate = twice(&calm).context("nobody was answered")?;
    let events = load::open(&target, Schedule { rate, time: OVERLOAD }).await?;
    Ok(Round { peak, goodput: goodput(&events, FILLING, OVERLOAD), events })
}

/// Twice as many a second as were answered.
fn twice(calm: &[Event]) -> Option<NonZeroU32> {
    let good = count(calm, |it| it == Ending::Good);
    let per_second = u64::from(good) * 2_000 / u64::try_from(PEAK.as_millis()).ok()?;
    NonZeroU32::new(u32::try_from(per_second).ok()?)
}

fn is_neither(ending: Ending) -> bool {
    !matches!(ending, Ending::Good | Ending::Busy)
}

impl Round {
    fn took(&self, ending: Ending, per_mille: usize) -> Option<Duration> {
        quantile(&latencies(&self.events, |it| it == ending), per_mille)
    }
}
