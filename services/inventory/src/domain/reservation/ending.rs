//! How a reservation ends: sold, called off, or run out. It closes first and its lines follow; as long
//! as they may not all have, it is looked after.

use super::{Claim, LONGEST_NUDGE, Line, Patience, Reservation, State, later};
use contracts::{ids::MessageId, inventory::InventoryReleased, message::Events};
use jiff::Timestamp;
use std::time::Duration;

/// Why a reservation cannot go on as asked, at least not now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotNow {
    /// Somebody else is at work on its lines, or it is not time yet.
    #[error("somebody else is at work on it")]
    Claimed,
    /// Its holds are still being placed.
    #[error("its stock is still being reserved")]
    Early,
    /// Its stock was short.
    #[error("its stock is not reserved")]
    NotReserved,
    /// An order made it, and ends it.
    #[error("it belongs to its order, and ends with it")]
    OfOrder,
    /// By hand only what is reserved can be committed, and only what is not sold released.
    #[error("it is {0}")]
    Is(&'static str),
    /// Its lines are others.
    #[error("its lines are others: it is changed as a whole, or released and made anew")]
    HoldsOther,
}

impl Reservation {
    /// The order is carried out: what is held for it is to be sold. An order may have been called off
    /// since.
    pub fn sell(&mut self, now: Timestamp, patience: Patience) -> Result<Events, NotNow> {
        match self.state {
            State::Reserved { .. } => {
                self.state = State::Sold;
                self.expires_at = None;
                self.look_after_in(patience.nudge, now);
                Ok(Events::none())
            }
            State::Sold | State::Released | State::Returning | State::Returned => {
                Ok(Events::none())
            }
            State::Pending => Err(NotNow::Early),
            State::Rejected { .. } => Err(NotNow::NotReserved),
        }
    }

    /// All its lines are sold.
    pub fn sold(&mut self) {
        if self.state == State::Sold {
            self.nudge_at = None;
        }
    }

    /// The order is cancelled: what is held for it is to be free again, and what was sold to come back.
    /// If that is done already the order is told again. Whoever lets it return, or takes that over, has
    /// claimed it.
    pub fn cancel(&mut self, now: Timestamp, patience: Patience) -> Result<Events, NotNow> {
        match self.state {
            State::Pending | State::Reserved { .. } => {
                self.expires_at = None;
                self.state = State::Released;
                self.look_after_in(patience.nudge, now);
                Ok(Events::none())
            }
            State::Sold => {
                (self.state, self.claimed_at) = (State::Returning, Some(now));
                self.look_after_in(patience.nudge, now);
                Ok(Events::none())
            }
            State::Rejected { .. } => {
                self.expires_at = None;
                self.state = State::Released;
                Ok(self.told_again(now))
            }
            State::Released | State::Returned => {
                self.expires_at = None;
                Ok(self.told_again(now))
            }
            State::Returning => self.take_over(now, patience),
        }
    }

    fn take_over(&mut self, now: Timestamp, patience: Patience) -> Result<Events, NotNow> {
        match self.claim(now) {
            Claim::Until(_) => {
                self.look_after_in(patience.nudge, now);
                Ok(Events::none())
            }
            Claim::Taken | Claim::Closed => Err(NotNow::Claimed),
        }
    }

    /// All that was sold is given back. Whoever gave it back says so, and gives up their claim; one that
    /// was too slow finds that another has claimed it.
    pub fn returned(&mut self, lease: Timestamp) -> Result<Events, NotNow> {
        if self.state != State::Returning {
            return Ok(Events::none());
        }
        if self.lease() != Claim::Until(lease) {
            return Err(NotNow::Claimed);
        }
        (self.state, self.claimed_at) = (State::Returned, None);
        Ok(Events::none())
    }

    /// Nothing is held for it any more, and nothing noted, as whoever found it `closed` has seen to; the
    /// order that called it off is told.
    pub fn cleared(&mut self, closed: &Self, now: Timestamp) -> Events {
        if self.attempt != closed.attempt {
            return Events::none();
        }
        match self.state {
            State::Rejected { .. } => {
                self.nudge_at = None;
                Events::none()
            }
            State::Released | State::Returned => {
                (self.nudge_at, self.claimed_at) = (None, None);
                self.released(now)
            }
            State::Pending | State::Reserved { .. } | State::Sold | State::Returning => {
                Events::none()
            }
        }
    }

    /// It is time: what waits for its order is announced again, less and less often; what was made by
    /// hand and not committed runs out; what is being given back is taken over.
    pub fn look_after(&mut self, now: Timestamp, patience: Patience) -> Result<Events, NotNow> {
        if self.nudge_at.is_none_or(|at| at > now.as_millisecond()) {
            return Err(NotNow::Claimed);
        }
        self.nudges = self.nudges.saturating_add(1);
        let pause = patience.nudge.saturating_mul(1 << self.nudges.min(16)).min(LONGEST_NUDGE);
        match self.state {
            State::Pending | State::Reserved { .. } if self.expires_at.is_some() => {
                self.state = State::Released;
            }
            State::Returning => drop(self.take_over(now, patience)?),
            State::Pending
            | State::Reserved { .. }
            | State::Rejected { .. }
            | State::Sold
            | State::Released
            | State::Returned => {}
        }
        self.look_after_in(pause, now);
        Ok(self.announcement(now))
    }

    /// People ask for the same order again: what is held is left as it is, what came to nothing is made
    /// anew, claimed by the caller.
    pub fn again(
        &mut self,
        wanted: &[Line],
        now: Timestamp,
        patience: Patience,
    ) -> Result<Events, NotNow> {
        self.expires_at.ok_or(NotNow::OfOrder)?;
        match self.state {
            State::Reserved { .. } if self.wants(wanted) => Ok(Events::none()),
            State::Reserved { .. } => Err(NotNow::HoldsOther),
            State::Pending if !self.wants(wanted) => Err(NotNow::Early),
            State::Pending => match self.claim(now) {
                Claim::Until(_) => Ok(Events::none()),
                Claim::Taken | Claim::Closed => Err(NotNow::Claimed),
            },
            State::Rejected { .. } | State::Released if self.nudge_at.is_none() => {
                let anew = Self::by_hand(self.order_id, wanted.iter().copied(), now, patience);
                *self = Self { attempt: self.attempt.saturating_add(1), ..anew };
                Ok(Events::none())
            }
            State::Rejected { .. } | State::Released => Err(NotNow::Claimed),
            State::Sold | State::Returning | State::Returned => Err(NotNow::Is(self.state.name())),
        }
    }

    /// People sell what they have reserved.
    pub fn commit(&mut self, now: Timestamp, patience: Patience) -> Result<Events, NotNow> {
        let expires_at = self.expires_at.ok_or(NotNow::OfOrder)?;
        match self.state {
            State::Reserved { .. } if expires_at <= now.as_millisecond() => {
                Err(NotNow::Is("expired"))
            }
            State::Reserved { .. } => {
                self.state = State::Sold;
                self.look_after_in(patience.nudge, now);
                Ok(Events::none())
            }
            State::Sold => Ok(Events::none()),
            State::Pending => Err(NotNow::Early),
            State::Rejected { .. } | State::Released | State::Returning | State::Returned => {
                Err(NotNow::Is(self.state.name()))
            }
        }
    }

    /// People free what they have reserved.
    pub fn let_go(&mut self, now: Timestamp, patience: Patience) -> Result<Events, NotNow> {
        self.expires_at.ok_or(NotNow::OfOrder)?;
        match self.state {
            State::Pending | State::Reserved { .. } => {
                self.state = State::Released;
                self.look_after_in(patience.nudge, now);
                Ok(Events::none())
            }
            State::Rejected { .. } | State::Released => Ok(Events::none()),
            State::Sold | State::Returning | State::Returned => Err(NotNow::Is(self.state.name())),
        }
    }

    /// What an order is told that was called off and has nothing left here. It may ask again, since the
    /// answer may be lost; then it is the same message.
    pub(super) fn released(&self, now: Timestamp) -> Events {
        if self.expires_at.is_some() {
            return Events::none();
        }
        let order_id = self.order_id;
        let id = MessageId::derived(&format!("{order_id}/inventory.released"));
        Events::none().and_as(id, now, &InventoryReleased { order_id })
    }

    fn told_again(&self, now: Timestamp) -> Events {
        if self.nudge_at.is_none() { self.released(now) } else { Events::none() }
    }

    fn look_after_in(&mut self, pause: Duration, now: Timestamp) {
        self.nudge_at = Some(later(now, pause));
    }
}
