//! What came of what was to be done with the carrier.

use super::{Errand, Mark, Shipment, Waiting, later};
use contracts::{
    message::Events,
    shipping::{ShipmentStatus, Tracking},
};
use jiff::{SignedDuration, Timestamp};
use std::time::Duration;

/// How long whoever claimed an errand may take to do it and to note that. After that another may.
pub const LEASE: Duration = Duration::from_secs(45);
/// The shortest pause between two questions where a parcel is, whatever the carrier says.
const SOONEST: Duration = Duration::from_secs(1);
/// How many places a history names at most: a carrier that says ever new ones fills no document.
const MOST_PLACES: usize = 100;

/// What a carrier says to a booking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Booked {
    /// Who brings it.
    pub carrier: String,
    /// What the carrier calls it.
    pub tracking_number: String,
}

/// Where a parcel is, as the carrier says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sighting {
    /// How far it has come.
    pub whereabouts: Whereabouts,
    /// Where that is, for people.
    pub location: String,
    /// When there may be news.
    pub again: Timestamp,
}

/// How far a parcel has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whereabouts {
    /// It has not left.
    Here,
    /// The carrier has it; or it can be collected.
    Underway,
    /// It was delivered, or collected.
    Arrived,
}

/// What came of an errand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The parcel is taken on.
    Booked(Booked),
    /// This is where it is.
    Sighted(Sighting),
    /// The booking is taken back.
    Cancelled,
    /// The carrier cannot be asked now.
    PutOff(String),
}

impl Shipment {
    /// Whether an errand is due; then it belongs to the caller until the lease has run out.
    pub fn claim(&mut self, now: Timestamp) -> bool {
        match &mut self.waiting {
            Some(waiting) if waiting.next_attempt_at <= now.as_millisecond() => {
                waiting.next_attempt_at = later(now, LEASE).as_millisecond();
                waiting.attempts = waiting.attempts.saturating_add(1);
                true
            }
            Some(_) | None => false,
        }
    }

    /// Notes what came of an errand that was claimed as `claimed`. What the carrier has done is a fact,
    /// however late it is noted; only who still holds the errand says when it is done next.
    pub fn conclude(&mut self, claimed: &Waiting, outcome: &Outcome, now: Timestamp) -> Events {
        match outcome {
            Outcome::Booked(it) => self.booked(claimed, it, now),
            Outcome::Sighted(it) => self.sighted(claimed, it, now),
            Outcome::Cancelled => {
                self.waiting.take_if(|it| it == claimed);
                Events::none()
            }
            Outcome::PutOff(why) => {
                self.held(claimed).into_iter().for_each(|it| it.put_off(why, now));
                Events::none()
            }
        }
    }

    fn held(&mut self, claimed: &Waiting) -> Option<&mut Waiting> {
        self.waiting.as_mut().filter(|it| *it == claimed)
    }

    fn booked(&mut self, claimed: &Waiting, it: &Booked, now: Timestamp) -> Events {
        let waits_for = self.waiting.as_ref().map(|it| it.errand);
        let is_corrected = claimed.errand == Errand::Correct;
        match self.status {
            ShipmentStatus::Pending => {
                self.label(it, now);
                // What was booked may not be what is to be brought since.
                let is_old = waits_for == Some(Errand::Correct) && !is_corrected;
                let next = if is_old { Errand::Correct } else { Errand::Follow };
                self.waiting = Some(Waiting::from(next, now));
                self.become_(ShipmentStatus::Processing, Mark::default(), Events::none(), now)
            }
            ShipmentStatus::Processing if is_corrected && waits_for == Some(Errand::Correct) => {
                self.label(it, now);
                self.waiting = Some(Waiting::from(Errand::Follow, now));
                Events::none()
            }
            ShipmentStatus::Shipped if is_corrected && waits_for == Some(Errand::Correct) => {
                self.waiting = Some(Waiting::from(Errand::Follow, now));
                Events::none()
            }
            ShipmentStatus::Cancelled => {
                // It was called off meanwhile, and taking it back may have been too early.
                self.waiting = Some(Waiting::from(Errand::Cancel, now));
                Events::none()
            }
            ShipmentStatus::Processing
            | ShipmentStatus::Shipped
            | ShipmentStatus::Delivered
            | ShipmentStatus::Returned => Events::none(),
        }
    }

    /// It has a number, by which it is followed.
    fn label(&mut self, it: &Booked, now: Timestamp) {
        let Booked { carrier, tracking_number } = it.clone();
        let days = SignedDuration::from_hours(24 * self.method.days());
        let estimated_delivery = now.saturating_add(days).unwrap_or(Timestamp::MAX);
        self.tracking = Some(Tracking { carrier, tracking_number, estimated_delivery });
        self.booked_at = Some(now);
    }

    fn sighted(&mut self, claimed: &Waiting, at: &Sighting, now: Timestamp) -> Events {
        // Whoever brings it now may be another than the one who was asked.
        if self.waiting.as_ref().is_none_or(|it| it.errand != Errand::Follow) {
            return Events::none();
        }
        if let Some(waiting) = self.held(claimed) {
            waiting.went_well(at.again.max(later(now, SOONEST)));
        }
        match at.whereabouts {
            Whereabouts::Here => Events::none(),
            Whereabouts::Underway => self.has_left(at, now),
            Whereabouts::Arrived => self.has_arrived(at, now),
        }
    }

    fn has_left(&mut self, at: &Sighting, now: Timestamp) -> Events {
        if self.status == ShipmentStatus::Processing {
            return self.become_(ShipmentStatus::Shipped, at.mark(), Events::none(), now);
        }
        let last = self.history.last().and_then(|it| it.location.as_ref());
        if last != Some(&at.location) && self.history.len() < MOST_PLACES {
            self.enter(at.mark(), now);
        }
        Events::none()
    }

    /// A parcel that nobody saw leave has left all the same.
    fn has_arrived(&mut self, at: &Sighting, now: Timestamp) -> Events {
        let events = match self.status {
            ShipmentStatus::Processing => {
                self.become_(ShipmentStatus::Shipped, Mark::default(), Events::none(), now)
            }
            ShipmentStatus::Pending
            | ShipmentStatus::Shipped
            | ShipmentStatus::Delivered
            | ShipmentStatus::Cancelled
            | ShipmentStatus::Returned => Events::none(),
        };
        self.waiting = None;
        self.actual_delivery = Some(now);
        self.become_(ShipmentStatus::Delivered, at.mark(), events, now)
    }
}

impl Sighting {
    fn mark(&self) -> Mark {
        Mark { location: Some(self.location.clone()), notes: None }
    }
}
