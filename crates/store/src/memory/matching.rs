//! What a query finds among documents in memory: the same as in MongoDB.

use super::database::Documents;
use crate::{
    query::{Condition, Cursor, Direction, Find, Test},
    value::{at, bson, candidates, compare, order, same},
};
use mongodb::bson::Bson;
use std::cmp::Ordering;

/// The values that a query finds, in its order.
pub(super) fn select(query: &Find, all: &Documents) -> Vec<Bson> {
    found(query, all).map(|it| it.value.clone()).collect()
}

/// The ids of what it finds.
pub(super) fn names(query: &Find, all: &Documents) -> Vec<String> {
    found(query, all).map(|it| it.id.to_owned()).collect()
}

fn found<'a>(query: &Find, all: &'a Documents) -> impl Iterator<Item = Place<'a>> + use<'a> {
    let fits = |it: &Place<'_>| query.conditions.iter().all(|condition| holds(condition, it.value));
    let is_beyond =
        |it: &Place<'_>| query.after.as_ref().is_none_or(|after| it.is_after(after, query));
    let places = all.iter().filter_map(|(id, it)| Place::of(id, &it.value, query));
    let mut found: Vec<_> = places.filter(fits).filter(is_beyond).collect();
    found.sort_by(|one, other| one.order(other, query));
    found.into_iter().take(query.limit)
}

/// The values of an index; none when the first field is absent.
pub(super) fn key(value: &Bson, fields: &[&str]) -> Option<Vec<Bson>> {
    let values: Vec<_> = fields.iter().map(|it| at(value, it).first().copied()).collect();
    values.first().copied().flatten()?;
    Some(values.into_iter().map(|it| it.cloned().unwrap_or(Bson::Null)).collect())
}

/// Where a document stands in the order of a result.
struct Place<'a> {
    by: Option<&'a Bson>,
    id: &'a str,
    value: &'a Bson,
}

impl<'a> Place<'a> {
    /// None for what lacks the field that orders the result.
    fn of(id: &'a str, value: &'a Bson, query: &Find) -> Option<Self> {
        let by = query.field.map(|field| at(value, field).first().copied());
        let by = match by {
            Some(None | Some(Bson::Null)) => return None,
            Some(there) => there,
            None => None,
        };
        Some(Self { by, id, value })
    }

    fn order(&self, other: &Self, query: &Find) -> Ordering {
        let by = self.by.zip(other.by).map_or(Ordering::Equal, |(one, other)| order(one, other));
        directed(by.then_with(|| self.id.cmp(other.id)), query)
    }

    fn is_after(&self, cursor: &Cursor, query: &Find) -> bool {
        let by = match (self.by, &cursor.value) {
            (Some(by), Some(value)) => compare(by, &bson(value)),
            (Some(_) | None, None) | (None, Some(_)) => Some(Ordering::Equal),
        };
        let place = by.map(|it| it.then_with(|| self.id.cmp(&cursor.id)));
        place.is_some_and(|it| directed(it, query).is_gt())
    }
}

fn directed(order: Ordering, query: &Find) -> Ordering {
    match query.direction {
        Direction::Up => order,
        Direction::Down => order.reverse(),
    }
}

fn holds(condition: &Condition, value: &Bson) -> bool {
    let found = candidates(value, condition.field);
    let is_any = |test: &dyn Fn(&Bson) -> bool| found.iter().any(|it| test(it));
    match &condition.test {
        Test::Is(Bson::Null) if found.is_empty() => true,
        Test::Is(wanted) => is_any(&|it| same(it, wanted)),
        Test::AtLeast(least) => is_any(&|it| compare(it, least).is_some_and(Ordering::is_ge)),
        Test::UpTo(most) => is_any(&|it| compare(it, most).is_some_and(Ordering::is_le)),
        Test::Begins(text) => {
            is_any(&|it| it.as_str().is_some_and(|it| it.starts_with(text.as_str())))
        }
        Test::Never => false,
    }
}
