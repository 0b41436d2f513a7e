//! The steps that staff and orders take with a shipment. One that was taken before changes nothing;
//! one that cannot be taken from here is refused.
//!
//! `pending → processing → shipped → delivered`; called off from the first two, sent back from the
//! last two.

use super::{Entry, Errand, Shipment, Waiting, word};
use contracts::{message::Events, shipping::ShipmentStatus};
use jiff::Timestamp;

/// How many entries a history has at most before no more notes are taken. Steps are always entered.
const LONGEST_HISTORY: usize = 200;

/// What is written down beside a step.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mark {
    /// Where it happened.
    pub location: Option<String>,
    /// What else there is to say.
    pub notes: Option<String>,
}

/// Who a parcel is handed to, where that is not the carrier that booked it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Handover {
    /// Who brings it.
    pub carrier: Option<String>,
    /// By what number it is followed.
    pub tracking_number: Option<String>,
}

/// Why a step was not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// There is no way there from where it stands.
    #[error("the shipment is {}, so it cannot become {}", word(*.from), word(*.to))]
    Step {
        /// Where it stands.
        from: ShipmentStatus,
        /// Where it was to go.
        to: ShipmentStatus,
    },
    /// It left under another number.
    #[error("the shipment is shipped already, by {carrier} under {tracking_number}")]
    Handed {
        /// Who brings it.
        carrier: String,
        /// By what number it is followed.
        tracking_number: String,
    },
    /// It is not on a way that could be noted.
    #[error("the shipment is {}, so there is nothing to note of its way", word(*.0))]
    NotUnderway(ShipmentStatus),
    /// Too much has been noted.
    #[error("the history of the shipment is full; it is {}", word(*.0))]
    Full(ShipmentStatus),
}

impl Shipment {
    /// It is handed to the carrier that booked it, or to another.
    pub fn ship(&mut self, to: &Handover, mark: Mark, now: Timestamp) -> Result<Events, Refused> {
        match self.status {
            ShipmentStatus::Processing => {
                self.hand_over(to, now);
                Ok(self.become_(ShipmentStatus::Shipped, mark, Events::none(), now))
            }
            ShipmentStatus::Shipped => self.was_handed(to),
            ShipmentStatus::Pending
            | ShipmentStatus::Delivered
            | ShipmentStatus::Cancelled
            | ShipmentStatus::Returned => Err(self.refusal(ShipmentStatus::Shipped)),
        }
    }

    /// It has arrived.
    pub fn deliver(&mut self, mark: Mark, now: Timestamp) -> Result<Events, Refused> {
        match self.status {
            ShipmentStatus::Shipped => {
                self.actual_delivery = Some(now);
                self.follow_no_more();
                Ok(self.become_(ShipmentStatus::Delivered, mark, Events::none(), now))
            }
            ShipmentStatus::Delivered => Ok(Events::none()),
            ShipmentStatus::Pending
            | ShipmentStatus::Processing
            | ShipmentStatus::Cancelled
            | ShipmentStatus::Returned => Err(self.refusal(ShipmentStatus::Delivered)),
        }
    }

    /// It is called off before it has left. If a carrier may know of it, that is to be told.
    pub fn cancel(&mut self, reason: &str, now: Timestamp) -> Result<Events, Refused> {
        match self.status {
            ShipmentStatus::Pending | ShipmentStatus::Processing => {
                self.waiting = self.waiting.take().and_then(|it| it.called_off(now));
                Ok(self.end_as(ShipmentStatus::Cancelled, reason, now))
            }
            ShipmentStatus::Cancelled => Ok(Events::none()),
            ShipmentStatus::Shipped | ShipmentStatus::Delivered | ShipmentStatus::Returned => {
                Err(self.refusal(ShipmentStatus::Cancelled))
            }
        }
    }

    /// It comes back.
    pub fn send_back(&mut self, reason: &str, now: Timestamp) -> Result<Events, Refused> {
        match self.status {
            ShipmentStatus::Shipped | ShipmentStatus::Delivered => {
                self.follow_no_more();
                Ok(self.end_as(ShipmentStatus::Returned, reason, now))
            }
            ShipmentStatus::Returned => Ok(Events::none()),
            ShipmentStatus::Pending | ShipmentStatus::Processing | ShipmentStatus::Cancelled => {
                Err(self.refusal(ShipmentStatus::Returned))
            }
        }
    }

    /// It becomes what it is told to, if there is a way there. Nobody but a carrier makes it
    /// `processing`, since that means that it has a number.
    pub fn advance(
        &mut self,
        to: ShipmentStatus,
        mark: Mark,
        now: Timestamp,
    ) -> Result<Events, Refused> {
        let reason = mark.notes.clone().unwrap_or_default();
        match to {
            ShipmentStatus::Pending | ShipmentStatus::Processing if to == self.status => {
                Ok(Events::none())
            }
            ShipmentStatus::Pending | ShipmentStatus::Processing => Err(self.refusal(to)),
            ShipmentStatus::Shipped => self.ship(&Handover::default(), mark, now),
            ShipmentStatus::Delivered => self.deliver(mark, now),
            ShipmentStatus::Cancelled => self.cancel(&reason, now),
            ShipmentStatus::Returned => self.send_back(&reason, now),
        }
    }

    /// Notes where it was seen.
    pub fn note(&mut self, mark: Mark, now: Timestamp) -> Result<Events, Refused> {
        match self.status {
            ShipmentStatus::Processing | ShipmentStatus::Shipped => {}
            ShipmentStatus::Pending
            | ShipmentStatus::Delivered
            | ShipmentStatus::Cancelled
            | ShipmentStatus::Returned => return Err(Refused::NotUnderway(self.status)),
        }
        if self.history.len() >= LONGEST_HISTORY {
            return Err(Refused::Full(self.status));
        }
        self.enter(mark, now);
        Ok(Events::none())
    }

    /// Its order was called off: it stays here, if it is still here. The order learns which.
    pub fn call_off(&mut self, reason: &str, now: Timestamp) -> Events {
        match self.cancel(reason, now) {
            Ok(events) if !events.is_empty() => events,
            Ok(_) | Err(_) => self.answer(now),
        }
    }

    /// Takes a step that is allowed, and says so.
    pub(super) fn become_(
        &mut self,
        status: ShipmentStatus,
        mark: Mark,
        events: Events,
        now: Timestamp,
    ) -> Events {
        self.status = status;
        self.enter(mark, now);
        self.and_answer(events, now)
    }

    fn end_as(&mut self, status: ShipmentStatus, reason: &str, now: Timestamp) -> Events {
        self.reason = Some(reason.to_owned());
        let mark = Mark { location: None, notes: Some(reason.to_owned()) };
        self.become_(status, mark, Events::none(), now)
    }

    pub(super) fn enter(&mut self, mark: Mark, now: Timestamp) {
        let Mark { location, notes } = mark;
        self.history.push(Entry { status: self.status, at: now, location, notes });
        self.updated_at = now;
    }

    /// A parcel that another carrier brings is not followed by ours, who is told to forget it.
    fn hand_over(&mut self, to: &Handover, now: Timestamp) {
        let Some(tracking) = self.tracking.as_mut() else { return };
        if let Some(number) = &to.tracking_number {
            tracking.tracking_number.clone_from(number);
        }
        if let Some(carrier) = to.carrier.as_ref().filter(|it| **it != tracking.carrier) {
            tracking.carrier.clone_from(carrier);
            self.waiting = Some(Waiting::from(Errand::Cancel, now));
        }
    }

    /// Whoever hands it over again may not want to hand it to somebody else.
    fn was_handed(&self, to: &Handover) -> Result<Events, Refused> {
        let Some(tracking) = &self.tracking else { return Ok(Events::none()) };
        let is_same =
            |wanted: &Option<String>, is: &String| wanted.as_ref().is_none_or(|it| it == is);
        if is_same(&to.carrier, &tracking.carrier)
            && is_same(&to.tracking_number, &tracking.tracking_number)
        {
            return Ok(Events::none());
        }
        Err(Refused::Handed {
            carrier: tracking.carrier.clone(),
            tracking_number: tracking.tracking_number.clone(),
        })
    }

    /// Nothing more is to be done with who brings it; a booking that is to be taken back still is.
    fn follow_no_more(&mut self) {
        self.waiting.take_if(|it| it.errand != Errand::Cancel);
    }

    fn refusal(&self, to: ShipmentStatus) -> Refused {
        Refused::Step { from: self.status, to }
    }
}
