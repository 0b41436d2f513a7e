use contracts::{ids::ProductId, inventory::StockLevel};
use serde::{Deserialize, Serialize};

/// How much there is of a product, as the inventory last said. It is no part of the product, so it may
/// come before it and stay after it, and its changes are none of the product's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Level {
    /// The product.
    pub product_id: ProductId,
    /// How many can be had.
    pub available: u32,
    /// Counts the changes of the stock.
    pub revision: u64,
}

impl From<StockLevel> for Level {
    fn from(StockLevel { product_id, available, revision }: StockLevel) -> Self {
        Self { product_id, available, revision }
    }
}

impl Level {
    /// Takes over what is newer; says whether it was.
    pub fn follow(&mut self, other: &Self) -> bool {
        let is_newer = other.revision > self.revision;
        if is_newer {
            self.clone_from(other);
        }
        is_newer
    }
}
