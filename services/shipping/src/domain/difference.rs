//! What was opened by hand may be something else than its order says, which has the last word as long
//! as the parcel is here.

use super::{Errand, Mark, Shipment, Waiting};
use contracts::{message::Events, orders::ShipmentWanted, shipping::ShipmentStatus};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What is noted in the history of a shipment that has changed.
const CORRECTED: &str = "It was opened as something else, and is what its order says since";

/// What has become of a shipment that was something else than its order says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Difference {
    /// It is what the order says since.
    Corrected,
    /// It had left, and staff must see to it.
    TooLate,
}

impl Shipment {
    /// Its order asks for it, be it again: it is answered.
    pub fn wanted_again(&mut self, wish: &ShipmentWanted, now: Timestamp) -> Events {
        self.customer_id = wish.customer_id;
        if !self.is_what_is_wanted(wish) {
            match self.status {
                ShipmentStatus::Pending | ShipmentStatus::Processing => self.correct(wish, now),
                ShipmentStatus::Shipped | ShipmentStatus::Delivered | ShipmentStatus::Returned => {
                    if self.differs != Some(Difference::TooLate) {
                        self.differs = Some(Difference::TooLate);
                        self.updated_at = now;
                    }
                }
                // Nothing leaves, whatever would have been in it.
                ShipmentStatus::Cancelled => {}
            }
        }
        self.answer(now)
    }

    fn is_what_is_wanted(&self, wish: &ShipmentWanted) -> bool {
        (self.method, &self.address, &self.items) == (wish.method, &wish.address, &wish.items)
    }

    /// It becomes what its order says. A carrier who may have heard of it is told.
    fn correct(&mut self, wish: &ShipmentWanted, now: Timestamp) {
        self.method = wish.method;
        self.address.clone_from(&wish.address);
        self.items.clone_from(&wish.items);
        self.differs = Some(Difference::Corrected);
        let waiting = self.waiting.take().map(|it| it.corrected(now));
        self.waiting = waiting.or_else(|| Some(Waiting::from(Errand::Correct, now)));
        let notes = Some(CORRECTED.to_owned());
        self.enter(Mark { location: None, notes }, now);
    }
}
