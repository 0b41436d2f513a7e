//! What the queries are tried on.

use super::*;
use serde::{Deserializer, Serializer, de::Error as _, ser::Error as _};

/// A thing with a field of each kind.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Item {
    /// A letter, so that the ids of a result read as a word.
    pub(crate) id: String,
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub(crate) kind: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) price: Option<i64>,
    /// Unlike the price it is stored when it is empty, as `null`.
    pub(crate) colour: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub(crate) words: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub(crate) parts: Vec<Part>,
}

/// A part of a thing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Part {
    pub(crate) name: String,
    pub(crate) count: i64,
}

impl Aggregate for Item {
    type Id = String;
    const COLLECTION: &'static str = "items";
    const INDEXES: &'static [Index] = &[
        Index { name: "kind", fields: &["kind"], unique: false },
        Index { name: "kind-price", fields: &["kind", "price", "_id"], unique: false },
        Index { name: "price", fields: &["price"], unique: false },
        Index { name: "colour", fields: &["colour"], unique: false },
        Index { name: "words", fields: &["words", "price"], unique: false },
        Index { name: "part", fields: &["parts.name"], unique: false },
    ];

    fn id(&self) -> String {
        self.id.clone()
    }
}

pub(crate) fn item(id: &str) -> Item {
    Item { id: id.to_owned(), ..Item::default() }
}

pub(crate) fn priced(id: &str, price: i64) -> Item {
    Item { price: Some(price), ..item(id) }
}

pub(crate) fn of_kind(kind: &str, item: Item) -> Item {
    Item { kind: kind.to_owned(), ..item }
}

pub(crate) fn described(id: &str, words: &[&str]) -> Item {
    Item { words: words.iter().map(|it| (*it).to_owned()).collect(), ..item(id) }
}

/// A thing that some texts break.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Fragile {
    pub(crate) id: String,
    #[serde(serialize_with = "write", deserialize_with = "read")]
    pub(crate) text: String,
}

/// It can be written, and then not be read.
pub(crate) const UNREADABLE: &str = "unreadable";
/// It cannot be written.
pub(crate) const UNWRITABLE: &str = "unwritable";

fn write<S: Serializer>(text: &str, serializer: S) -> Result<S::Ok, S::Error> {
    if text == UNWRITABLE {
        return Err(S::Error::custom("cannot be written"));
    }
    serializer.serialize_str(text)
}

fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    if text == UNREADABLE { Err(D::Error::custom("cannot be read")) } else { Ok(text) }
}

impl Aggregate for Fragile {
    type Id = String;
    const COLLECTION: &'static str = "fragile";

    fn id(&self) -> String {
        self.id.clone()
    }
}
