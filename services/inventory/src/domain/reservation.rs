use contracts::{
    ids::{OrderId, ProductId},
    inventory::{InventoryRejected, InventoryUpdated, Shortage, StockChange},
    message::Events,
};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, time::Duration};

/// How long whoever claimed a reservation may place holds for it.
pub const LEASE: SignedDuration = SignedDuration::from_secs(4);
/// After how long another may claim it. The difference to [`LEASE`] is what clocks may differ by.
pub const TAKEOVER: SignedDuration = SignedDuration::from_secs(10);
/// The longest pause between two announcements of a reservation that nobody ends.
const LONGEST_NUDGE: Duration = Duration::from_mins(5);

/// So many of a product.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Line {
    /// The product.
    pub product_id: ProductId,
    /// How many.
    pub quantity: u32,
}

/// What an order wants, and how far it has come. It is kept for ever: a late message must find it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Reservation {
    /// The order.
    pub order_id: OrderId,
    /// What it wants: each product once, in the order of ids, which is that of taking them.
    pub lines: Vec<Line>,
    /// How far it has come.
    pub state: State,
    /// Who places holds now: since when the present claim holds.
    claimed_at: Timestamp,
    /// When it is looked after again, in milliseconds; only while it waits for the order's outcome, or
    /// may still hold what it has to give back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nudge_at: Option<i64>,
    /// How often it was announced again.
    nudges: u32,
}

/// How far a reservation has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "name", rename_all = "lowercase")]
pub enum State {
    /// Holds are being placed.
    Pending,
    /// Everything is held.
    Reserved {
        /// What that changed.
        changes: Vec<StockChange>,
    },
    /// Something was short; nothing is held, or what still is will be taken back.
    Rejected {
        /// What was short.
        shortages: Vec<Shortage>,
    },
    /// What was held is sold.
    Sold,
    /// The order was cancelled; nothing is held, or what still is will be taken back.
    Released,
}

/// Whether one may place holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim {
    /// Yes, until then.
    Until(Timestamp),
    /// Somebody else does.
    Taken,
    /// There is nothing left to hold.
    Closed,
}

impl Reservation {
    /// A reservation that the caller has claimed by making it.
    pub fn new(order_id: OrderId, wanted: impl IntoIterator<Item = Line>, now: Timestamp) -> Self {
        let lines = merged(wanted);
        Self { order_id, lines, state: State::Pending, claimed_at: now, nudge_at: None, nudges: 0 }
    }

    /// What is left of a reservation for an order that was cancelled before its stock was asked for.
    pub fn never_wanted(order_id: OrderId, now: Timestamp) -> Self {
        Self { state: State::Released, ..Self::new(order_id, [], now) }
    }

    /// Takes over from a claim that is too old to be alive.
    pub fn claim(&mut self, now: Timestamp) -> Claim {
        if self.state != State::Pending {
            return Claim::Closed;
        }
        if now.duration_since(self.claimed_at) < TAKEOVER {
            return Claim::Taken;
        }
        self.claimed_at = now;
        self.lease()
    }

    /// Until when whoever claimed it may place holds.
    pub fn lease(&self) -> Claim {
        Claim::Until(self.claimed_at.saturating_add(LEASE).unwrap_or(Timestamp::MAX))
    }

    /// Everything is held.
    pub fn reserve(
        &mut self,
        changes: Vec<StockChange>,
        now: Timestamp,
        nudge: Duration,
    ) -> Events {
        if self.state != State::Pending {
            return Events::none();
        }
        self.state = State::Reserved { changes };
        self.nudge_at = Some(later(now, nudge));
        self.announcement(now)
    }

    /// Something is short.
    pub fn reject(&mut self, shortages: Vec<Shortage>, now: Timestamp, nudge: Duration) -> Events {
        if self.state != State::Pending {
            return Events::none();
        }
        self.state = State::Rejected { shortages };
        self.nudge_at = Some(later(now, nudge));
        self.announcement(now)
    }

    /// The order is carried out, and what was held for it is sold.
    pub fn sell(&mut self) {
        if matches!(self.state, State::Reserved { .. }) {
            self.state = State::Sold;
            self.nudge_at = None;
        }
    }

    /// The order is cancelled.
    pub fn release(&mut self, now: Timestamp, nudge: Duration) {
        if matches!(self.state, State::Pending | State::Reserved { .. }) {
            self.state = State::Released;
            self.nudge_at = Some(later(now, nudge));
        }
    }

    /// Nothing is held for it any more.
    pub fn cleared(&mut self) {
        if matches!(self.state, State::Rejected { .. } | State::Released) {
            self.nudge_at = None;
        }
    }

    /// Nobody has ended it yet: it is announced again, less and less often.
    pub fn nudge(&mut self, now: Timestamp, nudge: Duration) -> Events {
        if self.nudge_at.is_none_or(|at| at > now.as_millisecond()) {
            return Events::none();
        }
        self.nudges = self.nudges.saturating_add(1);
        let pause = nudge.saturating_mul(1 << self.nudges.min(16)).min(LONGEST_NUDGE);
        self.nudge_at = Some(later(now, pause));
        self.announcement(now)
    }

    /// What the order is told; said again whenever it asks again.
    pub fn announcement(&self, now: Timestamp) -> Events {
        let order_id = self.order_id;
        match &self.state {
            State::Reserved { changes } => {
                let (message, changes) = ("Stock reserved".to_owned(), changes.clone());
                Events::none()
                    .and(now, &InventoryUpdated { message, order_id: Some(order_id), changes })
            }
            State::Rejected { shortages } => {
                let (message, shortages) = ("Out of stock".to_owned(), shortages.clone());
                Events::none().and(now, &InventoryRejected { message, order_id, shortages })
            }
            State::Pending | State::Sold | State::Released => Events::none(),
        }
    }
}

/// Each product once, in the order of ids: whoever takes several takes them in the same order.
fn merged(wanted: impl IntoIterator<Item = Line>) -> Vec<Line> {
    let mut all = BTreeMap::<_, u32>::new();
    for Line { product_id, quantity } in wanted {
        let count = all.entry(product_id).or_default();
        *count = count.saturating_add(quantity);
    }
    all.into_iter().map(|(product_id, quantity)| Line { product_id, quantity }).collect()
}

fn later(now: Timestamp, by: Duration) -> i64 {
    now.saturating_add(by).unwrap_or(Timestamp::MAX).as_millisecond()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;
    const NUDGE: Duration = Duration::from_secs(15);

    fn pending() -> Reservation {
        let product_id = ProductId::fresh();
        let line = Line { product_id, quantity: 1 };
        Reservation::new(OrderId::fresh(), [line, line], NOW)
    }

    #[test]
    fn lines_of_the_same_product_are_one() {
        let lines = pending().lines;
        assert_eq!((lines.len(), lines[0].quantity), (1, 2));
    }

    #[test]
    fn a_claim_is_taken_over_only_when_its_holder_must_have_stopped() {
        let mut reservation = pending();
        let after = |seconds| NOW + SignedDuration::from_secs(seconds);
        assert_eq!(reservation.lease(), Claim::Until(after(4)));
        assert_eq!(reservation.claim(after(9)), Claim::Taken);
        assert_eq!(reservation.claim(after(10)), Claim::Until(after(14)));
        reservation.release(NOW, NUDGE);
        assert_eq!(reservation.claim(after(60)), Claim::Closed);
    }

    #[test]
    fn a_cancelled_order_is_not_reserved_for_any_more() {
        let mut reservation = pending();
        reservation.release(NOW, NUDGE);
        assert!(reservation.reserve(Vec::new(), NOW, NUDGE).is_empty());
        assert_eq!(reservation.state, State::Released);
    }

    #[test]
    fn what_came_to_nothing_is_looked_after_until_it_is_cleared() {
        let mut reservation = pending();
        reservation.reject(Vec::new(), NOW, NUDGE);
        assert!(reservation.nudge_at.is_some());
        reservation.cleared();
        assert_eq!(reservation.nudge_at, None);
    }

    #[test]
    fn what_is_sold_is_not_released() {
        let mut reservation = pending();
        reservation.reserve(Vec::new(), NOW, NUDGE);
        reservation.sell();
        reservation.release(NOW, NUDGE);
        assert_eq!((reservation.state, reservation.nudge_at), (State::Sold, None));
    }

    #[test]
    fn a_reservation_that_nobody_ends_is_announced_less_and_less_often() {
        let mut reservation = pending();
        reservation.reserve(Vec::new(), NOW, NUDGE);
        assert!(reservation.nudge(NOW, NUDGE).is_empty(), "not yet");
        let at = Timestamp::from_millisecond(reservation.nudge_at.unwrap()).unwrap();
        assert!(!reservation.nudge(at, NUDGE).is_empty());
        assert_eq!(reservation.nudge_at.unwrap() - at.as_millisecond(), 30_000);
    }
}
