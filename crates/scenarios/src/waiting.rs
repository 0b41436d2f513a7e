use anyhow::{Result, bail, ensure};
use std::{fmt::Debug, time::Duration};
use tokio::time::{Instant, sleep};

/// How long to wait between two looks.
const PAUSE: Duration = Duration::from_millis(250);

/// Waits until `look` gives something, and tells how long that took; says what it saw last if it never
/// does.
pub async fn wait_for<T>(
    what: &str,
    patience: Duration,
    look: impl AsyncFn() -> Result<T>,
) -> Result<(T, Duration)> {
    let start = Instant::now();
    loop {
        match look().await {
            Ok(seen) => return Ok((seen, start.elapsed())),
            Err(last) if start.elapsed() > patience => {
                bail!("{what} did not come true within {patience:?}; last seen: {last:#}")
            }
            Err(_not_yet) => sleep(PAUSE).await,
        }
    }
}

/// Fails unless both are the same, and shows them.
pub fn same<T: PartialEq + Debug>(what: &str, seen: &T, wanted: &T) -> Result<()> {
    ensure!(seen == wanted, "{what}: {seen:?}, not {wanted:?}");
    Ok(())
}
