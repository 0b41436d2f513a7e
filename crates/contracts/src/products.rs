//! What the product service says, on `shop_events`.

use crate::{ids::ProductId, message::Message, money::Money, text::Name, topology::Exchange};
use serde::{Deserialize, Serialize};

/// A product has been added to the catalogue; its full state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProductCreated {
    /// Names the product.
    pub product_id: ProductId,
    /// What it is called.
    pub name: Name,
    /// Where it belongs.
    pub category: Name,
    /// What one costs.
    pub price: Money,
}

impl Message for ProductCreated {
    const KEY: &'static str = "products.created";
    const EXCHANGE: Exchange = Exchange::Events;
    const MEANING: &'static str = "A product has been added to the catalogue.";

    fn subject(&self) -> String {
        self.product_id.to_string()
    }
}
