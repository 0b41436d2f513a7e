//! What the broker must hold: exchanges, queues, bindings, policies and who may do what. Derived from
//! the messages each queue hears; the operator applies it, services only use it.
//!
//! - Every queue is a durable quorum queue by the virtual host's default queue type. Nothing but
//!   `durable` is ever an argument, so that a consumer which declares a queue plainly still may.
//! - Limits and dead-lettering are policies, one per queue, since only one applies.
//! - A message that failed waits in a delay queue, one per [`RetryStep`] for the whole shop. It is
//!   published to the step's fanout exchange with the name of its queue as routing key; when its time
//!   is up, the default exchange leads it back there.

use crate::{
    catalog::{self, Service},
    customers::CustomerDeleted,
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
};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// How many messages a queue holds before it refuses more; what is refused stays in its sender's outbox.
pub const LONGEST_QUEUE: u32 = 1_000_000;
/// How often a message is handed to a consumer that dies of it before it is set aside.
pub const DELIVERY_LIMIT: u32 = 20;

/// An exchange of our own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Exchange {
    /// What the order service sends; direct.
    Orders,
    /// Facts that every service says; topic.
    Events,
}

impl Exchange {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Orders, Self::Events];

    /// Its name at the broker.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Orders => "orders_exchange",
            Self::Events => "shop_events",
        }
    }

    /// Its type at the broker.
    #[must_use]
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Orders => "direct",
            Self::Events => "topic",
        }
    }
}

/// A message that a queue hears.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Binding {
    /// Where it is said.
    pub exchange: Exchange,
    /// Its routing key.
    pub key: &'static str,
    /// What it means, in one sentence.
    pub meaning: &'static str,
}

impl Binding {
    /// The binding that brings a message.
    #[must_use]
    pub const fn of<M: Message>() -> Self {
        Self { exchange: M::EXCHANGE, key: M::KEY, meaning: M::MEANING }
    }
}

/// A queue that one service consumes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Queue {
    /// Its name at the broker.
    pub name: &'static str,
    /// Who consumes it.
    pub service: Service,
    /// What it hears.
    pub bindings: Vec<Binding>,
}

impl Queue {
    /// Where messages go that cannot be handled.
    #[must_use]
    pub fn dead(&self) -> String {
        dead_queue(self.name)
    }
}

/// The queue beside `queue` that keeps what cannot be handled.
#[must_use]
pub fn dead_queue(queue: &str) -> String {
    format!("{queue}.dead")
}

/// New orders, for which stock is wanted.
pub const ORDERS_INVENTORY_UPDATE: &str = "orders_inventory_update_queue";
/// What became of orders, so that their reservations end.
pub const INVENTORY_OUTCOMES: &str = "inventory_outcomes_queue";
/// What customers and stakeholders are told.
pub const ORDERS_EMAIL_SERVICE: &str = "orders_email_service_queue";
/// The answers to what orders asked for.
pub const ORDERS_EVENTS: &str = "orders_events_queue";
/// What the catalogue says, and who has left: apart from the answers, so that neither waits for the
/// other.
pub const ORDERS_CATALOGUE: &str = "orders_catalogue_queue";
/// What orders want paid.
pub const PAYMENTS_WISHES: &str = "payments_wishes_queue";
/// What orders want shipped.
pub const SHIPPING_WISHES: &str = "shipping_wishes_queue";
/// Movements of stock, on their way to the ledger.
pub const INVENTORY_LEDGER: &str = "inventory_ledger_queue";
/// How much there is of each product, for the catalogue to show.
pub const PRODUCTS_STOCK: &str = "products_stock_queue";

/// All queues that services consume.
#[must_use]
pub fn queues() -> Vec<Queue> {
    vec![
        Queue {
            name: ORDERS_INVENTORY_UPDATE,
            service: catalog::INVENTORY,
            bindings: vec![Binding::of::<StockWanted>()],
        },
        Queue {
            name: INVENTORY_OUTCOMES,
            service: catalog::INVENTORY,
            bindings: vec![Binding::of::<OrderConfirmed>(), Binding::of::<OrderCancelled>()],
        },
        Queue {
            name: ORDERS_EMAIL_SERVICE,
            service: catalog::EMAIL,
            bindings: vec![
                Binding::of::<CustomerNotified>(),
                Binding::of::<InventoryUpdated>(),
                Binding::of::<LowStock>(),
            ],
        },
        Queue {
            name: ORDERS_EVENTS,
            service: catalog::ORDERS,
            bindings: vec![
                Binding::of::<InventoryUpdated>(),
                Binding::of::<InventoryRejected>(),
                Binding::of::<InventoryReleased>(),
                Binding::of::<PaymentAuthorized>(),
                Binding::of::<PaymentCaptured>(),
                Binding::of::<PaymentFailed>(),
                Binding::of::<PaymentVoided>(),
                Binding::of::<PaymentRefunded>(),
                Binding::of::<ShippingUpdated>(),
            ],
        },
        Queue {
            name: ORDERS_CATALOGUE,
            service: catalog::ORDERS,
            bindings: vec![
                Binding::of::<ProductCreated>(),
                Binding::of::<ProductUpdated>(),
                Binding::of::<ProductDeleted>(),
                Binding::of::<CustomerDeleted>(),
            ],
        },
        Queue {
            name: PAYMENTS_WISHES,
            service: catalog::PAYMENTS,
            bindings: vec![
                Binding::of::<PaymentWanted>(),
                Binding::of::<CaptureWanted>(),
                Binding::of::<PaymentUnwanted>(),
            ],
        },
        Queue {
            name: SHIPPING_WISHES,
            service: catalog::SHIPPING,
            bindings: vec![Binding::of::<ShipmentWanted>(), Binding::of::<ShipmentUnwanted>()],
        },
        Queue {
            name: INVENTORY_LEDGER,
            service: catalog::INVENTORY,
            bindings: vec![Binding::of::<StockMoved>()],
        },
        Queue {
            name: PRODUCTS_STOCK,
            service: catalog::PRODUCTS,
            bindings: vec![Binding::of::<StockLevel>()],
        },
    ]
}

/// How long a failed message waits before it is tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryStep {
    /// The name of both the fanout exchange and its queue.
    pub name: &'static str,
    /// How long.
    pub delay: Duration,
}

/// The delays, in the order in which they are used; the last one is repeated.
pub const RETRY_STEPS: [RetryStep; 3] = [
    RetryStep { name: "shop_retry_1s", delay: Duration::from_secs(1) },
    RetryStep { name: "shop_retry_10s", delay: Duration::from_secs(10) },
    RetryStep { name: "shop_retry_60s", delay: Duration::from_mins(1) },
];

/// How often a message is tried before it is set aside: about half an hour.
pub const MOST_ATTEMPTS: u32 = 30;

/// What a service's user at the broker may do, as the broker's regular expressions. Nobody but the
/// operator configures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Permissions {
    /// What it may declare: nothing.
    pub configure: String,
    /// Where it may publish.
    pub write: String,
    /// What it may consume.
    pub read: String,
}

/// What `service` may do at the broker.
#[must_use]
pub fn permissions(service: Service) -> Permissions {
    let own: Vec<_> = queues().into_iter().filter(|it| it.service == service).collect();
    // Own exchanges, the delays, and the default exchange, by which dead queues are reached.
    let mut write: Vec<&str> = match service.name {
        name if name == catalog::ORDERS.name => {
            vec![Exchange::Orders.name(), Exchange::Events.name()]
        }
        _ => vec![Exchange::Events.name()],
    };
    if !own.is_empty() {
        write.push("amq\\.default");
        write.extend(RETRY_STEPS.iter().map(|it| it.name));
    }
    // Its own dead letters too, so that they can be looked at and sent again.
    let dead: Vec<_> = own.iter().map(|it| it.dead().replace('.', "\\.")).collect();
    let read: Vec<_> =
        own.iter().map(|it| it.name).chain(dead.iter().map(String::as_str)).collect();
    Permissions { configure: "^$".to_owned(), write: any_of(&write), read: any_of(&read) }
}

fn any_of(names: &[&str]) -> String {
    format!("^({})$", names.join("|"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_that_others_rely_on_stay() {
        assert_eq!(Exchange::Orders.name(), "orders_exchange");
        assert_eq!(Exchange::Orders.kind(), "direct");
        let bound = |queue: &str, key: &str| {
            let queue = queues().into_iter().find(|it| it.name == queue).unwrap();
            queue.bindings.iter().any(|it| it.key == key)
        };
        assert!(bound("orders_inventory_update_queue", "orders.inventoryupdate"));
        assert!(bound("orders_email_service_queue", "orders.emailnotification"));
        assert!(bound("orders_email_service_queue", "inventory.updated"));
    }

    #[test]
    fn nobody_may_declare_and_each_reads_its_own() {
        let inventory = permissions(catalog::INVENTORY);
        assert_eq!(inventory.configure, "^$");
        assert!(inventory.read.contains(r"|orders_inventory_update_queue\.dead|"), "{inventory:?}");
        let customers = permissions(catalog::CUSTOMERS);
        assert_eq!(
            (customers.write.as_str(), customers.read.as_str()),
            ("^(shop_events)$", "^()$")
        );
    }
}
