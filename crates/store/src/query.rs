//! How aggregates are looked for other than by id: a small language that both back ends speak, with the
//! meaning that MongoDB gives it.
//!
//! A field is a path into the aggregate, such as `price.amountMinor`. A path may lead through a list
//! and end in one (`lines.productId`, `tags`): then one element for which the condition holds is
//! enough. Numbers are compared by value and text by its UTF-8, and neither with the other.

mod cursor;
mod page;
mod plan;

pub use cursor::{Cursor, NoCursor};
pub use page::Page;
pub use plan::Plan;

use crate::{
    aggregate::{Aggregate, Index},
    value::bson,
};
use contracts::ids::MessageId;
use mongodb::bson::Bson;
use serde::Serialize;

/// How long the mark of a list is: cursors of others are told apart, and no more.
const MARK: usize = 8;
/// How many are found at most unless it is said otherwise.
const LIMIT: usize = 100;

/// What to look for. All conditions must hold; the result is in the order of ids, which is that of
/// creation for ids made by time, unless another is asked for. An [`Index`] must begin with one of the
/// fields that are asked about ([`Find::is_answered_by`]).
#[derive(Clone, Debug)]
pub struct Find {
    pub(crate) conditions: Vec<Condition>,
    pub(crate) field: Option<&'static str>,
    pub(crate) direction: Direction,
    pub(crate) after: Option<Cursor>,
    pub(crate) limit: usize,
}

/// Which way a result is ordered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Direction {
    /// The smallest or oldest first.
    #[default]
    Up,
    /// The largest or newest first.
    Down,
}

/// What is asked about one field.
#[derive(Clone, Debug)]
pub(crate) struct Condition {
    pub(crate) field: &'static str,
    pub(crate) test: Test,
}

/// What must be true of it.
#[derive(Clone, Debug)]
pub(crate) enum Test {
    /// It is this, or a list that contains it; what is absent is `null`.
    Is(Bson),
    /// It is of this kind and not below it.
    AtLeast(Bson),
    /// It is of this kind and not above it.
    UpTo(Bson),
    /// It is text that begins so.
    Begins(String),
    /// Nothing fits.
    Never,
}

impl Default for Find {
    fn default() -> Self {
        Self {
            conditions: Vec::new(),
            field: None,
            direction: Direction::Up,
            after: None,
            limit: LIMIT,
        }
    }
}

impl Find {
    /// All of them.
    #[must_use]
    pub fn all() -> Self {
        Self::default()
    }

    /// Those whose field has this value, or is a list that contains it.
    #[must_use]
    pub fn by(field: &'static str, value: impl Serialize) -> Self {
        Self::default().and(field, value)
    }

    /// And whose field has this value, or is a list that contains it. `null` fits what is absent, and
    /// no index helps to find that. A value that has no JSON form is found nowhere.
    #[must_use]
    pub fn and(self, field: &'static str, value: impl Serialize) -> Self {
        self.when(field, serde_json::to_value(value).map_or(Test::Never, |it| Test::Is(bson(&it))))
    }

    /// Those whose field, a number such as a time in milliseconds, is not above `most`, the smallest
    /// first: what is due, and nothing due is kept waiting by what comes due again.
    #[must_use]
    pub fn at_most(field: &'static str, most: i64) -> Self {
        Self::default().up_to(field, most).order_by(field, Direction::Up)
    }

    /// And whose field, a number or text, is not below `least`.
    #[must_use]
    pub fn at_least(self, field: &'static str, least: impl Serialize) -> Self {
        self.when(field, bound(least).map_or(Test::Never, Test::AtLeast))
    }

    /// And whose field, a number or text, is not above `most`.
    #[must_use]
    pub fn up_to(self, field: &'static str, most: impl Serialize) -> Self {
        self.when(field, bound(most).map_or(Test::Never, Test::UpTo))
    }

    /// And whose field is text that begins with `text`, or a list with such an element. Several words
    /// sought in a list of lower-cased words are a search: all of them must be found.
    #[must_use]
    pub fn prefix(self, field: &'static str, text: &str) -> Self {
        self.when(field, Test::Begins(text.to_owned()))
    }

    /// In the order of a field, which is a number everywhere or text everywhere, and of ids where it is
    /// the same. Those that do not have the field, or have `null` in it, are left out.
    #[must_use]
    pub fn order_by(self, field: &'static str, direction: Direction) -> Self {
        Self { field: Some(field).filter(|it| *it != "_id"), direction, ..self }
    }

    /// In the order of ids, downwards: the newest first, for ids made by time.
    #[must_use]
    pub fn newest_first(self) -> Self {
        Self { field: None, direction: Direction::Down, ..self }
    }

    /// Those that come after this id, for results in the order of ids.
    #[must_use]
    pub fn after(self, id: Option<String>) -> Self {
        self.after_cursor(id.map(|id| Cursor { list: String::new(), value: None, id }))
    }

    /// Those that come after what a cursor marks. It is to come from a query in the same order; where
    /// somebody else has had it in hand, [`Repository::page_after`](crate::Repository::page_after) looks.
    #[must_use]
    pub fn after_cursor(self, cursor: Option<Cursor>) -> Self {
        Self { after: cursor, ..self }
    }

    /// At most so many.
    #[must_use]
    pub fn limit(self, limit: usize) -> Self {
        Self { limit, ..self }
    }

    /// Marks the place of an aggregate in the result, so that the next page begins after it.
    pub fn cursor_of<A: Aggregate>(&self, value: &A) -> Cursor {
        let place = |path: &str| {
            let document = serde_json::to_value(value).ok()?;
            path.split('.').try_fold(&document, |it, name| it.get(name)).cloned()
        };
        let (list, id) = (self.list_of::<A>(), value.id().to_string());
        Cursor { list, value: self.field.and_then(place), id }
    }

    /// A mark of the list that this is of a collection: of what is asked, and in which order it comes,
    /// but not of the part of it that is wanted.
    pub(crate) fn list_of<A: Aggregate>(&self) -> String {
        let Self { conditions, field, direction, after: _, limit: _ } = self;
        let list = format!("{} {conditions:?} {field:?} {direction:?}", A::COLLECTION);
        MessageId::derived(&list).to_string().chars().take(MARK).collect()
    }

    /// Whether one of the indexes leads to what is sought, so that the collection is not scanned: one
    /// that begins with a field that is asked about, or, where nothing is asked, with the one that orders
    /// the result.
    #[must_use]
    pub fn is_answered_by(&self, indexes: &[Index]) -> bool {
        let begins = |field| indexes.iter().any(|it| it.fields.first() == Some(&field));
        let mut asked = self.conditions.iter().filter(|it| it.is_about_something());
        if self.conditions.is_empty() {
            self.field.is_none_or(begins)
        } else {
            asked.any(|it| begins(it.field))
        }
    }

    fn when(mut self, field: &'static str, test: Test) -> Self {
        self.conditions.push(Condition { field, test });
        self
    }

    /// The field that orders the result, where no condition sees to it that it is there.
    pub(crate) fn field_to_have(&self) -> Option<&'static str> {
        let is_had =
            |field| self.conditions.iter().any(|it| it.field == field && it.is_about_something());
        self.field.filter(|field| !is_had(*field))
    }
}

impl Condition {
    /// Whether it fits only what is there.
    fn is_about_something(&self) -> bool {
        match &self.test {
            Test::Is(value) => *value != Bson::Null,
            Test::AtLeast(_) | Test::UpTo(_) | Test::Begins(_) | Test::Never => true,
        }
    }
}

/// A bound is a number or text: nothing else has a size.
fn bound(value: impl Serialize) -> Option<Bson> {
    let value = serde_json::to_value(value).ok();
    value.filter(|it| it.is_number() || it.is_string()).map(|it| bson(&it))
}
