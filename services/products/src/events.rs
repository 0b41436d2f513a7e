//! What the service hears.

use crate::Products;
use bus::Subscriptions;
use contracts::topology;

/// How much there is of each product.
pub fn levels(products: &Products) -> Subscriptions {
    Subscriptions::of(topology::PRODUCTS_STOCK).on(products, Products::stock_level)
}
