//! What the service hears.

use crate::Mails;
use bus::Subscriptions;
use contracts::topology;

/// What customers and stakeholders are told.
pub fn subscriptions(mails: &Mails) -> Subscriptions {
    Subscriptions::of(topology::ORDERS_EMAIL_SERVICE)
        .on(mails, Mails::customer_notified)
        .on(mails, Mails::inventory_updated)
        .on(mails, Mails::stock_low)
}
