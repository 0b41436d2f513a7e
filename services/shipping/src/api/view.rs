//! What a caller reads.

use crate::domain::{Difference, Entry, Shipment};
use contracts::{
    address::Address,
    ids::{CustomerId, OrderId, ShipmentId},
    orders::Packed,
    shipping::{ShipmentStatus, ShippingMethod, Tracking},
};
use jiff::Timestamp;
use serde::Serialize;

/// A shipment, without what is between us and the carrier but the trouble with it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ShipmentView {
    shipment_id: ShipmentId,
    order_id: OrderId,
    #[serde(skip_serializing_if = "Option::is_none")]
    customer_id: Option<CustomerId>,
    method: ShippingMethod,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<Address>,
    items: Vec<Packed>,
    status: ShipmentStatus,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tracking: Option<Tracking>,
    #[serde(skip_serializing_if = "Option::is_none")]
    actual_delivery: Option<Timestamp>,
    history: Vec<Entry>,
    #[serde(skip_serializing_if = "Option::is_none")]
    trouble: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    differs_from_order: Option<Difference>,
    revision: u64,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl From<Shipment> for ShipmentView {
    fn from(it: Shipment) -> Self {
        Self {
            shipment_id: it.shipment_id,
            order_id: it.order_id,
            customer_id: it.customer_id,
            method: it.method,
            address: it.address,
            items: it.items,
            status: it.status,
            reason: it.reason,
            tracking: it.tracking,
            actual_delivery: it.actual_delivery,
            history: it.history,
            trouble: it.waiting.and_then(|it| it.trouble),
            differs_from_order: it.differs,
            revision: it.revision,
            created_at: it.created_at,
            updated_at: it.updated_at,
        }
    }
}
