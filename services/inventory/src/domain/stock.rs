use contracts::{
    ids::{OrderId, ProductId},
    inventory::{InventoryUpdated, Shortage, StockChange},
    message::Events,
    text::Name,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The most there can be of a product, so that sums of orders cannot overflow.
pub const MOST: u32 = 1_000_000_000;

/// The stock of one product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Stock {
    /// The product.
    pub product_id: ProductId,
    /// Where it lies.
    pub location: Name,
    /// From how few on somebody should order more.
    pub low_stock_threshold: u32,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// How many there are, promised or not.
    quantity: u32,
    /// What is promised to orders that are not final yet; together never above `quantity`.
    held: BTreeMap<OrderId, u32>,
}

/// How stock is changed by hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "operation", content = "quantity", rename_all = "lowercase")]
pub enum Adjustment {
    /// So many have come in.
    Increment(u32),
    /// So many are gone.
    Decrement(u32),
    /// There are so many.
    Set(u32),
}

/// Why stock cannot be changed as asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StockRefused {
    /// Less would be left than is promised.
    #[error("{reserved} of them are reserved for orders: at least that many must stay")]
    Promised {
        /// How many are promised.
        reserved: u32,
    },
    /// There are not so many.
    #[error("there are only {quantity} of them")]
    TooFew {
        /// How many there are.
        quantity: u32,
    },
    /// More than can be counted.
    #[error("there cannot be more than {MOST} of a product")]
    TooMany,
}

impl Stock {
    /// Stock of which nothing is promised.
    pub fn new(
        product_id: ProductId,
        quantity: u32,
        location: Name,
        low_stock_threshold: u32,
        now: Timestamp,
    ) -> Self {
        Self {
            product_id,
            location,
            low_stock_threshold,
            updated_at: now,
            quantity,
            held: BTreeMap::new(),
        }
    }

    /// How many there are, promised or not.
    pub const fn quantity(&self) -> u32 {
        self.quantity
    }

    /// How many are promised to orders.
    pub fn reserved(&self) -> u32 {
        self.held.values().sum()
    }

    /// How many can still be promised.
    pub fn available(&self) -> u32 {
        self.quantity.saturating_sub(self.reserved())
    }

    /// Promises `count` to an order, unless that are too many. Promising again changes nothing.
    pub fn hold(&mut self, order: OrderId, count: u32, now: Timestamp) -> Result<(), Shortage> {
        if self.held.contains_key(&order) {
            return Ok(());
        }
        let available = self.available();
        if count > available {
            return Err(Shortage { product_id: self.product_id, requested: count, available });
        }
        self.held.insert(order, count);
        self.updated_at = now;
        Ok(())
    }

    /// Takes a promise back; says whether there was one.
    pub fn release(&mut self, order: OrderId, now: Timestamp) -> bool {
        let was_held = self.held.remove(&order).is_some();
        if was_held {
            self.updated_at = now;
        }
        was_held
    }

    /// Keeps a promise: what was held for the order is gone. Says whether there was one.
    pub fn sell(&mut self, order: OrderId, now: Timestamp) -> bool {
        let Some(count) = self.held.remove(&order) else { return false };
        self.quantity = self.quantity.saturating_sub(count);
        self.updated_at = now;
        true
    }

    /// Changes how many there are; what is promised stays promised.
    pub fn adjust(&mut self, by: Adjustment, now: Timestamp) -> Result<Events, StockRefused> {
        let before = self.available();
        let quantity = match by {
            Adjustment::Increment(more) => {
                self.quantity.checked_add(more).ok_or(StockRefused::TooMany)
            }
            Adjustment::Decrement(less) => self
                .quantity
                .checked_sub(less)
                .ok_or(StockRefused::TooFew { quantity: self.quantity }),
            Adjustment::Set(quantity) => Ok(quantity),
        }?;
        if quantity > MOST {
            return Err(StockRefused::TooMany);
        }
        if quantity < self.reserved() {
            return Err(StockRefused::Promised { reserved: self.reserved() });
        }
        self.quantity = quantity;
        self.updated_at = now;
        Ok(self.changed_by_hand(i64::from(self.available()) - i64::from(before), now))
    }

    /// What is said when stock is counted for the first time or changed by hand.
    pub fn changed_by_hand(&self, change: i64, now: Timestamp) -> Events {
        if change == 0 {
            return Events::none();
        }
        let change =
            StockChange { product_id: self.product_id, change, available: self.available() };
        let message = "Stock changed".to_owned();
        Events::none()
            .and(now, &InventoryUpdated { message, order_id: None, changes: vec![change] })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn stock(quantity: u32) -> Stock {
        Stock::new(
            ProductId::fresh(),
            quantity,
            Name::parse("main-warehouse").unwrap(),
            5,
            Timestamp::UNIX_EPOCH,
        )
    }

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    #[test]
    fn the_last_one_is_promised_once() {
        let mut stock = stock(1);
        let (first, second) = (OrderId::fresh(), OrderId::fresh());
        assert!(stock.hold(first, 1, NOW).is_ok());
        assert!(stock.hold(first, 1, NOW).is_ok(), "promising again changes nothing");
        let shortage = stock.hold(second, 1, NOW).unwrap_err();
        assert_eq!((shortage.requested, shortage.available), (1, 0));
    }

    #[test]
    fn what_is_promised_cannot_be_taken_away_by_hand() {
        let mut stock = stock(3);
        stock.hold(OrderId::fresh(), 2, NOW).unwrap();
        assert_eq!(
            stock.adjust(Adjustment::Set(1), NOW),
            Err(StockRefused::Promised { reserved: 2 })
        );
        assert_eq!(
            stock.adjust(Adjustment::Decrement(4), NOW),
            Err(StockRefused::TooFew { quantity: 3 })
        );
        assert!(stock.adjust(Adjustment::Decrement(1), NOW).is_ok());
        assert_eq!((stock.quantity(), stock.available()), (2, 0));
    }

    proptest! {
        /// Whatever happens in whatever order: nothing is promised that is not there, and what is
        /// neither sold nor taken away is still there.
        #[test]
        fn stock_adds_up(steps in prop::collection::vec((0_u8..3, 0_usize..6, 0_u32..5), 0..60)) {
            let mut stock = stock(10);
            let orders: Vec<_> = (0..6).map(|_| OrderId::fresh()).collect();
            let mut sold = 0;
            for (what, who, count) in steps {
                let order = orders[who];
                match what {
                    0 => drop(stock.hold(order, count, NOW)),
                    1 => drop(stock.release(order, NOW)),
                    _ => {
                        let held = stock.held.get(&order).copied().unwrap_or(0);
                        if stock.sell(order, NOW) {
                            sold += held;
                        }
                    }
                }
                prop_assert!(stock.reserved() <= stock.quantity());
                prop_assert_eq!(stock.quantity() + sold, 10);
            }
        }
    }
}
