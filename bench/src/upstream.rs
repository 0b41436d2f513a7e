//! The upstream of the measurements: answers every `GET` with a piece of JSON of a kilobyte, as fast as it
//! can or as a slow service would, and fails when it is told to.
//!
//! `GET /-/count` says how many requests it has heard, `GET /-/fail` and `GET /-/heal` change what it says
//! to others. These three are for who measures, and not counted.

use anyhow::Result;
use std::{
    net::Ipv4Addr,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    task::JoinSet,
};

/// How the upstream is started.
#[derive(Clone, Copy, Debug, clap::Args)]
pub struct Config {
    /// Where it listens, on the loopback interface.
    #[arg(long)]
    port: u16,
    /// How it answers.
    #[command(flatten)]
    settings: Settings,
}

/// How the upstream answers.
#[derive(Clone, Copy, Debug, clap::Args)]
pub struct Settings {
    /// How many requests it works on at once; others wait.
    #[arg(long, default_value_t = 100_000)]
    pub at_once: usize,
    /// How long it works on each.
    #[arg(long, default_value = "0ms", value_parser = milliseconds)]
    pub takes: Duration,
}

fn milliseconds(text: &str) -> Result<Duration, String> {
    let number = text.strip_suffix("ms").unwrap_or(text).parse();
    number.map(Duration::from_millis).map_err(|error| error.to_string())
}

/// The longest request that it reads, in bytes.
const LONGEST: usize = 64 * 1024;
/// What it says while it fails.
const FAILURE: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n";

struct State {
    answer: Vec<u8>,
    takes: Duration,
    hands: Semaphore,
    heard: AtomicU64,
    fails: AtomicBool,
}

/// Answers until it is killed.
pub async fn run(config: &Config) -> Result<()> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, config.port)).await?;
    serve(listener, config.settings).await
}

/// Answers whoever connects.
pub async fn serve(listener: TcpListener, settings: Settings) -> Result<()> {
    let state = Arc::new(State {
        answer: answer(&product()),
        takes: settings.takes,
        hands: Semaphore::new(settings.at_once.min(Semaphore::MAX_PERMITS)),
        heard: AtomicU64::new(0),
        fails: AtomicBool::new(false),
    });
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                let state = Arc::clone(&state);
                connections.spawn(async move { converse(accepted?.0, &state).await });
            }
            Some(_ended) = connections.join_next() => {}
        }
    }
}

/// One request after the other; ends with the connection.
async fn converse(mut connection: TcpStream, state: &State) -> Result<()> {
    connection.set_nodelay(true)?;
    let mut buffer = Vec::with_capacity(4 * 1024);
    while connection.read_buf(&mut buffer).await? > 0 && buffer.len() < LONGEST {
        if !buffer.ends_with(b"\r\n\r\n") {
            continue;
        }
        let path = buffer.strip_prefix(b"GET ").unwrap_or_default();
        match path.split(|it| *it == b' ').next().unwrap_or_default() {
            b"/-/count" => {
                let heard = state.heard.load(Ordering::Relaxed).to_string();
                connection.write_all(&answer(&heard)).await?;
            }
            command @ (b"/-/fail" | b"/-/heal") => {
                state.fails.store(command == b"/-/fail", Ordering::Relaxed);
                connection.write_all(&answer("{}")).await?;
            }
            _ => connection.write_all(work(state).await?).await?,
        }
        buffer.clear();
    }
    Ok(())
}

async fn work(state: &State) -> Result<&[u8]> {
    state.heard.fetch_add(1, Ordering::Relaxed);
    if !state.takes.is_zero() {
        let _hand = state.hands.acquire().await?;
        tokio::time::sleep(state.takes).await;
    }
    Ok(if state.fails.load(Ordering::Relaxed) { FAILURE } else { &state.answer })
}

fn answer(body: &str) -> Vec<u8> {
    let length = body.len();
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n"
    );
    (head + body).into()
}

/// A piece of JSON of a kilobyte.
fn product() -> String {
    let description = "A laptop that is light, quiet, and lasts all day. ".repeat(18);
    format!(
        r#"{{"id":"0190b5a2-7f00-7000-8000-000000000001","name":"Laptop","price":{{"amount":99900,"currency":"USD"}},"description":"{description}"}}"#
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{self, Connection};

    #[tokio::test]
    async fn it_counts_what_it_hears_and_fails_when_told_to() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let mut tasks = JoinSet::new();
        tasks.spawn(serve(listener, Settings { at_once: 1, takes: Duration::ZERO }));
        let mut connection = Connection::to(address).await.unwrap();
        let mut told = Vec::new();
        for path in ["/x", "/-/fail", "/x", "/-/count", "/-/heal", "/x", "/-/count"] {
            let answer = connection.ask(&wire::get(path)).await.unwrap();
            let is_count = path == "/-/count";
            let body =
                if is_count { String::from_utf8_lossy(answer.body).into() } else { String::new() };
            told.push((answer.status, body));
        }
        let expected =
            [(200, ""), (200, ""), (503, ""), (200, "2"), (200, ""), (200, ""), (200, "3")];
        assert_eq!(told, expected.map(|(status, body)| (status, body.to_owned())));
    }

    #[test]
    fn its_answer_is_a_kilobyte() {
        assert!((1_000..=1_100).contains(&product().len()), "{}", product().len());
    }
}
