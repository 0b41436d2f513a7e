//! How many gateways of the same shop there are, as the name that stands for all of them says. A name of
//! Kubernetes that does has an address for each pod that is ready.

use crate::metrics;
use std::{
    collections::BTreeSet,
    io,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};
use tokio::net::lookup_host;
use tokio_util::sync::CancellationToken;

/// How often they are counted.
const PACE: Duration = Duration::from_secs(5);
/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(3);

/// How many gateways there are, this one among them. Its clones see the same number.
#[derive(Clone, Debug)]
pub struct Peers(Arc<AtomicU32>);

impl Peers {
    /// This one alone.
    pub fn alone() -> Self {
        Self(Arc::new(AtomicU32::new(1)))
    }

    /// How many there are; never none.
    pub fn count(&self) -> u32 {
        self.0.load(Ordering::Relaxed)
    }

    /// Notes how many there are.
    pub fn set(&self, count: u32) {
        self.0.store(count.max(1), Ordering::Relaxed);
    }
}

/// Counts the gateways behind a name, until it is told to stop. As long as there is no answer, there are as
/// many as before.
pub(crate) async fn count(
    host: String,
    peers: Peers,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    loop {
        match tokio::time::timeout(PATIENCE, addresses(&host)).await {
            Ok(Ok(count)) => note(&peers, count),
            Ok(Err(error)) => tracing::debug!(host, %error, "the other gateways are not counted"),
            Err(_elapsed) => tracing::debug!(host, "the other gateways are not counted in time"),
        }
        let again = stop.run_until_cancelled(tokio::time::sleep(PACE)).await;
        if again.is_none() {
            return Ok(());
        }
    }
}

async fn addresses(host: &str) -> io::Result<u32> {
    let addresses: BTreeSet<_> = lookup_host((host, 0)).await?.map(|it| it.ip()).collect();
    Ok(u32::try_from(addresses.len()).unwrap_or(u32::MAX))
}

fn note(peers: &Peers, count: u32) {
    let before = peers.count();
    peers.set(count);
    metrics::PEERS.set(peers.count().into());
    if before != peers.count() {
        tracing::info!(gateways = peers.count(), "the quota is shared anew");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_name_is_counted_by_its_addresses() {
        assert_eq!(addresses("127.0.0.1").await.unwrap(), 1);
        assert!(addresses("no such name").await.is_err());
    }

    #[test]
    fn there_is_always_one() {
        let peers = Peers::alone();
        peers.set(0);
        assert_eq!(peers.count(), 1);
    }
}
