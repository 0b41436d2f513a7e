//! What the shipping service says, on `shop_events`.

use crate::{
    catalog::{self, Service},
    ids::{OrderId, ShipmentId},
    message::Message,
    topology::Exchange,
};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How fast a parcel goes.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum ShippingMethod {
    /// Five days.
    #[default]
    Standard,
    /// Two days.
    Express,
    /// One day.
    Overnight,
}

impl ShippingMethod {
    /// In how many days a parcel arrives.
    #[must_use]
    pub const fn days(self) -> i64 {
        match self {
            Self::Standard => 5,
            Self::Express => 2,
            Self::Overnight => 1,
        }
    }
}

/// Where a shipment stands.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum ShipmentStatus {
    /// A carrier is to be found.
    Pending,
    /// A carrier knows of it and has given a tracking number; it is being packed.
    Processing,
    /// The carrier has it.
    Shipped,
    /// It has arrived.
    Delivered,
    /// It was called off before the carrier had it.
    Cancelled,
    /// It came back.
    Returned,
}

/// The carrier of a parcel that nobody carries: whoever ordered it collects it.
pub const COLLECTION: &str = "Collection at the shop";

/// What carrier has a parcel, and how it is followed there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Tracking {
    /// Who brings it.
    pub carrier: String,
    /// What the carrier calls it.
    pub tracking_number: String,
    /// When it should arrive.
    #[schemars(with = "String")]
    pub estimated_delivery: Timestamp,
}

/// A shipment has come a step further. Said at each step, and again whenever the order asks again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ShippingUpdated {
    /// The shipment.
    pub shipment_id: ShipmentId,
    /// The order it belongs to.
    pub order_id: OrderId,
    /// Where it stands.
    pub status: ShipmentStatus,
    /// How it is followed, once a carrier knows of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tracking: Option<Tracking>,
    /// Why, when it was called off or came back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl Message for ShippingUpdated {
    const BY: Service = catalog::SHIPPING;
    const KEY: &'static str = "shipping.updated";
    const EXCHANGE: Exchange = Exchange::Events;
    const MEANING: &'static str = "A shipment has come a step further.";

    fn subject(&self) -> String {
        self.order_id.to_string()
    }
}
