mod ending;
mod state;
#[cfg(test)]
mod tests;

pub use ending::NotNow;
pub use state::State;

use super::Holder;
use contracts::{
    ids::{OrderId, ProductId},
    inventory::{InventoryRejected, InventoryUpdated, Shortage, StockChange},
    message::Events,
};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, time::Duration};

/// How long whoever claimed a reservation may place holds for it, or give back what was sold for it.
pub const LEASE: SignedDuration = SignedDuration::from_secs(4);
/// After how long another may claim it. The difference to [`LEASE`] is what clocks may differ by.
pub const TAKEOVER: SignedDuration = SignedDuration::from_secs(10);
/// The longest pause between two announcements of a reservation that nobody ends.
const LONGEST_NUDGE: Duration = Duration::from_mins(5);

/// How patient reservations are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// How long one waits for the outcome of its order before it announces itself again.
    pub nudge: Duration,
    /// How long one that was made by hand holds what nobody commits.
    pub expiry: Duration,
}

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
    /// Since when somebody places holds for it, or gives back what was sold; only while they may.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    claimed_at: Option<Timestamp>,
    /// When it is looked after again, in milliseconds; only while it waits for an outcome, or its lines
    /// may not all have followed it yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nudge_at: Option<i64>,
    /// How often it was announced again.
    nudges: u32,
    /// Until when it holds, in milliseconds, if it was made by hand; one that an order made ends with
    /// its order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<i64>,
    /// How often it came to nothing and was made anew, by hand.
    #[serde(default)]
    attempt: u32,
}

/// Whether one may work on the lines of a reservation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim {
    /// Yes, until then.
    Until(Timestamp),
    /// Somebody else does.
    Taken,
    /// There is nothing left to do.
    Closed,
}

impl Reservation {
    /// A reservation that the caller has claimed by making it.
    pub fn new(order_id: OrderId, wanted: impl IntoIterator<Item = Line>, now: Timestamp) -> Self {
        Self {
            order_id,
            lines: merged(wanted),
            state: State::Pending,
            claimed_at: Some(now),
            nudge_at: None,
            nudges: 0,
            expires_at: None,
            attempt: 0,
        }
    }

    /// One that people make, claimed by making it. It ends by itself unless it is committed.
    pub fn by_hand(
        order_id: OrderId,
        wanted: impl IntoIterator<Item = Line>,
        now: Timestamp,
        patience: Patience,
    ) -> Self {
        let expires_at = Some(later(now, patience.expiry));
        Self { nudge_at: expires_at, expires_at, ..Self::new(order_id, wanted, now) }
    }

    /// What is left of a reservation for an order that was cancelled before its stock was asked for,
    /// and what its order is told.
    pub fn never_wanted(order_id: OrderId, now: Timestamp) -> (Self, Events) {
        let new = Self::new(order_id, [], now);
        let reservation = Self { state: State::Released, claimed_at: None, ..new };
        let told = reservation.released(now);
        (reservation, told)
    }

    /// Who its holds are for.
    pub const fn holder(&self) -> Holder {
        Holder { order: self.order_id, attempt: self.attempt }
    }

    /// Whether these are its lines.
    pub fn wants(&self, lines: &[Line]) -> bool {
        self.lines == merged(lines.iter().copied())
    }

    /// Whether its stock is held, so that it may run out.
    pub const fn is_held(&self) -> bool {
        matches!(self.state, State::Reserved { .. })
    }

    /// Takes over from a claim to place holds that is too old to be alive.
    pub fn claim_holds(&mut self, now: Timestamp) -> Claim {
        if self.state == State::Pending { self.claim(now) } else { Claim::Closed }
    }

    /// Takes over from whoever works on its lines, if their claim is too old to be alive.
    fn claim(&mut self, now: Timestamp) -> Claim {
        if self.is_claimed(now) {
            return Claim::Taken;
        }
        self.claimed_at = Some(now);
        self.lease()
    }

    /// Whether somebody may still be at work on its lines.
    pub fn is_claimed(&self, now: Timestamp) -> bool {
        self.claimed_at.is_some_and(|it| now.duration_since(it) < TAKEOVER)
    }

    /// Whether it is claimed by whoever did so at this time. No two do at the same.
    pub fn is_claimed_since(&self, at: Timestamp) -> bool {
        self.claimed_at == Some(at)
    }

    /// Until when whoever claimed it may work on its lines.
    pub fn lease(&self) -> Claim {
        self.claimed_at.map_or(Claim::Closed, |it| {
            Claim::Until(it.saturating_add(LEASE).unwrap_or(Timestamp::MAX))
        })
    }

    /// Everything is held, or something was short. Whoever placed the holds says so, and gives up their
    /// claim; one that was too slow finds that another has claimed it, and places holds.
    pub fn conclude(
        &mut self,
        lease: Timestamp,
        held: Result<Vec<StockChange>, Vec<Shortage>>,
        now: Timestamp,
        patience: Patience,
    ) -> Result<Events, NotNow> {
        let is_open = self.state == State::Pending;
        if self.lease() != Claim::Until(lease) {
            return if is_open { Err(NotNow::Claimed) } else { Ok(Events::none()) };
        }
        self.claimed_at = None;
        if !is_open {
            return Ok(Events::none());
        }
        let waits = Some(later(now, patience.nudge));
        (self.state, self.nudge_at) = match held {
            Ok(changes) => (State::Reserved { changes }, self.expires_at.or(waits)),
            Err(shortages) => (State::Rejected { shortages }, waits),
        };
        Ok(self.announcement(now))
    }

    /// What the order is told; said again whenever it asks again. Of what was made by hand no order
    /// knows.
    pub fn announcement(&self, now: Timestamp) -> Events {
        let order_id = self.order_id;
        match &self.state {
            State::Reserved { .. } | State::Rejected { .. } if self.expires_at.is_some() => {
                Events::none()
            }
            State::Reserved { changes } => {
                let (message, changes) = ("Stock reserved".to_owned(), changes.clone());
                Events::none()
                    .and(now, &InventoryUpdated { message, order_id: Some(order_id), changes })
            }
            State::Rejected { shortages } => {
                let (message, shortages) = ("Out of stock".to_owned(), shortages.clone());
                Events::none().and(now, &InventoryRejected { message, order_id, shortages })
            }
            State::Pending | State::Sold | State::Released | State::Returning | State::Returned => {
                Events::none()
            }
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
