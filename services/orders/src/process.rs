//! The timers of the service: no lost message can strand an order for ever, and no cart is kept for ever.

use crate::{Error, Orders, storage::BATCH};
use std::{future::Future, time::Duration};
use tokio_util::sync::CancellationToken;

/// How often orders are looked for that wait too long.
const SWEEP: Duration = Duration::from_secs(2);
/// How often carts are looked for that nobody has touched for too long.
const CARTS: Duration = Duration::from_mins(5);

/// Lets overdue orders ask again now and then, until it is told to stop.
pub(crate) async fn sweep(orders: Orders, stop: CancellationToken) -> anyhow::Result<()> {
    every(SWEEP, stop, "overdue orders", || orders.nudge_overdue()).await
}

/// Empties old carts now and then, until it is told to stop.
pub(crate) async fn expire_carts(orders: Orders, stop: CancellationToken) -> anyhow::Result<()> {
    every(CARTS, stop, "old carts", || orders.expire_carts()).await
}

/// Removes carts of guests that have long been empty now and then, until it is told to stop.
pub(crate) async fn remove_carts(orders: Orders, stop: CancellationToken) -> anyhow::Result<()> {
    every(CARTS, stop, "empty carts", || orders.remove_carts()).await
}

/// Looks now and then, and again at once where there may be more.
async fn every<F: Future<Output = Result<usize, Error>>>(
    pause: Duration,
    stop: CancellationToken,
    what: &'static str,
    look: impl Fn() -> F,
) -> anyhow::Result<()> {
    let mut wait = pause;
    while stop.run_until_cancelled(tokio::time::sleep(wait)).await.is_some() {
        let found = look().await.unwrap_or_else(|error| {
            tracing::warn!(%error, what, "cannot look for what is due");
            0
        });
        if found > 0 {
            tracing::info!(found, what, "looked after");
        }
        wait = if found < BATCH { pause } else { Duration::ZERO };
    }
    Ok(())
}
