//! What is shown on the cluster, in groups.

mod aftermath;
pub mod dead_letters;
pub mod faults;
pub mod formation;
pub mod frugality;
pub mod healing;
pub mod life;
pub mod orders;
pub mod refusals;

use crate::{cluster, market::Market, shop::Shop};
use anyhow::Result;
use scenarios::{Customers, payments};
use serde_json::{Value, json};
use std::time::Duration;

/// The port on every node at which the gateway of the market is reached; the demo's shop has another.
const NODE_PORT: u16 = 30_001;

/// How long a bank transfer is waited for at the market.
const TRANSFER: Duration = Duration::from_secs(90);

/// What scenarios work on.
#[derive(Debug)]
pub struct World {
    /// A shop of three brokers and three members.
    pub market: Shop,
    /// The smallest shop there is.
    pub corner: Shop,
    /// Those who shop at the market.
    pub customers: Customers<Market>,
}

impl World {
    /// The world before anything is in it.
    pub async fn new() -> Result<Self> {
        let _already_chosen = rustls::crypto::ring::default_provider().install_default();
        let node = cluster::node_address().await?;
        let market = Shop { namespace: "market", name: "market" };
        let at = Market::at(&format!("http://{node}:{NODE_PORT}"), market)?;
        Ok(Self {
            market,
            corner: Shop { namespace: "corner", name: "corner" },
            customers: Customers::of(at),
        })
    }
}

/// A transfer that never arrives is waited for as long as the market says.
pub async fn a_transfer_never_comes(world: &World) -> Result<()> {
    payments::a_transfer_never_comes(&world.customers, TRANSFER).await
}

/// What the market is: nothing is limited that a test would run into, orders are impatient, and no
/// parcel moves unless somebody moves it.
fn market() -> Value {
    json!({
        "gateway": {
            "service": {"type": "NodePort", "nodePort": NODE_PORT},
            "rateLimit": {"requests": 1_000_000, "per": "1s"},
            "signInRateLimit": {"requests": 1_000_000, "per": "1s"},
        },
        "rabbitmq": {"replicas": 3, "storage": {"size": "1Gi"}},
        "mongodb": {"members": 3, "storage": {"size": "1Gi"}},
        "orders": {"nudge": "3s"},
        "payments": {"transferDeadline": format!("{}s", TRANSFER.as_secs())},
        "shipping": {"carrierPace": "24h"},
        "email": {
            "from": "shop@example.com",
            "stakeholders": ["stock@example.com"],
            "smtp": {"host": "mailbox", "port": 1_025},
        },
    })
}
