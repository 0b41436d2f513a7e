//! Pages of lists: what is on one, how to ask for the next (RFC 8288), and how many things it is to have.

use axum::{
    Json,
    extract::Request,
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, Uri, header};
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

impl<T: Serialize> IntoResponse for Page<T> {
    fn into_response(self) -> Response {
        let next = self.page.next_cursor.clone();
        let mut response = Json(self).into_response();
        if let Some(cursor) = next {
            response.extensions_mut().insert(NextPage(cursor));
        }
        response
    }
}

/// Where the next page begins, on its way to whoever knows how this one was asked for.
#[derive(Clone)]
struct NextPage(String);

/// Links each page to the next one: what was asked for, but from there on.
pub(super) async fn link(request: Request, next: Next) -> Response {
    let asked = request.uri().clone();
    let mut response = next.run(request).await;
    if let Some(NextPage(cursor)) = response.extensions_mut().remove()
        && let Ok(link) = HeaderValue::try_from(next_link(&asked, &cursor))
    {
        response.headers_mut().append(header::LINK, link);
    }
    response
}

fn next_link(asked: &Uri, cursor: &str) -> String {
    let parameters = form_urlencoded::parse(asked.query().unwrap_or_default().as_bytes());
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(parameters.filter(|(name, _)| name != "cursor"))
        .append_pair("cursor", cursor)
        .finish();
    format!("<{}?{query}>; rel=\"next\"", asked.path())
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

#[cfg(test)]
mod tests {
    use super::*;
    use axum::{Router, body::Body, middleware, routing::get};
    use tower::ServiceExt as _;

    async fn link_of(path: &str, next: Option<&'static str>) -> Option<String> {
        let list = async move || Page::new(vec![1], next);
        let routes = Router::new().route("/list/{of}", get(list)).layer(middleware::from_fn(link));
        let request = Request::get(path).body(Body::empty()).unwrap();
        let answer = routes.oneshot(request).await.unwrap();
        assert_eq!(answer.headers()["content-type"], "application/json");
        let link = answer.headers().get("link")?.to_str().unwrap().to_owned();
        let body = axum::body::to_bytes(answer.into_body(), 9_999).await.unwrap();
        assert!(String::from_utf8_lossy(&body).contains(next.unwrap()));
        Some(link)
    }

    #[tokio::test]
    async fn a_page_leads_to_the_next() {
        for (asked, linked) in [
            ("/list/x", "/list/x?cursor=n-_1"),
            ("/list/x?cursor=old&limit=2", "/list/x?limit=2&cursor=n-_1"),
            ("/list/x?q=a%26b+c&sort=-name", "/list/x?q=a%26b+c&sort=-name&cursor=n-_1"),
            ("/list/x?q=%22%3e&cursor=a&cursor=b", "/list/x?q=%22%3E&cursor=n-_1"),
        ] {
            let link = link_of(asked, Some("n-_1")).await;
            assert_eq!(link, Some(format!("<{linked}>; rel=\"next\"")), "{asked}");
        }
        assert_eq!(link_of("/list/x?limit=2", None).await, None);
    }
}
