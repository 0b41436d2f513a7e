//! What those outside know for sure when a run is over: what they asked for, and what they were answered.

use contracts::ids::{OrderId, ProductId, RefundId};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// What those outside know. Clones are the same notes.
#[derive(Clone, Default)]
pub(crate) struct Notes(Arc<Mutex<Known>>);

/// What is known.
#[derive(Clone, Debug, Default)]
pub(crate) struct Known {
    /// Which orders were acknowledged, as often as they were.
    pub(crate) accepted: Vec<Accepted>,
    /// Who was never answered.
    pub(crate) unanswered: Vec<String>,
    /// All prices that a product was ever given, in minor units.
    pub(crate) prices: BTreeMap<ProductId, BTreeSet<i64>>,
    /// How many of a product there were at first.
    pub(crate) counted: BTreeMap<ProductId, i64>,
    /// How much was acknowledged to have come in since, less what was acknowledged to be gone.
    pub(crate) restocked: BTreeMap<ProductId, i64>,
    /// What there was one piece of, and many wanted.
    pub(crate) last: Option<ProductId>,
    /// For which orders a transfer was made.
    pub(crate) transfers_made: BTreeSet<OrderId>,
    /// For which of them that was acknowledged.
    pub(crate) transfers_heard: BTreeSet<OrderId>,
    /// Which refunds staff have asked for.
    pub(crate) refunds_asked: BTreeSet<RefundId>,
    /// Which of them were acknowledged, and of which order.
    pub(crate) refunds_granted: BTreeMap<RefundId, OrderId>,
    /// What was answered to whoever called an order off.
    pub(crate) called_off: BTreeMap<OrderId, u16>,
}

/// An order that was acknowledged.
#[derive(Clone, Debug)]
pub(crate) struct Accepted {
    /// Under which key.
    pub(crate) key: String,
    /// What it is called.
    pub(crate) order: OrderId,
    /// What was asked for.
    pub(crate) asked: Asked,
}

/// What somebody asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Asked {
    /// Who is to be told.
    pub(crate) email: String,
    /// How it is to be paid.
    pub(crate) method: String,
    /// How many of what, in this order.
    pub(crate) lines: Vec<(ProductId, u32)>,
}

impl Notes {
    pub(crate) fn known(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
