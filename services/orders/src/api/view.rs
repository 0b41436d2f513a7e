//! Orders, as their customers and staff see them.

use crate::domain::{Order, Step};
use contracts::{
    address::Address,
    ids::{CustomerId, OrderId},
    money::Money,
    orders::{OrderItem, OrderStatus},
    payments::{PaymentMethod, PaymentStatus},
    shipping::{ShippingMethod, Tracking},
    text::EmailAddress,
};
use jiff::Timestamp;
use serde::Serialize;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct OrderView {
    order_id: OrderId,
    #[serde(skip_serializing_if = "Option::is_none")]
    customer_id: Option<CustomerId>,
    email: EmailAddress,
    items: Vec<OrderItem>,
    total: Money,
    status: OrderStatus,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// Why it is to be called off, while shipping has yet to say whether it still can be.
    #[serde(skip_serializing_if = "Option::is_none")]
    cancelling: Option<String>,
    payment_method: PaymentMethod,
    payment_status: PaymentStatus,
    #[serde(skip_serializing_if = "Option::is_none")]
    refunded: Option<Money>,
    shipping_method: ShippingMethod,
    #[serde(skip_serializing_if = "Option::is_none")]
    shipping_address: Option<Address>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tracking: Option<Tracking>,
    history: Vec<Step>,
    created_at: Timestamp,
    revision: u64,
    updated_at: Timestamp,
}

impl From<Order> for OrderView {
    fn from(order: Order) -> Self {
        Self {
            order_id: order.id,
            customer_id: order.customer_id,
            email: order.email,
            items: order.items,
            total: order.total,
            status: order.status,
            reason: order.reason,
            cancelling: order.legs.call_off,
            payment_method: order.payment_method,
            payment_status: order.legs.payment,
            refunded: order.refunded,
            shipping_method: order.shipping_method,
            shipping_address: order.shipping_address,
            tracking: order.tracking,
            history: order.history,
            created_at: order.created_at,
            revision: order.revision,
            updated_at: order.updated_at,
        }
    }
}
