//! What the service hears.

use crate::Inventory;
use bus::Subscriptions;
use contracts::topology;

/// New orders, for which stock is wanted.
pub fn new_orders(inventory: &Inventory) -> Subscriptions {
    Subscriptions::of(topology::ORDERS_INVENTORY_UPDATE).on(inventory, Inventory::stock_wanted)
}

/// What has become of orders.
pub fn outcomes(inventory: &Inventory) -> Subscriptions {
    Subscriptions::of(topology::INVENTORY_OUTCOMES)
        .on(inventory, Inventory::order_confirmed)
        .on(inventory, Inventory::order_cancelled)
}

/// Movements of stock, for the ledger.
pub fn ledger(inventory: &Inventory) -> Subscriptions {
    Subscriptions::of(topology::INVENTORY_LEDGER).on(inventory, Inventory::stock_moved)
}
