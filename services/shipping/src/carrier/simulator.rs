//! A carrier that is made up. It remembers nothing: a parcel's number follows from its shipment, and
//! where it is follows from when it was booked and from the clock. So a kill loses no parcel.

use super::{Carrier, Pace, Trouble};
use crate::domain::{Booked, Shipment, Sighting, Whereabouts};
use async_trait::async_trait;
use chassis::clock::SharedClock;
use contracts::{ids::ShipmentId, shipping::COLLECTION};
use jiff::{SignedDuration, Timestamp};
use std::{
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

/// Who brings what has an address.
const BY_ROAD: &str = "Shopkeeper Parcels";
/// How often to ask for a parcel that does not move by itself: it may be told to, some day.
const AT_REST: Duration = Duration::from_hours(1);
/// A leg after which a parcel is taken, seen at the depot, and delivered, counted from its booking.
const LEGS: i64 = 3;

/// A made-up carrier. It can be out of order.
pub struct Simulator {
    pace: Pace,
    clock: SharedClock,
    /// How many requests it will not answer.
    faults: AtomicU32,
}

impl std::fmt::Debug for Simulator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Simulator").field("pace", &self.pace).finish_non_exhaustive()
    }
}

impl Simulator {
    /// A carrier whose parcels move at this pace, by this clock.
    pub fn new(pace: Pace, clock: SharedClock) -> Self {
        Self { pace, clock, faults: AtomicU32::new(0) }
    }

    /// It does not answer the next so many requests.
    pub fn fail(&self, requests: u32) {
        self.faults.store(requests, Ordering::Relaxed);
    }

    fn answers(&self) -> Result<(), Trouble> {
        let fewer = |left: u32| left.checked_sub(1);
        match self.faults.fetch_update(Ordering::Relaxed, Ordering::Relaxed, fewer) {
            Ok(_faults_left) => Err(Trouble("it is out of order".to_owned())),
            Err(_no_faults) => Ok(()),
        }
    }

    fn sighting(&self, shipment: &Shipment, leg: Duration) -> Sighting {
        let (now, booked) = (self.clock.now(), shipment.booked_at.unwrap_or(Timestamp::MAX));
        let at = |legs: i64| later(booked, leg, legs);
        let passed = (1..=LEGS).take_while(|it| at(*it) <= now).count();
        let place = |road: &str, counter: &str| {
            if shipment.address.is_some() { road.to_owned() } else { counter.to_owned() }
        };
        let (whereabouts, location) = match passed {
            0 => (Whereabouts::Here, place("Warehouse", "Back office")),
            1 => (Whereabouts::Underway, place("Sorting centre", "Counter")),
            2 => (Whereabouts::Underway, place("Delivery depot", "Counter")),
            _ => (Whereabouts::Arrived, place("At the door", "Counter")),
        };
        let again = at(i64::try_from(passed).unwrap_or(LEGS).saturating_add(1));
        Sighting { whereabouts, location, again }
    }
}

#[async_trait]
impl Carrier for Simulator {
    async fn book(&self, shipment: &Shipment) -> Result<Booked, Trouble> {
        self.answers()?;
        let carrier = if shipment.address.is_some() { BY_ROAD } else { COLLECTION };
        let tracking_number = tracking_number(shipment.shipment_id);
        Ok(Booked { carrier: carrier.to_owned(), tracking_number })
    }

    async fn cancel(&self, _key: ShipmentId) -> Result<(), Trouble> {
        self.answers()
    }

    async fn track(&self, shipment: &Shipment) -> Result<Sighting, Trouble> {
        self.answers()?;
        Ok(match self.pace {
            Pace::Leg(leg) => self.sighting(shipment, leg),
            Pace::Off => Sighting {
                whereabouts: Whereabouts::Here,
                location: "Warehouse".to_owned(),
                again: later(self.clock.now(), AT_REST, 1),
            },
        })
    }
}

/// `TRK` and twelve digits that follow from the shipment.
fn tracking_number(key: ShipmentId) -> String {
    const DIGITS: u64 = 1_000_000_000_000;
    let hex: String = key.to_string().chars().filter(char::is_ascii_hexdigit).take(12).collect();
    // Twelve hexadecimal digits always are a number.
    let number = u64::from_str_radix(&hex, 16).unwrap_or_default();
    format!("TRK{:012}", number % DIGITS)
}

fn later(from: Timestamp, leg: Duration, legs: i64) -> Timestamp {
    let leg = SignedDuration::try_from(leg).unwrap_or(SignedDuration::MAX);
    let way = (0..legs).fold(SignedDuration::ZERO, |way, _| way.saturating_add(leg));
    from.saturating_add(way).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests;
