//! MongoDB.
//!
//! A document is `{_id, version, value, seen, outbox, saidAt}`. A save is an upsert filtered by `_id`
//! and `version`: when the version has moved on, the filter finds nothing, the insert that follows
//! meets the `_id`, and the duplicate key is reported at its place in the group while the others land.
//! It *adds* to the outbox and never replaces it, so that settling, which removes from it, needs no
//! version and stands in nobody's way. A document that is removed while somebody changes it rises again
//! with that change, so aggregates are never deleted, but for those that nobody can miss ([`purge`]).

mod explain;
mod filter;
mod index;
mod outbox;
mod purge;

use crate::{
    Error,
    aggregate::{Aggregate, Save, Seen, Stored},
    backend::{Backend, Found, NotSaved},
    query::{Find, Plan},
};
use async_trait::async_trait;
use filter::{filter, sort};
use futures::TryStreamExt as _;
use mongodb::{
    Collection, Database,
    bson::{self, Document, doc},
    options::ReadConcern,
};
use serde::Deserialize;
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

    /// Sends a command that changes something; gives the reply, once a majority has done it.
    async fn change(&self, command: Document) -> Result<Document, Error> {
        let database = self.database.clone();
        let reply =
            to_the_end(async move { database.run_command(command).await.map_err(unavailable) });
        let reply = reply.await?;
        match reply.get_document("writeConcernError") {
            Ok(concern) => Err(Error::Unavailable(format!("not durable: {concern}"))),
            Err(_there_is_none) => Ok(reply),
        }
    }

    /// Sends an update command for several documents; gives the errors by their place.
    async fn write(&self, updates: Vec<Document>) -> Result<BTreeMap<usize, Document>, Error> {
        let command = doc! {
            "update": A::COLLECTION,
            "updates": updates,
            "ordered": false,
            "writeConcern": durable(),
        };
        let reply = self.change(command).await?;
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
        index::prepare(&self.documents, A::INDEXES).await
    }

    async fn load(&self, ids: &[A::Id]) -> Result<Found<A>, Error> {
        let mut wanted: BTreeMap<_, _> =
            ids.iter().map(|it| (it.to_string(), it.clone())).collect();
        let filter = doc! { "_id": { "$in": wanted.keys().collect::<Vec<_>>() } };
        let found = self.read(filter, doc! { "_id": 1 }, without_outbox(), ids.len()).await?;
        let named =
            found.into_iter().filter_map(|it| Some((wanted.remove(it.get_str("_id").ok()?)?, it)));
        Ok(named.map(|(id, it)| (id, stored(it))).collect())
    }

    async fn save(&self, group: &[Save<A>]) -> Vec<Result<(), NotSaved>> {
        let mut updates = Vec::with_capacity(group.len());
        let unwritable: Vec<_> =
            group.iter().map(|it| upsert(it).map(|it| updates.push(it)).err()).collect();
        let written =
            if updates.is_empty() { Ok(BTreeMap::new()) } else { self.write(updates).await };
        let mut places = 0..;
        let answers = unwritable.into_iter().map(|unwritable| match (unwritable, &written) {
            (Some(error), _) => Err(NotSaved::Failed(error)),
            (None, Ok(errors)) => answer(places.next().and_then(|it: usize| errors.get(&it))),
            (None, Err(error)) => Err(NotSaved::Failed(error.clone())),
        });
        answers.collect()
    }

    async fn find(&self, query: &Find) -> Result<Vec<Option<A>>, Error> {
        if query.limit == 0 {
            // To MongoDB it would mean that there is no limit.
            return Ok(Vec::new());
        }
        let found = self.read(filter(query), sort(query), without_outbox(), query.limit).await?;
        Ok(found.into_iter().map(legible).collect())
    }

    async fn purge(&self, query: &Find) -> Result<usize, Error> {
        purge::purge(self, query).await
    }

    async fn explain(&self, query: &Find) -> Result<Plan, Error> {
        explain::explain(self, filter(query), sort(query), query.limit).await
    }
}

/// Writes a new state if the version is still the stored one.
fn upsert<A: Aggregate>(save: &Save<A>) -> Result<Document, Error> {
    let value = bson::serialize_to_bson(&save.value).map_err(corrupt)?;
    let seen = bson::serialize_to_bson(&save.seen).map_err(corrupt)?;
    let mut change = doc! { "$set": { "value": value, "seen": seen, "version": save.version + 1 } };
    outbox::say(save, &mut change)?;
    let id = save.value.id().to_string();
    Ok(doc! { "q": { "_id": id, "version": save.version }, "u": change, "upsert": true })
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

fn without_outbox() -> Document {
    doc! { "outbox": 0 }
}

/// One document that cannot be read does not hide the others that were found.
fn legible<A: Aggregate>(document: Document) -> Option<A> {
    let id = document.get("_id").map(ToString::to_string);
    let read = stored(document).map_err(|error| skipped(A::COLLECTION, id.as_deref(), &error));
    read.ok().map(|it| it.value)
}

fn skipped(collection: &str, id: Option<&str>, error: &Error) {
    tracing::error!(collection, id, %error, "passed over a document that cannot be read");
}

fn stored<A: Aggregate>(document: Document) -> Result<Stored<A>, Error> {
    let Loaded { version, value, seen } =
        bson::deserialize_from_document(document).map_err(corrupt)?;
    Ok(Stored { value, version, seen })
}

#[expect(clippy::needless_pass_by_value, reason = "used as a function in map_err")]
fn unavailable(error: mongodb::error::Error) -> Error {
    Error::Unavailable(error.to_string())
}

#[expect(clippy::needless_pass_by_value, reason = "used as a function in map_err")]
fn corrupt(error: bson::error::Error) -> Error {
    Error::Corrupt(error.to_string())
}
