//! What is shown on the cluster, in groups.

pub mod accounts;
pub mod calling_off;
pub mod dead_letters;
pub mod delivery;
pub mod faults;
pub mod formation;
pub mod frugality;
pub mod healing;
pub mod life;
pub mod orders;
pub mod payments;
pub mod refusals;
pub mod stock;

use crate::{cluster, customers::Customers, shop::Shop, staff::Staff};
use anyhow::Result;
use serde_json::{Value, json};

/// The port on every node at which the gateway of the market is reached; the demo's shop has another.
const NODE_PORT: u16 = 30_001;

/// What scenarios work on.
#[derive(Debug)]
pub struct World {
    /// A shop of three brokers and three members.
    pub market: Shop,
    /// The smallest shop there is.
    pub corner: Shop,
    /// Those who shop at the market.
    pub customers: Customers,
    /// Those who run it.
    pub staff: Staff,
}

impl World {
    /// The world before anything is in it.
    pub async fn new() -> Result<Self> {
        let _already_chosen = rustls::crypto::ring::default_provider().install_default();
        let node = cluster::node_address().await?;
        let customers = Customers::of(&format!("http://{node}:{NODE_PORT}"))?;
        Ok(Self {
            market: Shop { namespace: "market", name: "market" },
            corner: Shop { namespace: "corner", name: "corner" },
            staff: Staff::beside(&customers),
            customers,
        })
    }
}

/// What the market is: nothing is limited that a test would run into, orders are impatient, and no
/// parcel moves unless somebody moves it.
fn market() -> Value {
    json!({
        "gateway": {
            "service": {"type": "NodePort", "nodePort": NODE_PORT},
            "rateLimit": {"requests": 1_000_000, "per": "1s"},
        },
        "rabbitmq": {"replicas": 3, "storage": {"size": "1Gi"}},
        "mongodb": {"members": 3, "storage": {"size": "1Gi"}},
        "orders": {"nudge": "3s"},
        "shipping": {"carrierPace": "24h"},
        "email": {
            "from": "shop@example.com",
            "stakeholders": ["stock@example.com"],
            "smtp": {"host": "mailbox", "port": 1_025},
        },
    })
}
