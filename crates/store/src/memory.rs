//! The back end for tests and for a first look: the same semantics, gone with the process.

use crate::{
    Error,
    aggregate::{Aggregate, Save, Seen, Stored},
    backend::{Backend, NotSaved},
    outbox::{Outbox, Unsent},
    query::Find,
};
use async_trait::async_trait;
use contracts::message::Envelope;
use jiff::Timestamp;
use serde_json::Value;
use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

/// A collection in memory.
#[derive(Debug)]
pub struct Memory<A: Aggregate>(Mutex<BTreeMap<A::Id, Document<A>>>);

#[derive(Clone, Debug)]
struct Document<A> {
    value: A,
    version: i64,
    seen: Seen,
    outbox: Vec<Envelope>,
}

impl<A: Aggregate> Default for Memory<A> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<A: Aggregate> Memory<A> {
    fn with<T>(&self, work: impl FnOnce(&mut BTreeMap<A::Id, Document<A>>) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[async_trait]
impl<A: Aggregate> Backend<A> for Memory<A> {
    async fn prepare(&self) -> Result<(), Error> {
        Ok(())
    }

    async fn load(&self, ids: &[A::Id]) -> Result<Vec<Stored<A>>, Error> {
        Ok(self.with(|all| ids.iter().filter_map(|id| all.get(id)).map(Document::stored).collect()))
    }

    async fn save(&self, group: &[Save<A>]) -> Vec<Result<(), NotSaved>> {
        self.with(|all| group.iter().map(|it| put(all, it)).collect())
    }

    async fn find(&self, query: &Find) -> Result<Vec<A>, Error> {
        Ok(self.with(|all| {
            let after = |id: &A::Id| query.after.as_ref().is_none_or(|it| id.to_string() > *it);
            let found = all.iter().filter(|(id, it)| after(id) && matches(query, &it.value));
            let mut found: Vec<_> = found.map(|(_, it)| it.value.clone()).collect();
            found.sort_by_cached_key(|it| due(query, it));
            found.truncate(query.limit);
            found
        }))
    }
}

#[async_trait]
impl<A: Aggregate> Outbox for Memory<A> {
    fn collection(&self) -> &'static str {
        A::COLLECTION
    }

    async fn sweep(&self, before: Timestamp, limit: usize) -> Result<Vec<Unsent>, Error> {
        Ok(self.with(|all| {
            let waiting = all.iter().flat_map(|(id, it)| it.outbox.iter().map(move |it| (id, it)));
            let old = waiting.filter(|(_, it)| it.time < before);
            old.take(limit).map(|(id, it)| unsent::<A>(id, it)).collect()
        }))
    }

    async fn settle(&self, confirmed: &[Unsent]) -> Result<(), Error> {
        self.with(|all| {
            for (id, document) in all.iter_mut() {
                let name = id.to_string();
                let is_confirmed = |it: &Envelope| {
                    confirmed.iter().any(|done| done.document == name && done.envelope.id == it.id)
                };
                document.outbox.retain(|it| !is_confirmed(it));
            }
        });
        Ok(())
    }
}

impl<A: Aggregate> Document<A> {
    fn stored(&self) -> Stored<A> {
        Stored { value: self.value.clone(), version: self.version, seen: self.seen.clone() }
    }
}

fn unsent<A: Aggregate>(id: &A::Id, envelope: &Envelope) -> Unsent {
    Unsent { collection: A::COLLECTION, document: id.to_string(), envelope: envelope.clone() }
}

fn put<A: Aggregate>(
    all: &mut BTreeMap<A::Id, Document<A>>,
    save: &Save<A>,
) -> Result<(), NotSaved> {
    let id = save.value.id();
    let old = all.get(&id);
    if old.map_or(0, |it| it.version) != save.version {
        return Err(NotSaved::Stale);
    }
    for index in A::INDEXES.iter().filter(|it| it.unique) {
        let ours = key(&save.value, index.fields);
        let taken = |(other, it): (&A::Id, &Document<A>)| {
            *other != id && key(&it.value, index.fields) == ours
        };
        if ours.is_some() && all.iter().any(taken) {
            let error = Error::Duplicate { index: index.name.to_owned() };
            return Err(NotSaved::Failed(error));
        }
    }
    let mut outbox = old.map(|it| it.outbox.clone()).unwrap_or_default();
    outbox.extend(save.said.iter().cloned());
    let version = save.version + 1;
    let document = Document { value: save.value.clone(), version, seen: save.seen.clone(), outbox };
    all.insert(id, document);
    Ok(())
}

/// The values of an index; none when the first field is absent.
fn key<A: Aggregate>(value: &A, fields: &[&str]) -> Option<Vec<Value>> {
    let document = serde_json::to_value(value).ok()?;
    field(&document, fields.first()?)?;
    Some(fields.iter().map(|it| field(&document, it).cloned().unwrap_or_default()).collect())
}

fn matches<A: Aggregate>(query: &Find, value: &A) -> bool {
    let Ok(document) = serde_json::to_value(value) else { return false };
    let equal = query.equals.iter().all(|(path, it)| field(&document, path) == Some(it));
    let within = query.at_most.is_none_or(|(path, most)| {
        field(&document, path).and_then(Value::as_i64).is_some_and(|it| it <= most)
    });
    equal && within
}

/// When it is due, where that is asked for: what is due longest comes first.
fn due<A: Aggregate>(query: &Find, value: &A) -> Option<i64> {
    let (path, _) = query.at_most?;
    field(&serde_json::to_value(value).ok()?, path)?.as_i64()
}

fn field<'a>(document: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('.').try_fold(document, |it, name| it.get(name))
}
