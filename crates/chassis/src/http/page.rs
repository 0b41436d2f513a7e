use serde::{Deserialize, Deserializer, Serialize, de::Error as _};

/// A page of a list: `{"data": […], "page": {"hasMore", "nextCursor"?}}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Page<T> {
    /// What is on it.
    pub data: Vec<T>,
    /// What comes after it.
    pub page: PageInfo,
}

/// Whether there is more, and how to ask for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PageInfo {
    /// Whether there is more.
    pub has_more: bool,
    /// What to send as `cursor` for the next page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

impl<T> Page<T> {
    /// A page with what comes next, if there is more.
    pub fn new(data: Vec<T>, next: Option<impl ToString>) -> Self {
        let next_cursor = next.map(|it| it.to_string());
        Self { data, page: PageInfo { has_more: next_cursor.is_some(), next_cursor } }
    }
}

/// How many things a page is to have: from 1 to `MOST`, and `USUAL` unless it is said otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit<const USUAL: usize = 20, const MOST: usize = 100>(usize);

impl<const USUAL: usize, const MOST: usize> Limit<USUAL, MOST> {
    /// The number.
    #[must_use]
    pub const fn get(self) -> usize {
        self.0
    }
}

impl<const USUAL: usize, const MOST: usize> Default for Limit<USUAL, MOST> {
    fn default() -> Self {
        Self(USUAL)
    }
}

impl<'de, const USUAL: usize, const MOST: usize> Deserialize<'de> for Limit<USUAL, MOST> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let wanted = String::deserialize(from)?.parse().ok();
        wanted.filter(|it| (1..=MOST).contains(it)).map(Self).ok_or_else(|| {
            D::Error::custom(format_args!("must be a whole number from 1 to {MOST}"))
        })
    }
}
