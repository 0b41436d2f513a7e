//! Who brings parcels: a company beyond our reach, or one that is made up.

mod pace;
mod simulator;

pub use pace::Pace;
pub use simulator::Simulator;

use crate::domain::{Booked, Shipment, Sighting};
use async_trait::async_trait;
use contracts::ids::ShipmentId;

/// Somebody who brings parcels. All requests may be made again: the id of the shipment is their key,
/// and the same key is the same parcel, brought as it was told last.
#[async_trait]
pub trait Carrier: Send + Sync + 'static {
    /// Has a parcel taken on, or taken on as something else than before; gives the number by which it is followed.
    async fn book(&self, shipment: &Shipment) -> Result<Booked, Trouble>;

    /// Takes a booking back. Where nothing was booked, there is nothing to take back.
    async fn cancel(&self, key: ShipmentId) -> Result<(), Trouble>;

    /// Says where a parcel is that was booked.
    async fn track(&self, shipment: &Shipment) -> Result<Sighting, Trouble>;
}

/// Why a carrier did not do as asked. It may have done it all the same, if its answer was lost.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the carrier cannot be asked: {0}")]
pub struct Trouble(pub String);
