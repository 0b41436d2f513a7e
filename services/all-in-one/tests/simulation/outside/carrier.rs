use super::Mood;
use crate::mischief::Mischief;
use async_trait::async_trait;
use contracts::ids::ShipmentId;
use futures::future::BoxFuture;
use shipping::{
    Carrier, carrier,
    carrier::Trouble,
    domain::{Booked, Shipment, Sighting},
};

/// A carrier with moods.
pub(crate) struct MoodyCarrier {
    pub(crate) simulator: carrier::Simulator,
    pub(crate) mischief: Mischief,
}

impl MoodyCarrier {
    async fn ask<T: Send>(&self, asking: BoxFuture<'_, Result<T, Trouble>>) -> Result<T, Trouble> {
        let mood = Mood::drawn(self.mischief.strikes(|it| it.carrier));
        let mood = mood.counted("carrier", &self.mischief.tally);
        mood.ask(asking).await.unwrap_or_else(|| Err(Trouble("a bad mood".to_owned())))
    }
}

#[async_trait]
impl Carrier for MoodyCarrier {
    async fn book(&self, shipment: &Shipment) -> Result<Booked, Trouble> {
        self.ask(self.simulator.book(shipment)).await
    }

    async fn cancel(&self, key: ShipmentId) -> Result<(), Trouble> {
        self.ask(self.simulator.cancel(key)).await
    }

    async fn track(&self, shipment: &Shipment) -> Result<Sighting, Trouble> {
        self.ask(self.simulator.track(shipment)).await
    }
}
