//! How aggregates are looked for other than by id: a small language that both back ends speak.

use serde::Serialize;
use serde_json::Value;

/// How many are found at most unless it is said otherwise.
const PAGE: usize = 100;

/// What to look for. All conditions must hold; the result is in the order of ids, which is that of
/// creation for ids made by time, or what is due longest first when asked for what is due. Name only fields that an index covers.
#[derive(Clone, Debug)]
pub struct Find {
    pub(crate) equals: Vec<(&'static str, Value)>,
    pub(crate) at_most: Option<(&'static str, i64)>,
    pub(crate) after: Option<String>,
    pub(crate) limit: usize,
}

impl Default for Find {
    fn default() -> Self {
        Self { equals: Vec::new(), at_most: None, after: None, limit: PAGE }
    }
}

impl Find {
    /// All of them.
    #[must_use]
    pub fn all() -> Self {
        Self::default()
    }

    /// Those whose field has this value.
    #[must_use]
    pub fn by(field: &'static str, value: impl Serialize) -> Self {
        Self::default().and(field, value)
    }

    /// And whose field has this value.
    ///
    /// A value that has no JSON form is found nowhere.
    #[must_use]
    pub fn and(mut self, field: &'static str, value: impl Serialize) -> Self {
        self.equals.push((field, serde_json::to_value(value).unwrap_or(Value::Null)));
        self
    }

    /// Those whose field, a number such as a time in milliseconds, is not above `most`.
    #[must_use]
    pub fn at_most(field: &'static str, most: i64) -> Self {
        Self { at_most: Some((field, most)), ..Self::default() }
    }

    /// Those that come after this id.
    #[must_use]
    pub fn after(mut self, id: Option<String>) -> Self {
        self.after = id;
        self
    }

    /// At most so many.
    #[must_use]
    pub fn limit(mut self, limit: usize) -> Self {
        self.limit = limit;
        self
    }
}
