//! The use cases, one method per verb.

use crate::{
    Error,
    domain::{Difference, Handover, Mark, Outcome, Refused, Shipment, Waiting},
    metrics, storage,
};
use bus::Delivery;
use chassis::{clock::SharedClock, gateway::OrderSource, http::IfMatch, problem::Misfit};
use contracts::{
    ids::{MessageId, OrderId, ShipmentId},
    message::Events,
    orders::{ShipmentUnwanted, ShipmentWanted},
    shipping::ShipmentStatus,
};
use jiff::Timestamp;
use std::sync::Arc;
use store::{Created, Page, Repository, Store};
use tokio::sync::mpsc;

/// How many fresh errands wait for the dispatcher; what does not fit is found by its sweep.
const FRESH: usize = 8_192;

/// What can be done with shipments. Cheap to clone.
#[derive(Clone)]
pub struct Shipping {
    shipments: Repository<Shipment>,
    orders: Arc<dyn OrderSource>,
    clock: SharedClock,
    fresh: mpsc::Sender<ShipmentId>,
}

/// The shipment that is to change, as the caller has seen it.
#[derive(Clone, Debug)]
pub struct Revision {
    /// Which one.
    pub id: ShipmentId,
    /// Which revisions of it.
    pub condition: IfMatch,
}

impl std::fmt::Debug for Shipping {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shipping").finish_non_exhaustive()
    }
}

impl Shipping {
    /// The shipments in `store`, and the ids of those for which the carrier is to be asked at once.
    /// Which orders may be shipped, `orders` knows.
    pub fn new(
        store: &mut Store,
        orders: Arc<dyn OrderSource>,
        clock: SharedClock,
    ) -> (Self, mpsc::Receiver<ShipmentId>) {
        let (fresh, receiver) = mpsc::channel(FRESH);
        (Self { shipments: store.repository(), orders, clock, fresh }, receiver)
    }

    /// An order is to be shipped. Asked again, it is answered again, be it by the same message. What was
    /// opened by hand before that becomes what the order says, as long as it is here.
    pub async fn shipment_wanted(self, it: Delivery<ShipmentWanted>) -> Result<(), Error> {
        let now = self.clock.now();
        let wish = it.body;
        let (shipment, events) = Shipment::wanted(wish.clone(), now);
        match self.shipments.create(shipment, events).await? {
            Created::New(shipment) => self.hand_over(&shipment),
            Created::Existing(known) => {
                let again = move |it: &mut Shipment| Ok::<_, Error>(it.wanted_again(&wish, now));
                let answered = self.shipments.update(known.shipment_id, None, again).await?;
                tell_of_difference(&known, &answered);
                self.hand_over(&answered);
            }
        }
        Ok(())
    }

    /// An order was called off: its parcel stays here, if it is still here. One that nobody has asked
    /// for will not be shipped when somebody does.
    pub async fn shipment_unwanted(self, it: Delivery<ShipmentUnwanted>) -> Result<(), Error> {
        let now = self.clock.now();
        let reason = it.body.reason.clone();
        let (shipment, events) = Shipment::never_wanted(it.body, now);
        if let Created::Existing(known) = self.shipments.create(shipment, events).await? {
            let call_off = move |it: &mut Shipment| Ok::<_, Error>(it.call_off(&reason, now));
            let known = self.shipments.update(known.shipment_id, None, call_off).await?;
            self.hand_over(&known);
        }
        Ok(())
    }

    /// Ships an order by hand, if there is one that may be shipped.
    pub async fn open(&self, wish: ShipmentWanted) -> Result<Shipment, Error> {
        let order = wish.order_id;
        if self.shipments.look_up(&Shipment::id_for(order)).await?.is_none() {
            let known = self.orders.order(order).await?.ok_or_else(Misfit::no_such_order)?;
            if !known.is_to_be_shipped() {
                return Err(Error::NotReady { order, status: known.status });
            }
        }
        let (shipment, events) = Shipment::wanted(wish, self.clock.now());
        match self.shipments.create(shipment, events).await? {
            Created::New(shipment) => {
                self.hand_over(&shipment);
                Ok(shipment)
            }
            Created::Existing(it) => Err(Error::Exists { order: it.order_id, status: it.status }),
        }
    }

    /// A shipment.
    pub async fn shipment(&self, id: ShipmentId) -> Result<Shipment, Error> {
        Ok(self.shipments.get(&id).await?)
    }

    /// The shipment of an order.
    pub async fn of_order(&self, order: OrderId) -> Result<Shipment, Error> {
        self.shipment(Shipment::id_for(order)).await
    }

    /// A page of shipments.
    pub async fn list(
        &self,
        status: Option<ShipmentStatus>,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<Page<Shipment>, Error> {
        Ok(self.shipments.page_after(&storage::listed(status), cursor, limit).await?)
    }

    /// Hands a parcel to a carrier.
    pub async fn ship(&self, id: Revision, to: Handover, mark: Mark) -> Result<Shipment, Error> {
        self.change(id, move |it, now| it.ship(&to, mark.clone(), now)).await
    }

    /// Notes that a parcel has arrived.
    pub async fn deliver(&self, id: Revision, mark: Mark) -> Result<Shipment, Error> {
        self.change(id, move |it, now| it.deliver(mark.clone(), now)).await
    }

    /// Calls a shipment off.
    pub async fn cancel(&self, id: Revision, reason: String) -> Result<Shipment, Error> {
        self.change(id, move |it, now| it.cancel(&reason, now)).await
    }

    /// Notes that a parcel comes back.
    pub async fn send_back(&self, id: Revision, reason: String) -> Result<Shipment, Error> {
        self.change(id, move |it, now| it.send_back(&reason, now)).await
    }

    /// Makes a shipment what somebody says it is, if there is a way there.
    pub async fn advance(
        &self,
        id: Revision,
        to: ShipmentStatus,
        mark: Mark,
    ) -> Result<Shipment, Error> {
        self.change(id, move |it, now| it.advance(to, mark.clone(), now)).await
    }

    /// Notes where a parcel was seen.
    pub async fn note(&self, id: Revision, mark: Mark) -> Result<Shipment, Error> {
        self.change(id, move |it, now| it.note(mark.clone(), now)).await
    }

    /// Changes a shipment by hand, if the caller has the present revision in mind.
    async fn change(
        &self,
        Revision { id, condition }: Revision,
        decide: impl Fn(&mut Shipment, Timestamp) -> Result<Events, Refused> + Send + 'static,
    ) -> Result<Shipment, Error> {
        // A cause of its own: a write that is tried again, since its answer was lost, changes once.
        let (now, cause) = (self.clock.now(), MessageId::fresh());
        let decide = move |it: &mut Shipment| {
            if !condition.allows(it.revision) {
                return Err(Error::Stale(it.revision));
            }
            Ok(decide(it, now)?)
        };
        let changed = self.shipments.update(id, cause, decide).await?;
        self.hand_over(&changed);
        Ok(changed)
    }

    /// Lets the dispatcher know of an errand that is due.
    fn hand_over(&self, shipment: &Shipment) {
        let now = self.clock.now().as_millisecond();
        if shipment.waiting.as_ref().is_some_and(|it| it.next_attempt_at <= now) {
            // What finds no room, or nobody who listens, is found by the sweep.
            let _handed_over = self.fresh.try_send(shipment.shipment_id);
        }
    }

    /// The shipment and its errand, if that is due and nobody else has it in hand.
    pub(crate) async fn claim(&self, id: ShipmentId) -> Result<Option<(Shipment, Waiting)>, Error> {
        let now = self.clock.now();
        let claim = move |it: &mut Shipment| {
            if it.claim(now) { Ok(Events::none()) } else { Err(NotClaimed::NotDue) }
        };
        match self.shipments.update(id, None, claim).await {
            Ok(shipment) => Ok(shipment.waiting.clone().map(|it| (shipment, it))),
            Err(NotClaimed::NotDue) => Ok(None),
            Err(NotClaimed::Store(error)) => Err(error.into()),
        }
    }

    /// Notes what came of an errand.
    pub(crate) async fn conclude(
        &self,
        id: ShipmentId,
        claimed: Waiting,
        outcome: Outcome,
    ) -> Result<(), Error> {
        let now = self.clock.now();
        let conclude =
            move |it: &mut Shipment| Ok::<_, Error>(it.conclude(&claimed, &outcome, now));
        let concluded = self.shipments.update(id, None, conclude).await?;
        self.hand_over(&concluded);
        Ok(())
    }

    /// Shipments whose errands are to be done now.
    pub(crate) async fn due(&self) -> Result<Vec<ShipmentId>, Error> {
        let found = self.shipments.find(&storage::due(self.clock.now())).await?;
        Ok(found.into_iter().map(|it| it.shipment_id).collect())
    }
}

/// Staff have to see to what is on its way and is not what was ordered. It is told once.
fn tell_of_difference(before: &Shipment, after: &Shipment) {
    let (order, shipment) = (after.order_id, after.shipment_id);
    let outcome = match (before.differs, after.differs) {
        (None, Some(Difference::Corrected)) => {
            tracing::warn!(order.id = %order, shipment.id = %shipment, "became what its order says");
            "corrected"
        }
        (None, Some(Difference::TooLate)) => {
            tracing::error!(order.id = %order, shipment.id = %shipment, "left, and is not what its order says");
            "too-late"
        }
        (Some(_), _) | (None, None) => return,
    };
    metrics::DIFFERENCES.with_label_values(&[outcome]).inc();
}

/// Why an errand is not the caller's.
enum NotClaimed {
    NotDue,
    Store(store::Error),
}

impl From<store::Error> for NotClaimed {
    fn from(error: store::Error) -> Self {
        Self::Store(error)
    }
}
