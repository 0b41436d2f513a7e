//! An upstream is killed while it is asked 200 times a second, and started again: when the circuit breaker
//! opens, how quickly it refuses, and when it closes.

use super::{millis, seconds};
use crate::{
    events::{Ending, Event, latencies, quantile, recovery},
    load,
    proxies::Stand,
    report::{Aim, Row},
    schedule::Schedule,
};
use anyhow::{Context as _, Result};
use std::{
    num::NonZeroU32,
    time::{Duration, Instant},
};
use tokio::time::sleep;

const ROUNDS: u32 = 3;
const RATE: NonZeroU32 = NonZeroU32::MIN.saturating_add(199);
const TIME: Duration = Duration::from_secs(16);
/// How long the upstream lives at first, and how long it is gone.
const ALIVE: Duration = Duration::from_secs(3);
const DEAD: Duration = Duration::from_secs(4);
/// In what pieces of time it is seen that all is well again.
const SLICE: Duration = Duration::from_millis(250);

struct Round {
    events: Vec<Event>,
    died: Duration,
    returned: Duration,
}

pub(super) async fn measure(stand: &Stand) -> Result<Vec<Row>> {
    let mut rounds = Vec::new();
    for _ in 0..ROUNDS {
        rounds.push(round(stand).await?);
    }
    let all = || rounds.iter();
    let opened = seconds(all().map(Round::opened));
    let refused = millis(all().map(|it| it.refusal(500)));
    let slowest = millis(all().map(|it| it.refusal(990)));
    let closed = seconds(all().map(|it| recovery(&it.events, it.returned, SLICE)));
    let longest = seconds(all().map(|it| it.events.iter().map(|it| it.took).max()));
    let row = |what, aim, found, unit| Row { what, aim, found, unit };
    Ok(vec![
        row("killed: until the breaker opens", Some(Aim::AtMost(2.0)), opened, " s"),
        row("killed: a refusal takes", None, refused, " ms"),
        row("killed: 99 of 100 refusals take at most", Some(Aim::AtMost(5.0)), slowest, " ms"),
        row("killed: the longest that anybody waited", Some(Aim::AtMost(5.5)), longest, " s"),
        row("back: until all is well", Some(Aim::AtMost(5.0)), closed, " s"),
    ])
}

async fn round(stand: &Stand) -> Result<Round> {
    let mut upstream = stand.upstream(100_000, Duration::ZERO).await?;
    let address = upstream.address;
    let gateway = stand.gateway(address).await?;
    let (target, start) = (gateway.target(), Instant::now());
    let load = load::open(&target, Schedule { rate: RATE, time: TIME });
    let misfortune = async {
        sleep(ALIVE).await;
        upstream.program.kill().context("the upstream cannot be killed")?;
        let died = start.elapsed();
        sleep(DEAD).await;
        let again = stand.upstream_at(address, 100_000, Duration::ZERO).await?;
        Ok((died, start.elapsed(), again))
    };
    let (events, (died, returned, _again)) = tokio::try_join!(load, misfortune)?;
    Ok(Round { events, died, returned })
}

impl Round {
    /// When the first was refused.
    fn first_refused(&self) -> Option<Duration> {
        let refused = self.events.iter().filter(|it| it.ending == Ending::Open);
        refused.map(Event::ended).min()
    }

    fn opened(&self) -> Option<Duration> {
        self.first_refused().map(|it| it.saturating_sub(self.died))
    }

    /// Of those who came when it was open. Some who came before have been tried, and are refused a second
    /// attempt; they have waited for the first.
    fn refusal(&self, per_mille: usize) -> Option<Duration> {
        let since = self.first_refused()?;
        let late: Vec<_> = self.events.iter().filter(|it| it.due >= since).copied().collect();
        quantile(&latencies(&late, |it| it == Ending::Open), per_mille)
    }
}
