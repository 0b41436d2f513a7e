//! A reservation ends: it closes first, and its lines follow. Whoever dies in between is followed by a
//! redelivery, or by the sweep.

use super::Inventory;
use crate::{
    Error,
    domain::{Claim, NotNow, Reservation, State},
    storage,
};
use bus::Delivery;
use contracts::{
    ids::{MessageId, OrderId},
    message::Events,
    orders::{OrderCancelled, OrderConfirmed},
};
use jiff::Timestamp;
use std::time::Duration;
use store::Created;
use tokio_util::sync::CancellationToken;

/// How often reservations are looked for that are to be looked after.
const SWEEP: Duration = Duration::from_secs(2);

impl Inventory {
    /// The order is carried out: what is held for it is sold.
    pub async fn order_confirmed(self, it: Delivery<OrderConfirmed>) -> Result<(), Error> {
        let (order, now, patience) = (it.body.order_id, self.clock.now(), self.patience);
        let sell = move |it: &mut Reservation| it.sell(now, patience).map_err(Error::about(order));
        match self.reservations.update(order, it.id, sell).await {
            Ok(Reservation { state: State::Returning, .. }) => Ok(()),
            Ok(reservation) => self.follow(&reservation, now).await,
            Err(Error::Store(store::Error::Missing { .. })) => Err(Error::Early(order)),
            Err(error) => Err(error),
        }
    }

    /// The order is cancelled: what is held for it is free again, and what was sold for it comes back.
    pub async fn order_cancelled(self, it: Delivery<OrderCancelled>) -> Result<(), Error> {
        let (order, now) = (it.body.order_id, self.clock.now());
        let (never_wanted, told) = Reservation::never_wanted(order, now);
        if let Created::New(_) = self.reservations.create(never_wanted, told).await? {
            return Ok(());
        }
        let patience = self.patience;
        let cancel =
            move |it: &mut Reservation| it.cancel(now, patience).map_err(Error::about(order));
        // A cause for this call alone: a redelivery has not claimed what the first delivery has.
        let cancelled = self.reservations.update(order, MessageId::fresh(), cancel).await?;
        self.follow(&cancelled, now).await
    }

    /// Lets the lines of a reservation follow it. What was sold is given back only by whoever has
    /// claimed that, at the time given.
    pub(super) async fn follow(
        &self,
        reservation: &Reservation,
        claimed_at: Timestamp,
    ) -> Result<(), Error> {
        match reservation.state {
            State::Pending | State::Reserved { .. } => Ok(()),
            State::Sold => self.sell_off(reservation).await,
            State::Rejected { .. } | State::Released | State::Returned => {
                self.clear_away(reservation).await
            }
            State::Returning if reservation.is_claimed_since(claimed_at) => {
                self.give_back(reservation).await
            }
            State::Returning => Err(Error::claimed(reservation.order_id)),
        }
    }

    /// Sells what is held, and notes that all is sold.
    async fn sell_off(&self, sold: &Reservation) -> Result<(), Error> {
        if sold.nudge_at.is_none() {
            return Ok(());
        }
        self.sell_lines(sold).await?;
        let note = |it: &mut Reservation| -> Result<Events, Error> {
            it.sold();
            Ok(Events::none())
        };
        self.reservations.update(sold.order_id, None, note).await.map(drop)
    }

    /// Gives back what was sold. Only when all of it is given back, and that is written, are the notes
    /// taken out that keep it from being given back twice.
    async fn give_back(&self, returning: &Reservation) -> Result<(), Error> {
        let order = returning.order_id;
        let Claim::Until(lease) = returning.lease() else { return Err(Error::claimed(order)) };
        self.take_back_lines(returning, lease).await?;
        let conclude = move |it: &mut Reservation| it.returned(lease).map_err(Error::about(order));
        let returned = self.reservations.update(order, MessageId::fresh(), conclude).await?;
        self.clear_away(&returned).await
    }

    /// Takes out of the products what is held or noted for a reservation that is over, and notes that
    /// nothing is left. Until that is noted the sweep comes back to it; and so it must as long as
    /// somebody may still be placing holds.
    pub(super) async fn clear_away(&self, closed: &Reservation) -> Result<(), Error> {
        let may_be_held = closed.is_claimed(self.clock.now());
        match closed.state {
            State::Rejected { .. } | State::Released => self.release_lines(closed).await?,
            State::Returned if closed.nudge_at.is_some() => self.forget_lines(closed).await?,
            State::Returned
            | State::Pending
            | State::Reserved { .. }
            | State::Sold
            | State::Returning => return Ok(()),
        }
        if closed.nudge_at.is_none() || may_be_held {
            return Ok(());
        }
        let (seen, now) = (closed.clone(), self.clock.now());
        let note =
            move |it: &mut Reservation| -> Result<Events, Error> { Ok(it.cleared(&seen, now)) };
        self.reservations.update(closed.order_id, MessageId::fresh(), note).await.map(drop)
    }

    /// Looks after what waits for its order, what has run out, and what somebody left half-done.
    pub async fn look_after_overdue(&self) -> Result<usize, Error> {
        let overdue = self.reservations.find(&storage::overdue(self.clock.now())).await?;
        for reservation in &overdue {
            match self.look_after(reservation.order_id).await {
                Ok(()) | Err(Error::NotNow { order: _, why: NotNow::Claimed }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(overdue.len())
    }

    /// Only whoever has put it off looks after it.
    async fn look_after(&self, order: OrderId) -> Result<(), Error> {
        let (now, patience) = (self.clock.now(), self.patience);
        let put_off =
            move |it: &mut Reservation| it.look_after(now, patience).map_err(Error::about(order));
        let taken = self.reservations.update(order, MessageId::fresh(), put_off).await?;
        self.follow(&taken, now).await
    }
}

/// Looks after reservations now and then, until it is told to stop.
pub(crate) async fn sweep(inventory: Inventory, stop: CancellationToken) -> anyhow::Result<()> {
    while stop.run_until_cancelled(tokio::time::sleep(SWEEP)).await.is_some() {
        if let Err(error) = inventory.look_after_overdue().await {
            tracing::warn!(%error, "cannot look after reservations");
        }
    }
    Ok(())
}
