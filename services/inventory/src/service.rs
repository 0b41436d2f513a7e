//! The use cases, one method per verb.

mod by_hand;
mod ending;
mod ledger;
mod lines;
mod reserving;
#[cfg(test)]
mod tests;

use crate::{
    Error,
    domain::{ByHand, Movement, Patience, Reservation, Settings, Stock, StockRefused},
};
use chassis::{clock::SharedClock, gateway::OrderSource};
use contracts::{
    ids::{MessageId, ProductId},
    text::Name,
};
pub(crate) use ending::sweep;
use std::sync::Arc;
use store::{Created, Repository, Store};

/// What the inventory can do. Cheap to clone.
#[derive(Clone)]
pub struct Inventory {
    stock: Repository<Stock>,
    reservations: Repository<Reservation>,
    movements: Repository<Movement>,
    orders: Arc<dyn OrderSource>,
    clock: SharedClock,
    patience: Patience,
}

impl std::fmt::Debug for Inventory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Inventory").field("patience", &self.patience).finish_non_exhaustive()
    }
}

/// Stock after a change that may have been asked for twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Changed {
    /// It has changed.
    Now(Stock),
    /// The same request had changed it before; this is how it is now.
    Before(Stock),
}

impl Inventory {
    /// The inventory in `store`, as patient as it is told; `orders` knows which reserve by themselves.
    pub fn new(
        store: &mut Store,
        orders: Arc<dyn OrderSource>,
        clock: SharedClock,
        patience: Patience,
    ) -> Self {
        Self {
            stock: store.repository(),
            reservations: store.repository(),
            movements: store.repository(),
            orders,
            clock,
            patience,
        }
    }

    /// Counts the stock of a product for the first time.
    pub async fn count(
        &self,
        product: ProductId,
        quantity: u32,
        location: Name,
        threshold: u32,
    ) -> Result<Stock, Error> {
        let (stock, events) =
            Stock::count(product, quantity, location, threshold, self.clock.now());
        match self.stock.create(stock, events).await? {
            Created::New(stock) => Ok(stock),
            Created::Existing(_) => Err(Error::Counted),
        }
    }

    /// The stock of a product.
    pub async fn stock(&self, product: ProductId) -> Result<Stock, Error> {
        Ok(self.stock.get(&product).await?)
    }

    /// Changes stock by hand.
    pub(crate) async fn adjust(&self, product: ProductId, by: ByHand) -> Result<Changed, Error> {
        // A cause of its own: a write that is tried again, since its answer was lost, adjusts once.
        let (now, cause) = (self.clock.now(), MessageId::fresh());
        let adjusted =
            self.stock.update(product, cause, move |stock| Ok(stock.adjust(&by, now)?)).await;
        match adjusted {
            Ok(stock) => Ok(Changed::Now(stock)),
            Err(Error::Refused(StockRefused::Done)) => {
                Ok(Changed::Before(self.stock(product).await?))
            }
            Err(error) => Err(error),
        }
    }

    /// Changes what about a product's stock is not its number.
    pub async fn set_up(&self, product: ProductId, settings: Settings) -> Result<Stock, Error> {
        let (now, cause) = (self.clock.now(), MessageId::fresh());
        self.stock.update(product, cause, move |stock| Ok(stock.set_up(&settings, now)?)).await
    }
}
