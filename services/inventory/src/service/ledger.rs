//! The ledger: what moved, and what there is little of.

use super::Inventory;
use crate::{
    Error,
    domain::{Movement, Stock},
    storage,
};
use bus::Delivery;
use contracts::{ids::ProductId, inventory::StockMoved};
use store::Page;

impl Inventory {
    /// Stock has moved: it is written into the ledger, once, and whoever shows stock is told.
    pub async fn stock_moved(self, it: Delivery<StockMoved>) -> Result<(), Error> {
        let (movement, level) = Movement::told(it.id, it.body, self.clock.now());
        self.movements.create(movement, level).await?;
        Ok(())
    }

    /// A page of a product's ledger, the latest first.
    pub async fn movements(
        &self,
        product: ProductId,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<Page<Movement>, Error> {
        self.stock(product).await?;
        Ok(self.movements.page_after(&storage::movements(product), cursor, limit).await?)
    }

    /// A page of the products of which little is left, the longest so first.
    pub async fn low(&self, cursor: Option<&str>, limit: usize) -> Result<Page<Stock>, Error> {
        Ok(self.stock.page_after(&storage::low(), cursor, limit).await?)
    }
}
