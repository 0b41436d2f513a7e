//! The seam between those who save what is to be said and those who say it.

use crate::{Error, query::Plan};
use async_trait::async_trait;
use contracts::message::Envelope;
use jiff::Timestamp;
use std::sync::Arc;
use tokio::sync::mpsc;

/// How many fresh messages wait for the relay; what does not fit is found by its sweep.
pub(crate) const FRESH: usize = 8_192;

/// A message that still waits in a document's outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsent {
    /// The collection of the document.
    pub collection: &'static str,
    /// The id of the document.
    pub document: String,
    /// The message.
    pub envelope: Envelope,
}

/// The outboxes of all documents of one collection.
#[async_trait]
pub trait Outbox: Send + Sync + 'static {
    /// The collection whose outboxes these are.
    fn collection(&self) -> &'static str;

    /// Messages said before `before` that still wait, oldest document first, at most `limit`.
    async fn sweep(&self, before: Timestamp, limit: usize) -> Result<Vec<Unsent>, Error>;

    /// Takes confirmed messages out of their documents: exactly those, never the whole list, since
    /// others may have been added meanwhile.
    async fn settle(&self, confirmed: &[Unsent]) -> Result<(), Error>;

    /// How the sweep finds them.
    async fn explain_sweep(&self, before: Timestamp, limit: usize) -> Result<Plan, Error> {
        let _anyhow = (before, limit);
        Ok(Plan::by_index())
    }
}

/// What a relay works from.
pub struct Outboxes {
    /// Every message right after it was saved. It wakes the relay; the sweep is what it relies on.
    pub fresh: mpsc::Receiver<Unsent>,
    /// The outboxes to sweep and to settle.
    pub all: Vec<Arc<dyn Outbox>>,
}

impl std::fmt::Debug for Outboxes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let collections: Vec<_> = self.all.iter().map(|it| it.collection()).collect();
        f.debug_struct("Outboxes").field("collections", &collections).finish_non_exhaustive()
    }
}
