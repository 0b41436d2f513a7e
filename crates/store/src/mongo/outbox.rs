//! What waits in the documents to be said.

use super::{Mongo, corrupt, explain, skipped};
use crate::{
    Error,
    aggregate::{Aggregate, Save},
    outbox::{Outbox, Unsent},
    query::Plan,
};
use async_trait::async_trait;
use contracts::message::Envelope;
use jiff::Timestamp;
use mongodb::bson::{self, Document, doc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[derive(Serialize, Deserialize)]
struct Waiting {
    #[serde(flatten)]
    envelope: Envelope,
    /// When it was said, in milliseconds, for the sweep.
    at: i64,
}

#[derive(Deserialize)]
struct WithOutbox {
    #[serde(rename = "_id")]
    id: String,
    outbox: Vec<Waiting>,
}

#[async_trait]
impl<A: Aggregate> Outbox for Mongo<A> {
    fn collection(&self) -> &'static str {
        A::COLLECTION
    }

    async fn sweep(&self, before: Timestamp, limit: usize) -> Result<Vec<Unsent>, Error> {
        let before = before.as_millisecond();
        let found = self.read(said(before), oldest(), doc! { "outbox": 1 }, limit).await?;
        let found = found.into_iter().filter_map(|document| {
            let id = document.get("_id").map(ToString::to_string);
            let parsed: Result<WithOutbox, _> = bson::deserialize_from_document(document);
            parsed.map_err(|error| skipped(A::COLLECTION, id.as_deref(), &corrupt(error))).ok()
        });
        let messages = found.flat_map(|document| {
            let id = document.id;
            let old = document.outbox.into_iter().filter(move |it| it.at < before);
            old.map(move |it| unsent::<A>(&id, it.envelope))
        });
        Ok(messages.take(limit).collect())
    }

    async fn settle(&self, confirmed: &[Unsent]) -> Result<(), Error> {
        let mut by_document: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for it in confirmed {
            by_document.entry(&it.document).or_default().push(it.envelope.id.to_string());
        }
        let updates = by_document.into_iter().map(|(id, messages)| removal(id, &messages));
        let errors = self.write(updates.collect()).await?;
        match errors.values().next() {
            None => Ok(()),
            Some(error) => Err(Error::Unavailable(format!("cannot settle: {error}"))),
        }
    }

    async fn explain_sweep(&self, before: Timestamp, limit: usize) -> Result<Plan, Error> {
        explain::explain(self, said(before.as_millisecond()), oldest(), limit).await
    }
}

fn said(before: i64) -> Document {
    doc! { "saidAt": { "$lt": before } }
}

fn oldest() -> Document {
    doc! { "saidAt": 1 }
}

fn unsent<A: Aggregate>(document: &str, envelope: Envelope) -> Unsent {
    Unsent { collection: A::COLLECTION, document: document.to_owned(), envelope }
}

/// Adds what a save says to its change of the document.
pub(super) fn say<A: Aggregate>(save: &Save<A>, change: &mut Document) -> Result<(), Error> {
    let Some(first) = save.said.first() else { return Ok(()) };
    let said = save.said.iter().map(|it| {
        let waiting = Waiting { at: it.time.as_millisecond(), envelope: it.clone() };
        bson::serialize_to_bson(&waiting).map_err(corrupt)
    });
    let said: Vec<_> = said.collect::<Result<_, _>>()?;
    change.insert("$push", doc! { "outbox": { "$each": said } });
    change.insert("$min", doc! { "saidAt": first.time.as_millisecond() });
    Ok(())
}

/// Takes messages out of a document's outbox and keeps the time of the oldest one left.
fn removal(id: &str, messages: &[String]) -> Document {
    let left = doc! { "$not": { "$in": ["$$it.id", messages.to_vec()] } };
    let outbox = doc! { "$filter": {
        "input": { "$ifNull": ["$outbox", []] }, "as": "it", "cond": left,
    } };
    let oldest = doc! { "$ifNull": [{ "$min": "$outbox.at" }, "$$REMOVE"] };
    doc! {
        "q": { "_id": id },
        "u": [{ "$set": { "outbox": outbox } }, { "$set": { "saidAt": oldest } }],
    }
}
