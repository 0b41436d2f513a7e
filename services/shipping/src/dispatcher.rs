//! Does errands to the carrier: fresh ones at once, and those that wait when they are due. Nothing is
//! held meanwhile but a lease.

use crate::{
    Carrier, Shipping,
    domain::{Errand, LEASE, Outcome, Shipment, Waiting},
    metrics,
    storage::BATCH,
};
use contracts::ids::ShipmentId;
use futures::{Stream, StreamExt, stream};
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::mpsc,
    time::{sleep, timeout},
};
use tokio_util::sync::CancellationToken;

/// How many errands are under way at once.
const AT_ONCE: usize = 16;
/// How often errands are looked for that are due.
const SWEEP: Duration = Duration::from_secs(1);
/// How long the claim of an errand may take to be durable; it counts from before that.
const CLAIM: Duration = Duration::from_secs(10);
/// How long one attempt may take.
const ATTEMPT: Duration = Duration::from_secs(20);
/// How long its outcome may take to be noted. Together they end before the lease does.
const NOTE: Duration = Duration::from_secs(10);
/// How long to wait before noting is tried again.
const PAUSE: Duration = Duration::from_secs(1);

const _: () = assert!(CLAIM.as_secs() + ATTEMPT.as_secs() + NOTE.as_secs() < LEASE.as_secs());

/// Does errands to the carrier.
#[derive(Clone)]
pub(crate) struct Dispatcher {
    shipping: Shipping,
    carrier: Arc<dyn Carrier>,
}

impl Dispatcher {
    pub(crate) fn new(shipping: Shipping, carrier: Arc<dyn Carrier>) -> Self {
        Self { shipping, carrier }
    }

    /// Works until told to stop, and then finishes what is in hand.
    pub(crate) async fn run(
        self,
        mut fresh: mpsc::Receiver<ShipmentId>,
        stop: CancellationToken,
    ) -> anyhow::Result<()> {
        let fresh = stream::poll_fn(move |context| fresh.poll_recv(context));
        stream::select(fresh, due(self.shipping.clone()).boxed())
            .take_until(stop.cancelled())
            .for_each_concurrent(AT_ONCE, |id| {
                let dispatcher = self.clone();
                async move { dispatcher.run_errand(id).await }
            })
            .await;
        Ok(())
    }

    async fn run_errand(&self, id: ShipmentId) {
        match self.shipping.claim(id).await {
            Ok(Some((shipment, claimed))) => {
                let outcome = self.attempt(&shipment, claimed.errand).await;
                self.note(id, claimed, outcome).await;
            }
            Ok(None) => {} // another has it, or had it
            Err(error) => {
                tracing::warn!(shipment.id = %id, %error, "cannot take an errand in hand");
            }
        }
    }

    async fn attempt(&self, shipment: &Shipment, errand: Errand) -> Outcome {
        let asking = async {
            match errand {
                Errand::Book | Errand::Correct => {
                    self.carrier.book(shipment).await.map(Outcome::Booked)
                }
                Errand::Follow => self.carrier.track(shipment).await.map(Outcome::Sighted),
                Errand::Cancel => {
                    let cancelled = self.carrier.cancel(shipment.shipment_id).await;
                    cancelled.map(|()| Outcome::Cancelled)
                }
            }
        };
        match timeout(ATTEMPT, asking).await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(trouble)) => Outcome::PutOff(trouble.to_string()),
            Err(_elapsed) => Outcome::PutOff(format!("no answer in {ATTEMPT:?}")),
        }
    }

    /// Notes what came of an errand. What is done and not noted is done again, which the carrier bears;
    /// still this is tried for as long as the lease allows.
    async fn note(&self, id: ShipmentId, claimed: Waiting, outcome: Outcome) {
        tell(id, claimed.errand, &outcome);
        let noting = async {
            let note = || self.shipping.conclude(id, claimed.clone(), outcome.clone());
            while let Err(error) = note().await {
                tracing::warn!(shipment.id = %id, %error, "cannot note what came of an errand");
                sleep(PAUSE).await;
            }
        };
        if timeout(NOTE, noting).await.is_err() {
            tracing::error!(shipment.id = %id, ?outcome, "an errand will be done again");
        }
    }
}

/// Errands that are due, looked for now and then, and at once where there may be more.
fn due(shipping: Shipping) -> impl Stream<Item = ShipmentId> + Send {
    let batches = stream::unfold((shipping, Duration::ZERO), |(shipping, pause)| async move {
        sleep(pause).await;
        let found = shipping.due().await.unwrap_or_else(|error| {
            tracing::warn!(%error, "cannot look for errands that are due");
            Vec::new()
        });
        let pause = if found.len() < BATCH { SWEEP } else { Duration::ZERO };
        Some((stream::iter(found), (shipping, pause)))
    });
    batches.flatten()
}

fn tell(id: ShipmentId, errand: Errand, outcome: &Outcome) {
    let label = match outcome {
        Outcome::Booked(_) | Outcome::Sighted(_) | Outcome::Cancelled => {
            tracing::debug!(shipment.id = %id, errand = errand.name(), "done");
            "done"
        }
        Outcome::PutOff(reason) => {
            tracing::warn!(shipment.id = %id, errand = errand.name(), reason, "an errand is put off");
            "put-off"
        }
    };
    metrics::ERRANDS.with_label_values(&[errand.name(), label]).inc();
}

#[cfg(test)]
mod tests;
