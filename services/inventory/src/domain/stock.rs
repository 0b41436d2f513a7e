mod by_hand;
#[cfg(test)]
mod tests;

pub use by_hand::{Adjustment, ByHand, Key, Settings, StockRefused};

use super::Holder;
use contracts::{
    ids::{MessageId, OrderId, ProductId},
    inventory::{LowStock, MovementKind, Shortage, StockMoved},
    message::Events,
    text::Name,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

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
    /// Since when little is left, in milliseconds; only while that is so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub low_since: Option<i64>,
    /// How many there are, promised or not.
    quantity: u32,
    /// What is promised to orders that are not final yet; together never above `quantity`.
    held: BTreeMap<OrderId, u32>,
    /// For whom has been taken back what was sold; only until their reservations know it too.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    returning: BTreeSet<OrderId>,
    /// Counts the changes of its numbers.
    #[serde(default)]
    revision: u64,
    /// The latest requests that changed it under a key of their client's, oldest first.
    #[serde(default, skip_serializing_if = "VecDeque::is_empty")]
    keys: VecDeque<Key>,
}

/// What moved.
struct Change {
    kind: MovementKind,
    by: i64,
    order: Option<OrderId>,
    reason: Option<Name>,
}

impl Stock {
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

    /// Counts the changes of its numbers, from 1.
    pub const fn revision(&self) -> u64 {
        self.revision
    }

    /// Promises `count`, unless that are too many. Promising again changes nothing.
    pub fn hold(&mut self, holder: Holder, count: u32, now: Timestamp) -> Result<Events, Shortage> {
        let key = holder.key();
        if self.held.contains_key(&key) {
            return Ok(Events::none());
        }
        let available = self.available();
        if count > available {
            return Err(Shortage { product_id: self.product_id, requested: count, available });
        }
        self.held.insert(key, count);
        self.changed(now);
        Ok(self.tell_if_low(Events::none(), now))
    }

    /// Takes a promise back, if there is one.
    pub fn release(&mut self, holder: Holder, now: Timestamp) -> Option<Events> {
        self.held.remove(&holder.key())?;
        Some(self.moved(Change::of(MovementKind::Released, 0, holder), now))
    }

    /// Keeps a promise, if there is one: what was held is gone.
    pub fn sell(&mut self, holder: Holder, now: Timestamp) -> Option<Events> {
        let count = self.held.remove(&holder.key())?;
        self.quantity = self.quantity.saturating_sub(count);
        Some(self.moved(Change::of(MovementKind::Sold, -i64::from(count), holder), now))
    }

    /// Takes back `count` that were to be sold, unless that is done already. Whoever was to sell them
    /// may not have come to it: then only the promise is taken back. Either way it is noted, until
    /// [`Stock::forget`].
    pub fn take_back(&mut self, holder: Holder, count: u32, now: Timestamp) -> Option<Events> {
        if !self.returning.insert(holder.key()) {
            return None;
        }
        if let Some(released) = self.release(holder, now) {
            return Some(released);
        }
        self.quantity = self.quantity.saturating_add(count);
        Some(self.moved(Change::of(MovementKind::Returned, count.into(), holder), now))
    }

    /// Takes out the note that something was taken back, if there is one: the reservation knows it now.
    pub fn forget(&mut self, holder: Holder) -> Option<Events> {
        self.returning.remove(&holder.key()).then(Events::none)
    }

    fn changed(&mut self, now: Timestamp) {
        self.revision = self.revision.saturating_add(1);
        self.updated_at = now;
    }

    /// Notes that it has changed, and says how. What it says takes its name from the revision.
    fn moved(&mut self, change: Change, now: Timestamp) -> Events {
        self.changed(now);
        let moved = StockMoved {
            product_id: self.product_id,
            kind: change.kind,
            change: change.by,
            quantity: self.quantity,
            available: self.available(),
            revision: self.revision,
            order_id: change.order,
            reason: change.reason.map(String::from),
        };
        let events = Events::none().and_as(self.message("moved"), now, &moved);
        self.tell_if_low(events, now)
    }

    /// Says that little is left, once, until there is more again.
    fn tell_if_low(&mut self, events: Events, now: Timestamp) -> Events {
        let available = self.available();
        if available > self.low_stock_threshold {
            self.low_since = None;
            return events;
        }
        if self.low_since.is_some() {
            return events;
        }
        self.low_since = Some(now.as_millisecond());
        let low = LowStock {
            product_id: self.product_id,
            available,
            threshold: self.low_stock_threshold,
            location: self.location.to_string(),
        };
        events.and_as(self.message("low"), now, &low)
    }

    /// The name of what is said of the present revision.
    fn message(&self, what: &str) -> MessageId {
        MessageId::derived(&format!("{}/stock/{}/{what}", self.product_id, self.revision))
    }
}

impl Change {
    const fn of(kind: MovementKind, by: i64, holder: Holder) -> Self {
        Self { kind, by, order: Some(holder.order), reason: None }
    }
}
