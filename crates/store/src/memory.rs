//! The back end for tests and for a first look: the same semantics, gone with the process. It keeps
//! documents as MongoDB would, so that what one cannot hold or give back the other cannot either.

mod database;
mod faults;
mod matching;

pub use database::Database;
pub use faults::{Fault, Operation, Outcome, Verb};

use crate::{
    Error,
    aggregate::{Aggregate, Save, Seen, Stored},
    backend::{Backend, Found, NotSaved},
    outbox::{Outbox, Unsent},
    query::{Find, Plan},
};
use async_trait::async_trait;
use contracts::message::Envelope;
use database::{Documents, lock};
use jiff::Timestamp;
use matching::{key, names, select};
use mongodb::bson::{self, Bson};
use std::{
    collections::BTreeMap,
    marker::PhantomData,
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::time::sleep;

/// A collection in memory.
#[derive(Debug)]
pub struct Memory<A> {
    database: Database,
    documents: Arc<Mutex<Documents>>,
    kind: PhantomData<fn() -> A>,
}

/// What is stored under an id.
#[derive(Clone, Debug)]
struct Document {
    value: Bson,
    version: i64,
    seen: Seen,
    outbox: Vec<Envelope>,
    /// The time of what waits longest in the outbox.
    said_at: Option<Timestamp>,
}

impl<A: Aggregate> Memory<A> {
    /// The collection of `A` in a database.
    pub fn of(database: &Database) -> Self {
        let documents = database.collection::<A>();
        Self { database: database.clone(), documents, kind: PhantomData }
    }

    /// Does something with the documents, as well as the faults of the database let it.
    async fn access<T>(
        &self,
        verb: Verb,
        work: impl FnOnce(&mut Documents) -> T,
    ) -> Result<T, Error> {
        let fault = self.database.fault(Operation { collection: A::COLLECTION, verb });
        let lost = || Error::Unavailable(format!("{verb:?} of {} is made to fail", A::COLLECTION));
        pause(fault.before).await;
        if fault.outcome == Outcome::Fails {
            return Err(lost());
        }
        let done = work(&mut lock(&self.documents));
        pause(fault.after).await;
        if fault.outcome == Outcome::AnswerIsLost { Err(lost()) } else { Ok(done) }
    }
}

#[async_trait]
impl<A: Aggregate> Backend<A> for Memory<A> {
    async fn prepare(&self) -> Result<(), Error> {
        Ok(())
    }

    async fn load(&self, ids: &[A::Id]) -> Result<Found<A>, Error> {
        let named = |all: &mut Documents| {
            let found = ids.iter().filter_map(|id| Some((id.clone(), all.get(&id.to_string())?)));
            found.map(|(id, it)| (id, it.stored())).collect()
        };
        self.access(Verb::Load, named).await
    }

    async fn save(&self, group: &[Save<A>]) -> Vec<Result<(), NotSaved>> {
        let put_all = |all: &mut Documents| group.iter().map(|it| put(all, it)).collect();
        let saved = self.access(Verb::Save, put_all).await;
        saved.unwrap_or_else(|error| vec![Err(NotSaved::Failed(error)); group.len()])
    }

    async fn find(&self, query: &Find) -> Result<Vec<Option<A>>, Error> {
        let found = self.access(Verb::Find, |all| select(query, all)).await?;
        Ok(found.into_iter().map(|it| bson::deserialize_from_bson(it).ok()).collect())
    }

    async fn purge(&self, query: &Find) -> Result<usize, Error> {
        self.access(Verb::Purge, |all| {
            let mut found = names(query, all);
            found.retain(|id| all.get(id).is_some_and(|it| it.outbox.is_empty()));
            for id in &found {
                all.remove(id);
            }
            found.len()
        })
        .await
    }

    async fn explain(&self, query: &Find) -> Result<Plan, Error> {
        Ok(Plan::expected(query, A::INDEXES))
    }
}

#[async_trait]
impl<A: Aggregate> Outbox for Memory<A> {
    fn collection(&self) -> &'static str {
        A::COLLECTION
    }

    async fn sweep(&self, before: Timestamp, limit: usize) -> Result<Vec<Unsent>, Error> {
        self.access(Verb::Sweep, |all| {
            let mut old: Vec<_> =
                all.iter().filter(|(_, it)| it.said_at.is_some_and(|at| at < before)).collect();
            old.sort_by_key(|(_, it)| it.said_at);
            let waiting =
                old.into_iter().flat_map(|(id, it)| it.outbox.iter().map(move |it| (id, it)));
            let old = waiting.filter(|(_, it)| it.time < before);
            old.take(limit).map(|(id, it)| unsent::<A>(id, it)).collect()
        })
        .await
    }

    async fn settle(&self, confirmed: &[Unsent]) -> Result<(), Error> {
        let mut by_document: BTreeMap<&str, Vec<_>> = BTreeMap::new();
        for it in confirmed {
            by_document.entry(&it.document).or_default().push(it.envelope.id);
        }
        self.access(Verb::Settle, |all| {
            for (id, messages) in by_document {
                let Some(document) = all.get_mut(id) else { continue };
                document.outbox.retain(|it| !messages.contains(&it.id));
                document.said_at = document.outbox.iter().map(|it| it.time).min();
            }
        })
        .await
    }
}

impl Document {
    fn stored<A: Aggregate>(&self) -> Result<Stored<A>, Error> {
        let value = bson::deserialize_from_bson(self.value.clone()).map_err(corrupt)?;
        Ok(Stored { value, version: self.version, seen: self.seen.clone() })
    }
}

fn unsent<A: Aggregate>(id: &str, envelope: &Envelope) -> Unsent {
    Unsent { collection: A::COLLECTION, document: id.to_owned(), envelope: envelope.clone() }
}

fn put<A: Aggregate>(all: &mut Documents, save: &Save<A>) -> Result<(), NotSaved> {
    let value = bson::serialize_to_bson(&save.value).map_err(|it| NotSaved::Failed(corrupt(it)))?;
    let id = save.value.id().to_string();
    let old = all.get(&id);
    // What was removed meanwhile comes back with the change, as it does in MongoDB.
    if old.is_some_and(|it| it.version != save.version) {
        return Err(NotSaved::Stale);
    }
    for index in A::INDEXES.iter().filter(|it| it.unique) {
        let ours = key(&value, index.fields);
        let is_taken = |(other, it): (&String, &Document)| {
            *other != id && key(&it.value, index.fields) == ours
        };
        if ours.is_some() && all.iter().any(is_taken) {
            return Err(NotSaved::Failed(Error::Duplicate { index: index.name.to_owned() }));
        }
    }
    let mut outbox = old.map(|it| it.outbox.clone()).unwrap_or_default();
    outbox.extend(save.said.iter().cloned());
    let said_at =
        old.and_then(|it| it.said_at).into_iter().chain(save.said.first().map(|it| it.time)).min();
    let (version, seen) = (save.version + 1, save.seen.clone());
    all.insert(id, Document { value, version, seen, outbox, said_at });
    Ok(())
}

async fn pause(time: Duration) {
    if !time.is_zero() {
        sleep(time).await;
    }
}

#[expect(clippy::needless_pass_by_value, reason = "used as a function in map_err")]
fn corrupt(error: bson::error::Error) -> Error {
    Error::Corrupt(error.to_string())
}
