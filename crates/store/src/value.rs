//! Values as MongoDB holds and compares them, for what must compare them without it.

use mongodb::bson::{Bson, Document};
use serde_json::Value;
use std::cmp::Ordering;

/// A value of a query. A number too large for 64 bits becomes a double, as it would be compared.
pub(crate) fn bson(value: &Value) -> Bson {
    match value {
        Value::Null => Bson::Null,
        Value::Bool(it) => Bson::Boolean(*it),
        Value::Number(it) => {
            it.as_i64().map_or_else(|| Bson::Double(it.as_f64().unwrap_or(f64::NAN)), Bson::Int64)
        }
        Value::String(it) => Bson::String(it.clone()),
        Value::Array(all) => Bson::Array(all.iter().map(bson).collect()),
        Value::Object(all) => {
            Bson::Document(all.iter().map(|(key, it)| (key.clone(), bson(it))).collect())
        }
    }
}

/// Everything that a path leads to: through lists to each of their elements.
pub(crate) fn at<'a>(value: &'a Bson, path: &str) -> Vec<&'a Bson> {
    path.split('.').fold(vec![value], |found, name| {
        found.into_iter().flat_map(documents).filter_map(|it| it.get(name)).collect()
    })
}

fn documents(value: &Bson) -> Vec<&Document> {
    value.as_array().map_or_else(
        || value.as_document().into_iter().collect(),
        |all| all.iter().filter_map(Bson::as_document).collect(),
    )
}

/// What a condition is tried on at the end of a path: each value, and each element of a list.
pub(crate) fn candidates<'a>(value: &'a Bson, path: &str) -> Vec<&'a Bson> {
    let ends = at(value, path).into_iter();
    ends.flat_map(|it| it.as_array().into_iter().flatten().chain([it])).collect()
}

/// Whether two values are the same; numbers are by value, whatever their type.
pub(crate) fn same(left: &Bson, right: &Bson) -> bool {
    match (left, right) {
        (Bson::Array(left), Bson::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(a, b)| same(a, b))
        }
        (Bson::Document(left), Bson::Document(right)) => {
            let mut both = left.iter().zip(right);
            left.len() == right.len() && both.all(|(a, b)| a.0 == b.0 && same(a.1, b.1))
        }
        (left, right) => compare(left, right).map_or_else(|| left == right, Ordering::is_eq),
    }
}

/// The order of two values of a kind: two numbers, two texts, two truths. Others have none.
pub(crate) fn compare(left: &Bson, right: &Bson) -> Option<Ordering> {
    match (left, right) {
        (Bson::String(left), Bson::String(right)) => Some(left.cmp(right)),
        (Bson::Boolean(left), Bson::Boolean(right)) => Some(left.cmp(right)),
        (left, right) => match (whole(left), whole(right)) {
            (Some(left), Some(right)) => Some(left.cmp(&right)),
            _ => number(left)?.partial_cmp(&number(right)?),
        },
    }
}

/// The order of two values whatever they are: by kind first, as MongoDB orders kinds.
pub(crate) fn order(left: &Bson, right: &Bson) -> Ordering {
    compare(left, right).unwrap_or_else(|| kind(left).cmp(&kind(right)))
}

fn whole(value: &Bson) -> Option<i64> {
    value.as_i64().or_else(|| value.as_i32().map(i64::from))
}

#[expect(clippy::cast_precision_loss, reason = "only when the other one is a double anyway")]
fn number(value: &Bson) -> Option<f64> {
    value.as_f64().or_else(|| whole(value).map(|it| it as f64))
}

#[expect(clippy::wildcard_enum_match_arm, reason = "JSON has no more kinds")]
fn kind(value: &Bson) -> u8 {
    match value {
        Bson::Null => 0,
        Bson::Int32(_) | Bson::Int64(_) | Bson::Double(_) => 1,
        Bson::String(_) => 2,
        Bson::Document(_) => 3,
        Bson::Array(_) => 4,
        Bson::Boolean(_) => 5,
        _ => 6,
    }
}
