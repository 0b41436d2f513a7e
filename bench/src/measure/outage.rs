//! An upstream answers 503 to everything for ten seconds: how much more it is asked because of that, and how
//! soon all is well when it is over.

use super::seconds;
use crate::{
    events::{Event, recovery},
    load,
    proxies::{Server, Stand},
    report::{Aim, Row},
    schedule::Schedule,
    spread::Spread,
};
use anyhow::Result;
use std::{
    num::NonZeroU32,
    time::{Duration, Instant},
};
use tokio::time::sleep;

const ROUNDS: u32 = 3;
const RATE: NonZeroU32 = NonZeroU32::MIN.saturating_add(499);
/// How long it is well, fails, and is observed afterwards.
const WELL: Duration = Duration::from_secs(5);
const FAILING_SECONDS: u32 = 10;
const AFTERWARDS: Duration = Duration::from_secs(15);
const SLICE: Duration = Duration::from_millis(500);

struct Round {
    events: Vec<Event>,
    failed: Duration,
    healed: Duration,
    /// How many requests the upstream had heard when it began to fail, and after each second.
    heard: Vec<u32>,
}

pub(super) async fn measure(stand: &Stand) -> Result<Vec<Row>> {
    let mut rounds = Vec::new();
    for _ in 0..ROUNDS {
        rounds.push(round(stand).await?);
    }
    let all = || rounds.iter();
    let row = |what, aim, found, unit| Row { what, aim, found, unit };
    let whole = Spread::of(all().map(Round::amplification));
    let worst = Spread::of(all().map(Round::in_its_worst_second));
    let back = seconds(all().map(|it| recovery(&it.events, it.healed, SLICE)));
    Ok(vec![
        row("outage: requests heard for one sent", Some(Aim::AtMost(1.2)), whole, ""),
        row("outage: the same in its worst second", None, worst, ""),
        row("over: until goodput is 95 %", Some(Aim::AtMost(5.0)), back, " s"),
    ])
}

async fn round(stand: &Stand) -> Result<Round> {
    let upstream = stand.upstream(100_000, Duration::ZERO).await?;
    let gateway = stand.gateway(upstream.address).await?;
    let time = WELL + Duration::from_secs(FAILING_SECONDS.into()) + AFTERWARDS;
    let (target, start) = (gateway.target(), Instant::now());
    let load = load::open(&target, Schedule { rate: RATE, time });
    let misfortune = async {
        sleep(WELL).await;
        let failed = start.elapsed();
        upstream.tell("/-/fail").await?;
        let mut heard = vec![count(&upstream).await?];
        for second in 1..=FAILING_SECONDS {
            let next = failed + Duration::from_secs(second.into());
            sleep(next.saturating_sub(start.elapsed())).await;
            heard.push(count(&upstream).await?);
        }
        upstream.tell("/-/heal").await?;
        Ok((failed, start.elapsed(), heard))
    };
    let (events, (failed, healed, heard)) = tokio::try_join!(load, misfortune)?;
    Ok(Round { events, failed, healed, heard })
}

async fn count(upstream: &Server) -> Result<u32> {
    Ok(upstream.tell("/-/count").await?.parse()?)
}

impl Round {
    fn amplification(&self) -> f64 {
        let during = |it: &&Event| (self.failed..self.healed).contains(&it.due);
        let sent = u32::try_from(self.events.iter().filter(during).count()).unwrap_or(u32::MAX);
        let heard =
            self.heard.last().zip(self.heard.first()).map_or(0, |(last, first)| last - first);
        f64::from(heard) / f64::from(sent)
    }

    fn in_its_worst_second(&self) -> f64 {
        let most = self.heard.windows(2).map(|it| it[1] - it[0]).max().unwrap_or_default();
        f64::from(most) / f64::from(RATE.get())
    }
}
