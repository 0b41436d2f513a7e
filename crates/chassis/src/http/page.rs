use serde::Serialize;

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
