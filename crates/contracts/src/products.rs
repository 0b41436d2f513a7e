//! What the product service says, on `shop_events`: the full state of a product, each time.

use crate::{
    catalog::{self, Service},
    ids::ProductId,
    message::Message,
    money::Money,
    text::Name,
    topology::Exchange,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

macro_rules! product_state {
    ($(#[$doc:meta])* $name:ident, $key:literal, $meaning:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
        #[serde(rename_all = "camelCase")]
        pub struct $name {
            /// Names the product.
            pub product_id: ProductId,
            /// What it is called.
            pub name: Name,
            /// Where it belongs.
            pub category: Name,
            /// What one costs.
            pub price: Money,
            /// What there is to say about it.
            #[serde(default)]
            pub description: String,
            /// Where pictures of it are.
            #[serde(default)]
            pub images: Vec<String>,
            /// Counts the changes, so that an older one that comes late is known.
            #[serde(default = "first")]
            pub revision: u64,
        }

        impl Message for $name {
            const BY: Service = catalog::PRODUCTS;
            const KEY: &'static str = $key;
            const EXCHANGE: Exchange = Exchange::Events;
            const MEANING: &'static str = $meaning;

            fn subject(&self) -> String {
                self.product_id.to_string()
            }
        }
    };
}

product_state! {
    /// A product has been added to the catalogue; its full state.
    ProductCreated, "products.created", "A product has been added to the catalogue."
}
product_state! {
    /// A product has changed; its full state.
    ProductUpdated, "products.updated", "A product of the catalogue has changed."
}

/// A product is no longer sold. Orders that have it keep it as it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProductDeleted {
    /// Names the product.
    pub product_id: ProductId,
    /// Counts the changes, so that an older one that comes late is known.
    pub revision: u64,
}

impl Message for ProductDeleted {
    const BY: Service = catalog::PRODUCTS;
    const KEY: &'static str = "products.deleted";
    const EXCHANGE: Exchange = Exchange::Events;
    const MEANING: &'static str = "A product is no longer sold.";

    fn subject(&self) -> String {
        self.product_id.to_string()
    }
}

/// What was said before changes were counted was said when the product was new.
const fn first() -> u64 {
    1
}
