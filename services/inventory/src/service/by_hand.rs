//! Reservations that people make: they end by themselves unless they are committed.

use super::Inventory;
use crate::{
    Error,
    domain::{Line, NotNow, Patience, Reservation, State},
};
use contracts::{
    ids::{MessageId, OrderId},
    message::Events,
};
use jiff::Timestamp;
use store::Created;

impl Inventory {
    /// Reserves by hand: all lines or nothing. Asked again it changes nothing. For an order that there
    /// is nobody reserves: it would wait for stock that others hold under its name.
    pub async fn reserve(&self, order: OrderId, lines: Vec<Line>) -> Result<Reservation, Error> {
        let is_new = self.reservations.look_up(&order).await?.is_none();
        if is_new && self.orders.order(order).await?.is_some() {
            return Err(Error::ReservesItself(order));
        }
        let (now, patience) = (self.clock.now(), self.patience);
        let new = Reservation::by_hand(order, lines.iter().copied(), now, patience);
        let reservation = match self.reservations.create(new, Events::none()).await? {
            Created::New(reservation) => reservation,
            Created::Existing(_) => {
                let ask = move |it: &mut Reservation| {
                    it.again(&lines, now, patience).map_err(Error::about(order))
                };
                self.reservations.update(order, MessageId::fresh(), ask).await?
            }
        };
        let placed = match reservation.state {
            State::Pending => self.place_holds(reservation).await?,
            State::Reserved { .. }
            | State::Rejected { .. }
            | State::Sold
            | State::Released
            | State::Returning
            | State::Returned => reservation,
        };
        match placed.state {
            State::Rejected { shortages } => Err(Error::Short(shortages)),
            State::Reserved { .. } | State::Sold => Ok(placed),
            State::Pending | State::Released | State::Returning | State::Returned => {
                Err(Error::about(order)(NotNow::Is(placed.state.name())))
            }
        }
    }

    /// Frees what was reserved by hand; just these lines, where they are named.
    pub async fn release(
        &self,
        order: OrderId,
        lines: Option<Vec<Line>>,
    ) -> Result<Reservation, Error> {
        self.end(order, lines, Reservation::let_go).await
    }

    /// Sells what was reserved by hand; just these lines, where they are named.
    pub async fn commit(
        &self,
        order: OrderId,
        lines: Option<Vec<Line>>,
    ) -> Result<Reservation, Error> {
        self.end(order, lines, Reservation::commit).await
    }

    async fn end(
        &self,
        order: OrderId,
        lines: Option<Vec<Line>>,
        how: fn(&mut Reservation, Timestamp, Patience) -> Result<Events, NotNow>,
    ) -> Result<Reservation, Error> {
        let (now, patience) = (self.clock.now(), self.patience);
        let end = move |it: &mut Reservation| {
            let is_meant = lines.as_ref().is_none_or(|lines| it.wants(lines));
            let ended = if is_meant { how(it, now, patience) } else { Err(NotNow::HoldsOther) };
            ended.map_err(Error::about(order))
        };
        let ended = self.reservations.update(order, MessageId::fresh(), end).await?;
        self.follow(&ended, now).await?;
        Ok(ended)
    }
}
