//! The indexes of a collection, and how they come to be.

use super::{filter::path, unavailable};
use crate::{Error, aggregate::Index};
use futures::TryStreamExt as _;
use mongodb::{
    Collection, IndexModel,
    bson::{Bson, Document, doc},
    options::IndexOptions,
};

/// Creates the indexes that are missing. One that has the name and other fields is from an earlier
/// version and gives way; a unique one would leave a gap for duplicates, so it has to get a new name.
pub(super) async fn prepare(
    documents: &Collection<Document>,
    indexes: &[Index],
) -> Result<(), Error> {
    let wanted: Vec<_> = indexes.iter().map(model).chain([outbox()]).collect();
    for index in outdated(documents, &wanted).await? {
        tracing::info!(collection = documents.name(), index, "making an index anew");
        documents.drop_index(index).await.map_err(unavailable)?;
    }
    documents.create_indexes(wanted).await.map_err(unavailable)?;
    Ok(())
}

/// The index by which the relay finds what was said long ago.
fn outbox() -> IndexModel {
    let options = IndexOptions::builder().name("outbox".to_owned()).sparse(true).build();
    IndexModel::builder().keys(doc! { "saidAt": 1 }).options(options).build()
}

/// Ends with the id, so that it answers in an order that no two share, unless it is unique.
fn model(index: &Index) -> IndexModel {
    let fields = index.fields.iter().map(|it| path(it));
    let end = (!index.unique).then(|| "_id".to_owned());
    let keys: Document = fields.chain(end).map(|it| (it, Bson::Int32(1))).collect();
    let first = index.fields.first().map(|it| path(it)).unwrap_or_default();
    let options = IndexOptions::builder()
        .name(index.name.to_owned())
        .unique(index.unique)
        .partial_filter_expression(doc! { first: { "$exists": true } })
        .build();
    IndexModel::builder().keys(keys).options(options).build()
}

/// The names of those that are there with other fields.
async fn outdated(
    documents: &Collection<Document>,
    wanted: &[IndexModel],
) -> Result<Vec<String>, Error> {
    let there: Vec<IndexModel> = match documents.list_indexes().await {
        Ok(there) => there.try_collect().await.map_err(unavailable)?,
        Err(error) if is_no_collection(&error) => Vec::new(),
        Err(error) => return Err(unavailable(error)),
    };
    let differs = |it: &&IndexModel| {
        wanted.iter().any(|new| name(new) == name(it) && keys(new) != keys(it) && !is_unique(it))
    };
    Ok(there.iter().filter(differs).filter_map(name).collect())
}

fn name(index: &IndexModel) -> Option<String> {
    index.options.as_ref()?.name.clone()
}

/// The database may give a number back in another type than it got.
fn keys(index: &IndexModel) -> Vec<&String> {
    index.keys.keys().collect()
}

fn is_unique(index: &IndexModel) -> bool {
    index.options.as_ref().and_then(|it| it.unique).unwrap_or(false)
}

/// The first start finds nothing at all.
fn is_no_collection(error: &mongodb::error::Error) -> bool {
    const NAMESPACE_NOT_FOUND: i32 = 26;
    matches!(&*error.kind, mongodb::error::ErrorKind::Command(it) if it.code == NAMESPACE_NOT_FOUND)
}
