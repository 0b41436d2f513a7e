//! All messages there are, each with who says it. From this and from the topology follow the references
//! `docs/messages.md` and `docs/asyncapi.json`, and the test that nothing is said into the void.

use crate::{
    catalog::Service,
    customers::{CustomerDeleted, CustomerRegistered, CustomerUpdated},
    inventory::{
        InventoryRejected, InventoryReleased, InventoryUpdated, LowStock, StockLevel, StockMoved,
    },
    message::Message,
    orders::{
        CaptureWanted, CustomerNotified, OrderCancelled, OrderConfirmed, PaymentUnwanted,
        PaymentWanted, ShipmentUnwanted, ShipmentWanted, StockWanted,
    },
    payments::{PaymentAuthorized, PaymentCaptured, PaymentFailed, PaymentRefunded, PaymentVoided},
    products::{ProductCreated, ProductDeleted, ProductUpdated},
    shipping::ShippingUpdated,
    topology::Exchange,
};
use schemars::{Schema, SchemaGenerator};

/// A kind of message, and who says it.
#[derive(Clone, Copy, Debug)]
pub struct Said {
    /// Its routing key.
    pub key: &'static str,
    /// Where it is said.
    pub exchange: Exchange,
    /// What it means, in one sentence.
    pub meaning: &'static str,
    /// Who says it.
    pub by: Service,
    /// The form of its body.
    pub schema: fn(&mut SchemaGenerator) -> Schema,
}

impl Said {
    const fn of<M: Message>() -> Self {
        Self {
            key: M::KEY,
            exchange: M::EXCHANGE,
            meaning: M::MEANING,
            by: M::BY,
            schema: SchemaGenerator::subschema_for::<M>,
        }
    }
}

/// All messages there are, by who says them.
pub const SAID: [Said; 27] = [
    Said::of::<StockWanted>(),
    Said::of::<OrderConfirmed>(),
    Said::of::<OrderCancelled>(),
    Said::of::<PaymentWanted>(),
    Said::of::<CaptureWanted>(),
    Said::of::<PaymentUnwanted>(),
    Said::of::<ShipmentWanted>(),
    Said::of::<ShipmentUnwanted>(),
    Said::of::<CustomerNotified>(),
    Said::of::<InventoryUpdated>(),
    Said::of::<InventoryRejected>(),
    Said::of::<InventoryReleased>(),
    Said::of::<StockMoved>(),
    Said::of::<StockLevel>(),
    Said::of::<LowStock>(),
    Said::of::<PaymentAuthorized>(),
    Said::of::<PaymentCaptured>(),
    Said::of::<PaymentFailed>(),
    Said::of::<PaymentVoided>(),
    Said::of::<PaymentRefunded>(),
    Said::of::<ShippingUpdated>(),
    Said::of::<ProductCreated>(),
    Said::of::<ProductUpdated>(),
    Said::of::<ProductDeleted>(),
    Said::of::<CustomerRegistered>(),
    Said::of::<CustomerUpdated>(),
    Said::of::<CustomerDeleted>(),
];

/// What nobody in the shop hears: it is said for whoever a merchant attaches, and published without
/// `mandatory`, so that it does not wait for a hearer.
pub const TERMINAL: [&str; 2] = [CustomerRegistered::KEY, CustomerUpdated::KEY];

/// Whether a message of this key is lost when no queue takes it.
#[must_use]
pub fn must_be_heard(key: &str) -> bool {
    !TERMINAL.contains(&key)
}
