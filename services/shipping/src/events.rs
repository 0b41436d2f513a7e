//! What the service hears.

use crate::Shipping;
use bus::Subscriptions;
use contracts::topology;

/// What orders want shipped, and what they do not want shipped any more.
pub fn subscriptions(shipping: &Shipping) -> Subscriptions {
    Subscriptions::of(topology::SHIPPING_WISHES)
        .on(shipping, Shipping::shipment_wanted)
        .on(shipping, Shipping::shipment_unwanted)
}
