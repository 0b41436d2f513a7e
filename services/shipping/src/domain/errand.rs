//! What is to be done with the carrier, and what came of it.

use super::{Mark, Shipment};
use contracts::{
    message::Events,
    shipping::{ShipmentStatus, Tracking},
};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// How long whoever claimed an errand may take to do it and to note that. After that another may.
pub const LEASE: Duration = Duration::from_secs(45);
/// The pause after the first attempt that failed; it doubles with each.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// The longest pause between two attempts. Errands are never given up, since they are about paid goods.
const LONGEST_PAUSE: Duration = Duration::from_mins(5);
/// The shortest pause between two questions where a parcel is, whatever the carrier says.
const SOONEST: Duration = Duration::from_secs(1);
/// How many places a history names at most: a carrier that says ever new ones fills no document.
const MOST_PLACES: usize = 100;

/// What is to be done with the carrier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Errand {
    /// The parcel is to be taken on.
    Book,
    /// It is to be asked where the parcel is.
    Follow,
    /// The booking is to be taken back.
    Cancel,
}

impl Errand {
    /// Its name in metrics.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Book => "book",
            Self::Follow => "follow",
            Self::Cancel => "cancel",
        }
    }
}

/// An errand, and when it is done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Waiting {
    /// What is to be done.
    pub errand: Errand,
    /// When it is tried next, in milliseconds. Whoever tries it moves this on first, and so holds it.
    pub next_attempt_at: i64,
    /// How often it was tried since it last went well.
    pub attempts: u32,
    /// Why it is not done, as the last attempt found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trouble: Option<String>,
}

impl Waiting {
    /// An errand that is due.
    pub(super) fn from(errand: Errand, now: Timestamp) -> Self {
        Self { errand, next_attempt_at: now.as_millisecond(), attempts: 0, trouble: None }
    }

    /// What is left to do when the shipment is called off. A booking that is under way comes to its
    /// end, or its lease does, before it is taken back.
    pub(super) fn called_off(self, now: Timestamp) -> Option<Self> {
        let cancel = Self::from(Errand::Cancel, now);
        match self.errand {
            Errand::Book if self.attempts == 0 => None,
            Errand::Book => Some(Self { next_attempt_at: self.next_attempt_at, ..cancel }),
            Errand::Follow | Errand::Cancel => Some(cancel),
        }
    }

    fn put_off(&mut self, trouble: &str, now: Timestamp) {
        let doublings = self.attempts.saturating_sub(1).min(16);
        let pause = FIRST_PAUSE.saturating_mul(1 << doublings).min(LONGEST_PAUSE);
        self.next_attempt_at = later(now, pause).as_millisecond();
        self.trouble = Some(trouble.to_owned());
    }

    fn went_well(&mut self, next: Timestamp) {
        self.next_attempt_at = next.as_millisecond();
        self.attempts = 0;
        self.trouble = None;
    }
}

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
            Outcome::Booked(it) => self.booked(it, now),
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

    fn booked(&mut self, it: &Booked, now: Timestamp) -> Events {
        match self.status {
            ShipmentStatus::Pending => {
                let Booked { carrier, tracking_number } = it.clone();
                let days = SignedDuration::from_hours(24 * self.method.days());
                let estimated_delivery = now.saturating_add(days).unwrap_or(Timestamp::MAX);
                self.tracking = Some(Tracking { carrier, tracking_number, estimated_delivery });
                self.booked_at = Some(now);
                self.waiting = Some(Waiting::from(Errand::Follow, now));
                self.become_(ShipmentStatus::Processing, Mark::default(), Events::none(), now)
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

fn later(now: Timestamp, by: Duration) -> Timestamp {
    now.saturating_add(by).unwrap_or(Timestamp::MAX)
}
