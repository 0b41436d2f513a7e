//! MongoDB.
//!
//! A document is `{_id, version, value, seen, outbox, saidAt}`. A save is an upsert filtered by `_id`
//! and `version`: when the version has moved on, the filter finds nothing, the insert that follows
//! meets the `_id`, and the duplicate key is reported at its place in the group while the others land.
//! It *adds* to the outbox and never replaces it, so that settling, which removes from it, needs no
//! version and stands in nobody's way. Aggregates are never deleted: a deleted one would rise again.

use crate::{
    Error,
    aggregate::{Aggregate, Index, Save, Seen, Stored},
    backend::{Backend, NotSaved},
    outbox::{Outbox, Unsent},
    query::Find,
};
use async_trait::async_trait;
use contracts::message::Envelope;
use futures::TryStreamExt as _;
use jiff::Timestamp;
use mongodb::{
    Collection, Database, IndexModel,
    bson::{self, Bson, Document, doc},
    options::{IndexOptions, ReadConcern},
};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, future::Future, marker::PhantomData, time::Duration};

/// How long the database may work on a read.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long it may take to answer, the search for a primary included.
const DEADLINE: Duration = Duration::from_secs(8);
/// The code of a duplicate key.
const DUPLICATE_KEY: i32 = 11_000;

/// A collection in MongoDB.
#[derive(Debug)]
pub struct Mongo<A> {
    database: Database,
    documents: Collection<Document>,
    kind: PhantomData<fn() -> A>,
}

#[derive(Deserialize)]
#[serde(bound = "A: Aggregate")]
struct Loaded<A> {
    version: i64,
    value: A,
    #[serde(default)]
    seen: Seen,
}

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

impl<A: Aggregate> Mongo<A> {
    /// The collection of `A` in a database.
    pub fn of(database: &Database) -> Self {
        let documents = database.collection(A::COLLECTION);
        Self { database: database.clone(), documents, kind: PhantomData }
    }

    /// What a majority has of the documents that fit a filter: no decision and no message may rest on
    /// what can be rolled back.
    async fn read(
        &self,
        filter: Document,
        sort: Document,
        only: Document,
        limit: usize,
    ) -> Result<Vec<Document>, Error> {
        let documents = self.documents.clone();
        to_the_end(async move {
            let find = documents
                .find(filter)
                .projection(only)
                .sort(sort)
                .limit(i64::try_from(limit).unwrap_or(i64::MAX))
                .max_time(PATIENCE)
                .read_concern(ReadConcern::majority());
            find.await.map_err(unavailable)?.try_collect().await.map_err(unavailable)
        })
        .await
    }

    /// Sends an update command for several documents; gives the errors by their place.
    async fn write(&self, updates: Vec<Document>) -> Result<BTreeMap<usize, Document>, Error> {
        let command = doc! {
            "update": A::COLLECTION,
            "updates": updates,
            "ordered": false,
            "writeConcern": durable(),
        };
        let database = self.database.clone();
        let reply =
            to_the_end(async move { database.run_command(command).await.map_err(unavailable) });
        let reply = reply.await?;
        if let Ok(concern) = reply.get_document("writeConcernError") {
            return Err(Error::Unavailable(format!("not durable: {concern}")));
        }
        let errors = reply.get_array("writeErrors").cloned().unwrap_or_default();
        let errors = errors.into_iter().filter_map(|it| it.as_document().cloned());
        Ok(errors.filter_map(|it| Some((place(&it)?, it))).collect())
    }
}

/// Lets a command come to its end even when whoever waits for it has gone, as a client that hangs up
/// does: the driver gives up the connection of a command that is dropped, and many of those at once
/// leave it without any. The driver itself waits for ever for an answer, so this does not.
#[expect(
    clippy::disallowed_methods,
    reason = "the task has a deadline, and its result is waited for"
)]
async fn to_the_end<T: Send + 'static>(
    command: impl Future<Output = Result<T, Error>> + Send + 'static,
) -> Result<T, Error> {
    let finished = tokio::spawn(tokio::time::timeout(DEADLINE, command)).await;
    match finished {
        Ok(Ok(answer)) => answer,
        Ok(Err(_elapsed)) => Err(Error::Unavailable(format!("no answer within {DEADLINE:?}"))),
        Err(error) => Err(Error::Unavailable(error.to_string())),
    }
}

/// A write counts once a majority has it in its journal.
fn durable() -> Document {
    doc! { "w": "majority", "j": true, "wtimeout": 5_000 }
}

fn place(error: &Document) -> Option<usize> {
    usize::try_from(error.get_i32("index").ok()?).ok()
}

#[async_trait]
impl<A: Aggregate> Backend<A> for Mongo<A> {
    async fn prepare(&self) -> Result<(), Error> {
        let waiting = IndexModel::builder()
            .keys(doc! { "saidAt": 1 })
            .options(IndexOptions::builder().name("outbox".to_owned()).sparse(true).build())
            .build();
        let indexes = A::INDEXES.iter().map(model).chain([waiting]);
        self.documents.create_indexes(indexes).await.map_err(unavailable)?;
        Ok(())
    }

    async fn load(&self, ids: &[A::Id]) -> Result<Vec<Stored<A>>, Error> {
        let ids: Vec<_> = ids.iter().map(ToString::to_string).collect();
        let count = ids.len();
        let filter = doc! { "_id": { "$in": ids } };
        let found = self.read(filter, by_id(), without_outbox(), count).await?;
        found.into_iter().map(stored).collect()
    }

    async fn save(&self, group: &[Save<A>]) -> Vec<Result<(), NotSaved>> {
        let failed = |error: &Error| vec![Err(NotSaved::Failed(error.clone())); group.len()];
        let updates: Result<Vec<_>, _> = group.iter().map(upsert).collect();
        let written = match updates {
            Ok(updates) => self.write(updates).await,
            Err(error) => Err(error),
        };
        match written {
            Ok(errors) => (0..group.len()).map(|it| answer(errors.get(&it))).collect(),
            Err(error) => failed(&error),
        }
    }

    async fn find(&self, query: &Find) -> Result<Vec<A>, Error> {
        // What is due longest comes first, so that nothing due is kept waiting by what comes due again.
        let sort =
            query.at_most.map_or_else(by_id, |(field, _)| doc! { format!("value.{field}"): 1 });
        let found = self.read(filter(query)?, sort, without_outbox(), query.limit).await?;
        Ok(found.into_iter().filter_map(legible).map(|it: Stored<A>| it.value).collect())
    }
}

#[async_trait]
impl<A: Aggregate> Outbox for Mongo<A> {
    fn collection(&self) -> &'static str {
        A::COLLECTION
    }

    async fn sweep(&self, before: Timestamp, limit: usize) -> Result<Vec<Unsent>, Error> {
        let before = before.as_millisecond();
        let filter = doc! { "saidAt": { "$lt": before } };
        let found = self.read(filter, doc! { "saidAt": 1 }, doc! { "outbox": 1 }, limit).await?;
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
}

fn unsent<A: Aggregate>(document: &str, envelope: Envelope) -> Unsent {
    Unsent { collection: A::COLLECTION, document: document.to_owned(), envelope }
}

/// Writes a new state if the version is still the stored one.
fn upsert<A: Aggregate>(save: &Save<A>) -> Result<Document, Error> {
    let value = bson::serialize_to_bson(&save.value).map_err(corrupt)?;
    let seen = bson::serialize_to_bson(&save.seen).map_err(corrupt)?;
    let mut change = doc! { "$set": { "value": value, "seen": seen, "version": save.version + 1 } };
    if let Some(first) = save.said.first() {
        let at = first.time.as_millisecond();
        let said = save.said.iter().map(|it| {
            let waiting = Waiting { at: it.time.as_millisecond(), envelope: it.clone() };
            bson::serialize_to_bson(&waiting).map_err(corrupt)
        });
        let said: Vec<_> = said.collect::<Result<_, _>>()?;
        change.insert("$push", doc! { "outbox": { "$each": said } });
        change.insert("$min", doc! { "saidAt": at });
    }
    let id = save.value.id().to_string();
    Ok(doc! { "q": { "_id": id, "version": save.version }, "u": change, "upsert": true })
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

fn answer(error: Option<&Document>) -> Result<(), NotSaved> {
    let Some(error) = error else { return Ok(()) };
    let text = error.get_str("errmsg").unwrap_or("no reason given");
    match error.get_i32("code") {
        Ok(DUPLICATE_KEY) if is_about_id(error) => Err(NotSaved::Stale),
        Ok(DUPLICATE_KEY) => {
            let index = text.split("index: ").nth(1).and_then(|it| it.split(' ').next());
            let index = index.unwrap_or("unique index").to_owned();
            Err(NotSaved::Failed(Error::Duplicate { index }))
        }
        _ => Err(NotSaved::Failed(Error::Unavailable(text.to_owned()))),
    }
}

fn is_about_id(error: &Document) -> bool {
    error.get_document("keyPattern").is_ok_and(|it| it.contains_key("_id"))
}

fn by_id() -> Document {
    doc! { "_id": 1 }
}

fn without_outbox() -> Document {
    doc! { "outbox": 0 }
}

/// One document that cannot be read does not hide the others that were found.
fn legible<A: Aggregate>(document: Document) -> Option<Stored<A>> {
    let id = document.get("_id").map(ToString::to_string);
    stored(document).map_err(|error| skipped(A::COLLECTION, id.as_deref(), &error)).ok()
}

fn skipped(collection: &str, id: Option<&str>, error: &Error) {
    tracing::error!(collection, id, %error, "passed over a document that cannot be read");
}

fn stored<A: Aggregate>(document: Document) -> Result<Stored<A>, Error> {
    let Loaded { version, value, seen } =
        bson::deserialize_from_document(document).map_err(corrupt)?;
    Ok(Stored { value, version, seen })
}

fn filter(query: &Find) -> Result<Document, Error> {
    let mut filter = Document::new();
    for (field, value) in &query.equals {
        let value = bson::serialize_to_bson(value).map_err(corrupt)?;
        filter.insert(format!("value.{field}"), value);
    }
    if let Some((field, most)) = query.at_most {
        filter.insert(format!("value.{field}"), doc! { "$lte": most });
    }
    if let Some(after) = &query.after {
        filter.insert("_id", doc! { "$gt": after });
    }
    Ok(filter)
}

fn model(index: &Index) -> IndexModel {
    let path = |it: &&str| format!("value.{it}");
    let keys = index.fields.iter().map(|it| (path(it), Bson::Int32(1))).collect::<Document>();
    let first = index.fields.first().map(path).unwrap_or_default();
    let options = IndexOptions::builder()
        .name(index.name.to_owned())
        .unique(index.unique)
        .partial_filter_expression(doc! { first: { "$exists": true } })
        .build();
    IndexModel::builder().keys(keys).options(options).build()
}

#[expect(clippy::needless_pass_by_value, reason = "used as a function in map_err")]
fn unavailable(error: mongodb::error::Error) -> Error {
    Error::Unavailable(error.to_string())
}

#[expect(clippy::needless_pass_by_value, reason = "used as a function in map_err")]
fn corrupt(error: bson::error::Error) -> Error {
    Error::Corrupt(error.to_string())
}
