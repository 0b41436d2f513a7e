//! Hears what orders hear.

use super::*;
use bus::{Delivery, Subscriptions};
use chassis::class::{Class, Classify};
use contracts::{
    inventory::{InventoryRejected, InventoryReleased, InventoryUpdated},
    message::Message,
    payments::{PaymentAuthorized, PaymentCaptured, PaymentFailed, PaymentRefunded, PaymentVoided},
    shipping::ShippingUpdated,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    convert::Infallible,
    sync::{Mutex, PoisonError},
};

/// Keeps what was said of each payment, each message once.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ear(Arc<Mutex<Heard>>);

#[derive(Debug, Default)]
struct Heard {
    ids: BTreeSet<contracts::ids::MessageId>,
    messages: BTreeMap<String, Vec<(&'static str, Value)>>,
    count: usize,
}

#[derive(Debug, thiserror::Error)]
#[error("never")]
pub(crate) struct Never(Infallible);

impl Classify for Never {
    fn class(&self) -> Class {
        match self.0 {}
    }

    fn code(&self) -> &'static str {
        match self.0 {}
    }
}

impl Ear {
    pub(crate) fn subscriptions(&self) -> Subscriptions {
        Subscriptions::of(topology::ORDERS_EVENTS)
            .on(self, Self::hear::<InventoryUpdated>)
            .on(self, Self::hear::<InventoryRejected>)
            .on(self, Self::hear::<InventoryReleased>)
            .on(self, Self::hear::<PaymentAuthorized>)
            .on(self, Self::hear::<PaymentCaptured>)
            .on(self, Self::hear::<PaymentFailed>)
            .on(self, Self::hear::<PaymentVoided>)
            .on(self, Self::hear::<PaymentRefunded>)
            .on(self, Self::hear::<ShippingUpdated>)
    }

    #[expect(clippy::unused_async, reason = "as handlers are")]
    async fn hear<M: Message>(self, it: Delivery<M>) -> Result<(), Never> {
        let mut heard = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        heard.count += 1;
        if heard.ids.insert(it.id) {
            let body = serde_json::to_value(&it.body).unwrap();
            heard.messages.entry(it.body.subject()).or_default().push((M::KEY, body));
        }
        Ok(())
    }

    /// What was said of the payment of an order, without `payments.` before it.
    pub(crate) fn heard(&self, order: OrderId) -> Vec<&'static str> {
        let heard = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let messages = heard.messages.get(&order.to_string()).into_iter().flatten();
        messages.map(|(key, _)| key.trim_start_matches("payments.")).collect()
    }

    /// The last message of this kind about an order.
    pub(crate) fn last(&self, order: OrderId, key: &str) -> Option<Value> {
        let heard = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut messages = heard.messages.get(&order.to_string())?.iter().rev();
        messages.find(|(it, _)| it.trim_start_matches("payments.") == key).map(|it| it.1.clone())
    }

    /// How many messages came altogether, repetitions included.
    pub(crate) fn count(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).count
    }
}
