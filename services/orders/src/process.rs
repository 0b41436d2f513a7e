//! The timer of the order process: no lost message can strand an order for ever.

use crate::Orders;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How often orders are looked for that wait too long.
const SWEEP: Duration = Duration::from_secs(2);
/// How often carts are looked for that nobody has touched for too long.
const CARTS: Duration = Duration::from_mins(5);

/// Lets overdue orders ask again now and then, until it is told to stop.
pub(crate) async fn sweep(orders: Orders, stop: CancellationToken) -> anyhow::Result<()> {
    while stop.run_until_cancelled(tokio::time::sleep(SWEEP)).await.is_some() {
        match orders.nudge_overdue().await {
            Ok(0) => {}
            Ok(count) => tracing::info!(count, "orders asked again or gave up"),
            Err(error) => tracing::warn!(%error, "cannot look for overdue orders"),
        }
    }
    Ok(())
}

/// Empties old carts now and then, until it is told to stop.
pub(crate) async fn expire_carts(orders: Orders, stop: CancellationToken) -> anyhow::Result<()> {
    while stop.run_until_cancelled(tokio::time::sleep(CARTS)).await.is_some() {
        if let Err(error) = orders.expire_carts().await {
            tracing::warn!(%error, "cannot look for old carts");
        }
    }
    Ok(())
}
