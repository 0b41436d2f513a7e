//! The ledger: what moved, and what there is little of.

use super::Inventory;
use crate::{
    Error,
    domain::{Movement, Stock},
    storage,
};
use bus::Delivery;
use contracts::{ids::ProductId, inventory::StockMoved};
use store::{Cursor, Page};

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
        after: Option<Cursor>,
        limit: usize,
    ) -> Result<Page<Movement>, Error> {
        self.stock(product).await?;
        Ok(self.movements.page(&storage::movements(product, after), limit).await?)
    }

    /// A page of the products of which little is left, the longest so first.
    pub async fn low(&self, after: Option<Cursor>, limit: usize) -> Result<Page<Stock>, Error> {
        Ok(self.stock.page(&storage::low(after), limit).await?)
    }
}
