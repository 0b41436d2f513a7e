//! What is done to the documents of products, one line of a reservation after the other.

use super::Inventory;
use crate::{
    Error,
    domain::{Holder, Line, Reservation, Stock},
};
use contracts::{
    ids::{OrderId, ProductId},
    inventory::{Shortage, StockChange},
    message::Events,
};
use jiff::Timestamp;

impl Inventory {
    /// Holds one line, or says what is short. The lease is looked at whenever it is decided.
    pub(super) async fn hold(
        &self,
        holder: Holder,
        line: Line,
        lease: Timestamp,
    ) -> Result<Result<StockChange, Shortage>, Error> {
        let Line { product_id, quantity } = line;
        let clock = self.clock.clone();
        let held = self.stock.update(product_id, None, move |stock| {
            let now = clock.now();
            if now >= lease {
                return Err(NotHeld::Late);
            }
            stock.hold(holder, quantity, now).map_err(NotHeld::Short)
        });
        match held.await {
            Ok(stock) => {
                let (change, available) = (-i64::from(quantity), stock.available());
                Ok(Ok(StockChange { product_id, change, available }))
            }
            Err(NotHeld::Short(shortage)) => Ok(Err(shortage)),
            Err(NotHeld::Late) => Err(Error::LeaseOver(holder.order)),
            Err(NotHeld::Store(store::Error::Missing { .. })) => {
                Ok(Err(Shortage { product_id, requested: quantity, available: 0 }))
            }
            Err(NotHeld::Store(error)) => Err(error.into()),
        }
    }

    /// Sells what is held.
    pub(super) async fn sell_lines(&self, sold: &Reservation) -> Result<(), Error> {
        let (holder, now) = (sold.holder(), self.clock.now());
        for line in &sold.lines {
            let sell = move |stock: &mut Stock| Ok(stock.sell(holder, now));
            self.change_if_counted(line.product_id, sell).await?;
        }
        Ok(())
    }

    /// Frees what is held.
    pub(super) async fn release_lines(&self, closed: &Reservation) -> Result<(), Error> {
        let (holder, now) = (closed.holder(), self.clock.now());
        for line in &closed.lines {
            let release = move |stock: &mut Stock| Ok(stock.release(holder, now));
            self.change_if_counted(line.product_id, release).await?;
        }
        Ok(())
    }

    /// Takes back what was sold. The lease is looked at whenever it is decided: after it, another may
    /// have taken everything back and out the notes of that.
    pub(super) async fn take_back_lines(
        &self,
        returning: &Reservation,
        lease: Timestamp,
    ) -> Result<(), Error> {
        let holder = returning.holder();
        for Line { product_id, quantity } in returning.lines.iter().copied() {
            let clock = self.clock.clone();
            let take_back = move |stock: &mut Stock| {
                let now = clock.now();
                if now >= lease {
                    return Err(Late(holder.order));
                }
                Ok(stock.take_back(holder, quantity, now))
            };
            self.change_if_counted(product_id, take_back).await?;
        }
        Ok(())
    }

    /// Takes out the notes of what was taken back.
    pub(super) async fn forget_lines(&self, returned: &Reservation) -> Result<(), Error> {
        let holder = returned.holder();
        for line in &returned.lines {
            let forget = move |stock: &mut Stock| Ok(stock.forget(holder));
            self.change_if_counted(line.product_id, forget).await?;
        }
        Ok(())
    }

    /// Changes the stock of a product, if it is counted and there is anything to change.
    async fn change_if_counted(
        &self,
        product: ProductId,
        change: impl Fn(&mut Stock) -> Result<Option<Events>, Late> + Send + 'static,
    ) -> Result<(), Error> {
        let changed = self.stock.update(product, None, move |stock| {
            change(stock).map_err(Unchanged::Late)?.ok_or(Unchanged::Nothing)
        });
        match changed.await {
            Ok(_) | Err(Unchanged::Nothing | Unchanged::Store(store::Error::Missing { .. })) => {
                Ok(())
            }
            Err(Unchanged::Late(Late(order))) => Err(Error::LeaseOver(order)),
            Err(Unchanged::Store(error)) => Err(error.into()),
        }
    }
}

/// The lease on the reservation of this order has run out.
struct Late(OrderId);

/// Why a line is not held.
enum NotHeld {
    Short(Shortage),
    Late,
    Store(store::Error),
}

impl From<store::Error> for NotHeld {
    fn from(error: store::Error) -> Self {
        Self::Store(error)
    }
}

/// Why stock was not written.
enum Unchanged {
    Nothing,
    Late(Late),
    Store(store::Error),
}

impl From<store::Error> for Unchanged {
    fn from(error: store::Error) -> Self {
        Self::Store(error)
    }
}
