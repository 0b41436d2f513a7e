//! What a shipment is and how it changes. Synchronous; knows no database, no carrier and no clock.

mod difference;
mod errand;
mod step;
mod waiting;

pub use difference::Difference;
pub use errand::{Booked, LEASE, Outcome, Sighting, Whereabouts};
pub use step::{Handover, Mark, Refused};
pub use waiting::{Errand, Waiting};

use contracts::{
    address::Address,
    ids::{CustomerId, MessageId, OrderId, ShipmentId},
    message::Events,
    orders::{Packed, ShipmentUnwanted, ShipmentWanted},
    shipping::{ShipmentStatus, ShippingMethod, ShippingUpdated, Tracking},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// The parcel of an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Shipment {
    /// Names it; it follows from the order, which therefore has one.
    pub shipment_id: ShipmentId,
    /// Counts its changes, from 1.
    #[serde(default)]
    pub revision: u64,
    /// The order that it brings.
    pub order_id: OrderId,
    /// Whose it is, if they have an account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_id: Option<CustomerId>,
    /// How fast it goes.
    pub method: ShippingMethod,
    /// Where to; without one it is collected at the shop.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<Address>,
    /// What is in it.
    pub items: Vec<Packed>,
    /// Where it stands.
    pub status: ShipmentStatus,
    /// Why, when it was called off or came back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// How it is followed, once a carrier has given it a number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tracking: Option<Tracking>,
    /// When the carrier gave it its number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub booked_at: Option<Timestamp>,
    /// When it arrived.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actual_delivery: Option<Timestamp>,
    /// What has become of it, oldest first.
    pub history: Vec<Entry>,
    /// What is to be done with the carrier, and when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiting: Option<Waiting>,
    /// What has become of it, if it was opened by hand and is not what its order says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub differs: Option<Difference>,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// What has become of a shipment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    /// Where it stood.
    pub status: ShipmentStatus,
    /// Since when.
    pub at: Timestamp,
    /// Where it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// What else there was to say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notes: Option<String>,
}

impl Shipment {
    /// The id of an order's shipment.
    pub fn id_for(order: OrderId) -> ShipmentId {
        ShipmentId::derived(&order.to_string())
    }

    /// A shipment for which a carrier is to be found, and the news of it.
    pub fn wanted(wish: ShipmentWanted, now: Timestamp) -> (Self, Events) {
        let ShipmentWanted { order_id, customer_id, method, address, items } = wish;
        let mut shipment = Self {
            waiting: Some(Waiting::from(Errand::Book, now)),
            ..Self::empty(order_id, ShipmentStatus::Pending, now)
        };
        (shipment.customer_id, shipment.method) = (customer_id, method);
        (shipment.address, shipment.items) = (address, items);
        let events = shipment.answer(now);
        (shipment, events)
    }

    /// What is left of a shipment that was called off before it was asked for, and the news of it.
    pub fn never_wanted(wish: ShipmentUnwanted, now: Timestamp) -> (Self, Events) {
        let empty = Self::empty(wish.order_id, ShipmentStatus::Cancelled, now);
        let shipment = Self { reason: Some(wish.reason), ..empty };
        let events = shipment.answer(now);
        (shipment, events)
    }

    fn empty(order_id: OrderId, status: ShipmentStatus, now: Timestamp) -> Self {
        Self {
            shipment_id: Self::id_for(order_id),
            revision: 1,
            order_id,
            customer_id: None,
            method: ShippingMethod::default(),
            address: None,
            items: Vec::new(),
            status,
            reason: None,
            tracking: None,
            booked_at: None,
            actual_delivery: None,
            history: vec![Entry { status, at: now, location: None, notes: None }],
            waiting: None,
            differs: None,
            created_at: now,
            updated_at: now,
        }
    }

    /// Says where it stands. Said again it is the same message, so that nobody hears a step twice.
    pub fn answer(&self, now: Timestamp) -> Events {
        self.and_answer(Events::none(), now)
    }

    fn and_answer(&self, events: Events, now: Timestamp) -> Events {
        let id = MessageId::derived(&format!("{}/{}", self.shipment_id, word(self.status)));
        let message = ShippingUpdated {
            shipment_id: self.shipment_id,
            order_id: self.order_id,
            status: self.status,
            tracking: self.tracking.clone(),
            reason: self.reason.clone(),
        };
        events.and_as(id, now, &message)
    }
}

fn later(now: Timestamp, by: Duration) -> Timestamp {
    now.saturating_add(by).unwrap_or(Timestamp::MAX)
}

/// What a status is called.
pub const fn word(status: ShipmentStatus) -> &'static str {
    match status {
        ShipmentStatus::Pending => "pending",
        ShipmentStatus::Processing => "processing",
        ShipmentStatus::Shipped => "shipped",
        ShipmentStatus::Delivered => "delivered",
        ShipmentStatus::Cancelled => "cancelled",
        ShipmentStatus::Returned => "returned",
    }
}

#[cfg(test)]
mod tests;
