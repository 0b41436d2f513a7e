//! A query as MongoDB understands it, in forms that an index answers.

use crate::{
    query::{Condition, Cursor, Direction, Find, Test},
    value::bson,
};
use mongodb::bson::{Bson, Document, doc};

/// Which documents a query wants.
pub(super) fn filter(query: &Find) -> Document {
    let conditions = query.conditions.iter().map(condition);
    let present = query.field_to_have().map(present);
    let beyond = query.after.as_ref().map(|it| beyond(query, it));
    let all: Vec<_> = conditions.chain(present).chain(beyond).collect();
    if all.is_empty() {
        Document::new()
    } else {
        doc! { "$and": all }
    }
}

/// The order of its result. Ids decide between equals, so that no two results differ and a cursor
/// marks one place; [`super::index`] ends each index with the id.
pub(super) fn sort(query: &Find) -> Document {
    let direction = match query.direction {
        Direction::Up => 1,
        Direction::Down => -1,
    };
    let mut sort: Document =
        query.field.iter().map(|it| (path(it), Bson::Int32(direction))).collect();
    sort.insert("_id", direction);
    sort
}

/// Where a field of the aggregate is in its document.
pub(super) fn path(field: &str) -> String {
    if field == "_id" { field.to_owned() } else { format!("value.{field}") }
}

/// Values stand behind an operator, so that none of them is read as one.
fn condition(condition: &Condition) -> Document {
    let test = match &condition.test {
        Test::Is(value) => doc! { "$eq": value },
        Test::AtLeast(value) => doc! { "$gte": value },
        Test::UpTo(value) => doc! { "$lte": value },
        // No text has a NUL that a pattern could.
        Test::Begins(text) if text.contains('\0') => return never(),
        Test::Begins(text) => doc! { "$regex": beginning(text) },
        Test::Never => return never(),
    };
    doc! { path(condition.field): test }
}

fn never() -> Document {
    doc! { "_id": { "$in": [] } }
}

/// A pattern that MongoDB looks up as a range of an index: an anchor and plain text behind it. Unlike
/// a comparison, it is about one element of a list at a time, and about text that is in none.
fn beginning(text: &str) -> String {
    let escaped = text.chars().flat_map(|it| {
        let escape = it.is_ascii() && !it.is_ascii_alphanumeric();
        escape.then_some('\\').into_iter().chain([it])
    });
    std::iter::once('^').chain(escaped).collect()
}

/// An index leaves out what does not have its first field; a query that is to use it must do the same.
fn present(field: &str) -> Document {
    doc! { path(field): { "$exists": true, "$ne": Bson::Null } }
}

/// What comes after a cursor. Within an order by a field the index is entered at the value, and what
/// was shown of those that share it is passed over. An `$or` would say the same, but lead the planner
/// to put branches together and sort them.
fn beyond(query: &Find, cursor: &Cursor) -> Document {
    let (from, shown, past) = match query.direction {
        Direction::Up => ("$gte", "$lte", "$gt"),
        Direction::Down => ("$lte", "$gte", "$lt"),
    };
    let (Some(field), Some(value)) = (query.field, &cursor.value) else {
        return doc! { "_id": { past: &cursor.id } };
    };
    let (field, value) = (path(field), bson(value));
    doc! {
        field.clone(): { from: value.clone() },
        "$nor": [{ field: { "$eq": value }, "_id": { shown: &cursor.id } }],
    }
}
