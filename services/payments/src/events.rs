//! What the service hears.

use crate::Payments;
use bus::Subscriptions;
use contracts::topology;

/// What orders want.
pub fn wishes(payments: &Payments) -> Subscriptions {
    Subscriptions::of(topology::PAYMENTS_WISHES)
        .on(payments, Payments::payment_wanted)
        .on(payments, Payments::capture_wanted)
        .on(payments, Payments::payment_unwanted)
}
