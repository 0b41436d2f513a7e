//! What a product is. Synchronous; knows no database and no broker.

use contracts::{
    ids::ProductId, message::Events, money::Money, products::ProductCreated, text::Name,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A thing that can be bought.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Product {
    /// Names it.
    pub product_id: ProductId,
    /// What it is called.
    pub name: Name,
    /// What there is to say about it.
    pub description: String,
    /// Where it belongs.
    pub category: Name,
    /// What one costs.
    pub price: Money,
    /// When it was added.
    pub created_at: Timestamp,
}

impl Product {
    /// Adds a product to the catalogue.
    pub fn create(
        name: Name,
        description: String,
        category: Name,
        price: Money,
        now: Timestamp,
    ) -> (Self, Events) {
        let product_id = ProductId::fresh();
        let product = Self { product_id, name, description, category, price, created_at: now };
        let created = ProductCreated {
            product_id,
            name: product.name.clone(),
            category: product.category.clone(),
            price,
        };
        (product, Events::none().and(now, &created))
    }
}
