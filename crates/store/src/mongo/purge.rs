//! How documents are removed.

use super::{Mongo, durable, filter, sort};
use crate::{Error, aggregate::Aggregate, query::Find};
use mongodb::bson::{Document, doc};

/// Removes what a query finds, each at the version at which it was found and with nothing left to say.
pub(super) async fn purge<A: Aggregate>(
    collection: &Mongo<A>,
    query: &Find,
) -> Result<usize, Error> {
    if query.limit == 0 {
        // To MongoDB it would mean that there is no limit.
        return Ok(0);
    }
    let only = doc! { "version": 1 };
    let found = collection.read(filter(query), sort(query), only, query.limit).await?;
    let deletes: Vec<_> = found.iter().filter_map(removal).collect();
    if deletes.is_empty() {
        return Ok(0);
    }
    let command = doc! {
        "delete": A::COLLECTION,
        "deletes": deletes,
        "ordered": false,
        "writeConcern": durable(),
    };
    let reply = collection.change(command).await?;
    let removed = reply.get_i32("n").ok().and_then(|it| usize::try_from(it).ok());
    removed.ok_or_else(|| Error::Unavailable(format!("cannot remove: {reply}")))
}

fn removal(found: &Document) -> Option<Document> {
    let (id, version) = (found.get("_id")?, found.get("version")?);
    let spent = doc! { "_id": id, "version": version, "outbox.0": { "$exists": false } };
    Some(doc! { "q": spent, "limit": 1 })
}
