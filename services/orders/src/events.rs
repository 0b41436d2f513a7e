//! What the service hears.

use crate::Orders;
use bus::Subscriptions;
use contracts::topology;

/// The answers to what orders ask for.
pub fn answers(orders: &Orders) -> Subscriptions {
    Subscriptions::of(topology::ORDERS_EVENTS)
        .on(orders, Orders::inventory_updated)
        .on(orders, Orders::inventory_rejected)
        .on(orders, Orders::inventory_released)
        .on(orders, Orders::payment_authorized)
        .on(orders, Orders::payment_captured)
        .on(orders, Orders::payment_failed)
        .on(orders, Orders::payment_voided)
        .on(orders, Orders::payment_refunded)
        .on(orders, Orders::shipping_updated)
}

/// The catalogue, and who has left.
pub fn catalogue(orders: &Orders) -> Subscriptions {
    Subscriptions::of(topology::ORDERS_CATALOGUE)
        .on(orders, Orders::product_created)
        .on(orders, Orders::product_updated)
        .on(orders, Orders::product_deleted)
        .on(orders, Orders::customer_deleted)
}
