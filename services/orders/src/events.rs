//! What the service hears.

use crate::Orders;
use bus::Subscriptions;
use contracts::topology;

/// The answers to what orders ask for, and the catalogue.
pub fn subscriptions(orders: &Orders) -> Subscriptions {
    Subscriptions::of(topology::ORDERS_EVENTS)
        .on(orders, Orders::inventory_updated)
        .on(orders, Orders::inventory_rejected)
        .on(orders, Orders::product_created)
}
