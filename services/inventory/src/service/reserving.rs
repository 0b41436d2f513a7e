//! Stock is set aside for an order.

use super::Inventory;
use crate::{
    Error,
    domain::{Claim, Line, Reservation},
};
use bus::Delivery;
use contracts::{
    ids::{MessageId, OrderId},
    message::Events,
    orders::StockWanted,
};
use store::Created;

impl Inventory {
    /// Reserves what an order wants: all of it or nothing.
    pub async fn stock_wanted(self, it: Delivery<StockWanted>) -> Result<(), Error> {
        let order = it.body.order;
        let lines =
            order.items.iter().map(|it| Line { product_id: it.product_id, quantity: it.quantity });
        let reservation = Reservation::new(order.order_id, lines, self.clock.now());
        match self.reservations.create(reservation, Events::none()).await? {
            Created::New(reservation) => self.place_holds(reservation).await.map(drop),
            Created::Existing(reservation) => self.take_up(reservation).await,
        }
    }

    /// The order asks again: it is answered again, or what somebody left half-done is done.
    async fn take_up(&self, reservation: Reservation) -> Result<(), Error> {
        let (order, now) = (reservation.order_id, self.clock.now());
        if reservation.expires_at.is_some() {
            return Err(Error::ReservedByHand(order));
        }
        let mut claimed = reservation;
        match claimed.claim_holds(now) {
            Claim::Taken => Err(Error::claimed(order)),
            Claim::Until(_) => {
                let claim = move |it: &mut Reservation| match it.claim_holds(now) {
                    Claim::Until(_) => Ok(Events::none()),
                    Claim::Taken | Claim::Closed => Err(Error::claimed(order)),
                };
                let claimed = self.reservations.update(order, MessageId::fresh(), claim).await?;
                if !claimed.is_claimed_since(now) {
                    return Err(Error::claimed(order));
                }
                self.place_holds(claimed).await.map(drop)
            }
            Claim::Closed => {
                self.clear_away(&claimed).await?;
                self.announce(order).await
            }
        }
    }

    /// Places the holds of a reservation that the caller has claimed, and notes what came of it.
    pub(super) async fn place_holds(&self, reservation: Reservation) -> Result<Reservation, Error> {
        let Claim::Until(lease) = reservation.lease() else { return Ok(reservation) };
        let (mut changes, mut shortages) = (Vec::new(), Vec::new());
        for line in &reservation.lines {
            match self.hold(reservation.holder(), *line, lease).await? {
                Ok(change) => changes.push(change),
                Err(shortage) => shortages.push(shortage),
            }
        }
        let held = if shortages.is_empty() { Ok(changes) } else { Err(shortages) };
        let (order, now, patience) = (reservation.order_id, self.clock.now(), self.patience);
        let conclude = move |it: &mut Reservation| {
            it.conclude(lease, held.clone(), now, patience).map_err(Error::about(order))
        };
        let concluded = self.reservations.update(order, MessageId::fresh(), conclude).await?;
        self.clear_away(&concluded).await?;
        Ok(concluded)
    }

    /// Tells the order again what has become of its wish.
    async fn announce(&self, order: OrderId) -> Result<(), Error> {
        let now = self.clock.now();
        let say = move |it: &mut Reservation| -> Result<Events, Error> { Ok(it.announcement(now)) };
        self.reservations.update(order, None, say).await.map(drop)
    }
}
