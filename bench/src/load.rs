//! The load: customers who ask again as soon as they are answered (a closed loop, for what a program can
//! do at most), and customers who come when they come (an open loop, for how it answers).

use crate::{
    events::{Ending, Event},
    schedule::Schedule,
    wire::{Answer, Connection},
};
use anyhow::{Context as _, Result, ensure};
use std::{
    net::SocketAddr,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};
use tokio::{sync::mpsc, task::JoinSet, time::timeout};

/// The longest that an answer is waited for: more than the gateway gives itself.
const PATIENCE: Duration = Duration::from_secs(30);
/// How many requests of an open loop may be under way.
const MOST_AT_ONCE: usize = 8_192;

/// Who is asked, and for what.
#[derive(Clone, Debug)]
pub struct Target {
    /// Where it listens.
    pub address: SocketAddr,
    /// What it is sent.
    pub request: Arc<[u8]>,
}

/// So many customers ask for so long, each again as soon as it has been answered.
pub async fn closed(target: &Target, customers: u32, time: Duration) -> Result<Vec<Event>> {
    let start = Instant::now();
    let mut all = JoinSet::new();
    for _ in 0..customers {
        let target = target.clone();
        all.spawn(async move { one_after_the_other(&target, start, time).await });
    }
    let mut events = Vec::new();
    while let Some(some) = all.join_next().await {
        events.extend(some?);
    }
    Ok(events)
}

async fn one_after_the_other(target: &Target, start: Instant, time: Duration) -> Vec<Event> {
    let (mut events, mut connection) = (Vec::new(), None);
    while start.elapsed() < time {
        let due = start.elapsed();
        let ending;
        (connection, ending) = exchange(target, connection).await;
        events.push(Event { due, took: start.elapsed().saturating_sub(due), ending });
    }
    events
}

/// Requests by schedule, however the answers come.
pub async fn open(target: &Target, schedule: Schedule) -> Result<Vec<Event>> {
    let (listener, mut ticks) = mpsc::channel(MOST_AT_ONCE);
    let start = Instant::now();
    let pacer = thread::spawn(move || schedule.tell(start, &listener));
    let (mut events, mut idle, mut under_way) = (Vec::new(), Vec::new(), JoinSet::new());
    loop {
        let (connection, event) = tokio::select! {
            Some(ended) = under_way.join_next() => ended?,
            tick = ticks.recv(), if !ticks.is_closed() || !ticks.is_empty() => match tick {
                Some(due) => {
                    ensure!(under_way.len() < MOST_AT_ONCE, "too many requests are under way");
                    under_way.spawn(at_its_time(target.clone(), idle.pop(), start, due));
                    continue;
                }
                None => continue,
            },
            else => break,
        };
        idle.extend(connection);
        events.push(event);
    }
    pacer.join().ok().context("the pacer panicked")?;
    Ok(events)
}

async fn at_its_time(
    target: Target,
    connection: Option<Connection>,
    start: Instant,
    due: Duration,
) -> (Option<Connection>, Event) {
    let (connection, ending) = exchange(&target, connection).await;
    (connection, Event { due, took: start.elapsed().saturating_sub(due), ending })
}

/// What came of one request, and its connection if it can be used again.
async fn exchange(target: &Target, connection: Option<Connection>) -> (Option<Connection>, Ending) {
    let exchange = async {
        let mut connection = match connection {
            Some(connection) => connection,
            None => Connection::to(target.address).await?,
        };
        let ending = ending(connection.ask(&target.request).await?);
        anyhow::Ok((Some(connection), ending))
    };
    match timeout(PATIENCE, exchange).await {
        Ok(Ok(done)) => done,
        Ok(Err(_)) | Err(_) => (None, Ending::Broken),
    }
}

fn ending(answer: Answer<'_>) -> Ending {
    let says = |code: &[u8]| answer.body.windows(code.len()).any(|it| it == code);
    match answer.status {
        200 => Ending::Good,
        503 if says(b"\"upstream-failing\"") => Ending::Open,
        503 if says(b"\"upstream-busy\"") => Ending::Busy,
        status => Ending::Failed(status),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{upstream, wire};
    use tokio::net::TcpListener;

    async fn target(path: &str) -> Target {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let settings = upstream::Settings { at_once: 4, takes: Duration::from_millis(20) };
        let mut tasks = JoinSet::new();
        tasks.spawn(upstream::serve(listener, settings));
        tasks.detach_all();
        Target { address, request: wire::get(path).into() }
    }

    #[tokio::test]
    async fn a_closed_loop_asks_as_often_as_it_is_answered() {
        let target = target("/api/products/1").await;
        let events = closed(&target, 2, Duration::from_millis(500)).await.unwrap();
        assert!(events.iter().all(|it| it.ending == Ending::Good), "{events:?}");
        assert!((2..=50).contains(&events.len()), "{}", events.len());
    }

    #[tokio::test]
    async fn an_open_loop_asks_as_often_as_it_says_and_counts_what_waits() {
        let target = target("/api/products/1").await;
        // 200 a second are as much as it can do; 400 are too many.
        let schedule = Schedule { rate: 400.try_into().unwrap(), time: Duration::from_millis(500) };
        let events = open(&target, schedule).await.unwrap();
        assert_eq!(events.len(), 200);
        assert!(events.iter().all(|it| it.ending == Ending::Good), "{events:?}");
        // 200 requests at 4 per 20 ms take a second, and the last have waited for half of it.
        let longest = events.iter().map(|it| it.took).max().unwrap();
        assert!(longest >= Duration::from_millis(400), "{longest:?}");
    }

    #[test]
    fn a_refusal_is_known_by_its_code() {
        let said = |status, body: &'static str| ending(Answer { status, body: body.as_bytes() });
        assert_eq!(said(200, "\"upstream-failing\""), Ending::Good);
        assert_eq!(said(503, "{\"code\":\"upstream-failing\"}"), Ending::Open);
        assert_eq!(said(503, "{\"code\":\"upstream-busy\"}"), Ending::Busy);
        assert_eq!(said(503, "{}"), Ending::Failed(503));
    }
}
