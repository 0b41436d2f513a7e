//! What callers see.

use crate::{domain::Details, service::Offer};
use contracts::ids::ProductId;
use jiff::Timestamp;
use serde::Serialize;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ProductView {
    product_id: ProductId,
    #[serde(flatten)]
    details: Option<Details>,
    stock: u32,
    revision: u64,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl From<Offer> for ProductView {
    fn from(Offer { product, available }: Offer) -> Self {
        Self {
            product_id: product.product_id,
            details: product.details().cloned(),
            stock: available,
            revision: product.revision,
            created_at: product.created_at,
            updated_at: product.updated_at,
        }
    }
}
