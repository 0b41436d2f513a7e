//! Stock as people count and change it.

use super::{Change, MOST, Stock};
use chassis::http::IfMatch;
use contracts::{
    ids::{MessageId, ProductId},
    inventory::{InventoryUpdated, MovementKind, StockChange},
    message::Events,
    text::Name,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// How many keys of requests a product remembers: people change a product now and then, and a request
/// is sent again within seconds.
const KEYS: usize = 32;

/// How stock is changed by hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Adjustment {
    /// So many have come in.
    Increment(u32),
    /// So many are gone.
    Decrement(u32),
    /// There are so many.
    Set(u32),
}

/// A change by hand, with all that was said about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ByHand {
    /// What changes.
    pub by: Adjustment,
    /// Whether stock was corrected or has come in.
    pub kind: MovementKind,
    /// Why, for the ledger.
    pub reason: Option<Name>,
    /// Under which key it was sent, so that it is done once.
    pub key: Option<Key>,
    /// Which revision it is meant for.
    pub if_match: IfMatch,
}

/// What about a product's stock is not its number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// From how few on somebody should order more, if that changes.
    pub threshold: Option<u32>,
    /// Where it lies, if that changes.
    pub location: Option<Name>,
    /// Which revision it is meant for.
    pub if_match: IfMatch,
}

/// What a client calls one request, however often it sends it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Key {
    /// The key.
    pub id: MessageId,
    /// Follows from what was sent, so that the same key with something else is noticed.
    pub fingerprint: MessageId,
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
    /// The caller has another revision in mind.
    #[error("the stock has changed meanwhile: its revision is {revision}")]
    Stale {
        /// The present one.
        revision: u64,
    },
    /// The same key was used for another request.
    #[error("this Idempotency-Key was used for another request: take a new one")]
    KeyReused,
    /// The same request was carried out before; nothing is left to do.
    #[error("this was done before")]
    Done,
}

impl Stock {
    /// Stock of which nothing is promised, counted for the first time, and what is said of it.
    pub fn count(
        product_id: ProductId,
        quantity: u32,
        location: Name,
        low_stock_threshold: u32,
        now: Timestamp,
    ) -> (Self, Events) {
        let mut stock = Self {
            product_id,
            location,
            low_stock_threshold,
            updated_at: now,
            low_since: None,
            quantity,
            held: BTreeMap::new(),
            returning: BTreeSet::new(),
            revision: 0,
            keys: VecDeque::new(),
        };
        let events = stock.moved_by_hand(MovementKind::Counted, quantity.into(), None, now);
        (stock, events)
    }

    /// Changes how many there are; what is promised stays promised.
    pub fn adjust(&mut self, it: &ByHand, now: Timestamp) -> Result<Events, StockRefused> {
        self.unless_done(it.key)?;
        self.expect(&it.if_match)?;
        let quantity = self.adjusted(it.by)?;
        self.keys.extend(it.key);
        let too_many = self.keys.len().saturating_sub(KEYS);
        self.keys.drain(..too_many);
        let change = i64::from(quantity) - i64::from(self.quantity);
        if change == 0 {
            return Ok(Events::none());
        }
        self.quantity = quantity;
        Ok(self.moved_by_hand(it.kind, change, it.reason.clone(), now))
    }

    /// Changes what is not its number.
    pub fn set_up(&mut self, it: &Settings, now: Timestamp) -> Result<Events, StockRefused> {
        self.expect(&it.if_match)?;
        self.low_stock_threshold = it.threshold.unwrap_or(self.low_stock_threshold);
        if let Some(location) = &it.location {
            self.location = location.clone();
        }
        self.changed(now);
        Ok(self.tell_if_low(Events::none(), now))
    }

    /// How many there would be.
    fn adjusted(&self, by: Adjustment) -> Result<u32, StockRefused> {
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
        if quantity > MOST && quantity > self.quantity {
            return Err(StockRefused::TooMany);
        }
        if quantity < self.reserved() {
            return Err(StockRefused::Promised { reserved: self.reserved() });
        }
        Ok(quantity)
    }

    /// A request that was carried out before is carried out; another one under its key is a mistake.
    fn unless_done(&self, key: Option<Key>) -> Result<(), StockRefused> {
        let Some(key) = key else { return Ok(()) };
        match self.keys.iter().find(|it| it.id == key.id) {
            Some(used) if *used == key => Err(StockRefused::Done),
            Some(_) => Err(StockRefused::KeyReused),
            None => Ok(()),
        }
    }

    fn expect(&self, if_match: &IfMatch) -> Result<(), StockRefused> {
        let revision = self.revision;
        if if_match.allows(revision) { Ok(()) } else { Err(StockRefused::Stale { revision }) }
    }

    /// What is said when stock is counted for the first time or changed by hand: for the ledger, and
    /// for people.
    fn moved_by_hand(
        &mut self,
        kind: MovementKind,
        by: i64,
        reason: Option<Name>,
        now: Timestamp,
    ) -> Events {
        let events = self.moved(Change { kind, by, order: None, reason }, now);
        if by == 0 {
            return events;
        }
        let change =
            StockChange { product_id: self.product_id, change: by, available: self.available() };
        let message = "Stock changed".to_owned();
        let told = InventoryUpdated { message, order_id: None, changes: vec![change] };
        events.and_as(self.message("changed"), now, &told)
    }
}
