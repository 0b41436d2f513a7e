//! Changes on condition that nobody was faster (RFC 9110 §13.1.1). The tag of a thing is its revision.

use crate::problem::Problem;
use axum::extract::FromRequestParts;
use http::{HeaderName, StatusCode, header, request::Parts};

/// The header that tells which revision an answer shows.
#[must_use]
pub fn etag(revision: u64) -> (HeaderName, String) {
    (header::ETAG, format!("\"{revision}\""))
}

/// The revisions that a caller wants to change, from `If-Match`; any when nothing is said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IfMatch(Option<Vec<u64>>);

impl IfMatch {
    /// Whether the caller has this revision in mind.
    #[must_use]
    pub fn allows(&self, revision: u64) -> bool {
        self.0.as_ref().is_none_or(|it| it.contains(&revision))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        let headers = parts.headers.get_all(header::IF_MATCH).iter();
        let named = headers.map(|it| it.to_str().ok().and_then(Self::read).ok_or_else(malformed));
        let named = named.collect::<Result<Vec<_>, _>>()?;
        Ok(named.into_iter().reduce(Self::or).unwrap_or_default())
    }
}

impl IfMatch {
    /// What one header says. A tag that was never ours fits nothing.
    fn read(header: &str) -> Option<Self> {
        if header.trim() == "*" {
            return Some(Self(None));
        }
        let mut revisions = Vec::new();
        for tag in header.split(',').map(str::trim) {
            let is_weak = tag.starts_with("W/");
            let opaque = tag.trim_start_matches("W/").strip_prefix('"')?.strip_suffix('"')?;
            // A weak tag never fits here (RFC 9110 §13.1.1).
            revisions.extend(opaque.parse::<u64>().ok().filter(|_| !is_weak));
        }
        Some(Self(Some(revisions)))
    }

    fn or(self, other: Self) -> Self {
        let both = self.0.zip(other.0);
        Self(both.map(|(ours, theirs)| ours.into_iter().chain(theirs).collect()))
    }
}

fn malformed() -> Problem {
    let detail = "If-Match must be the ETag of an answer, such as \"3\", quotes included.";
    Problem::new(StatusCode::BAD_REQUEST, "malformed-if-match", detail)
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::Request;

    async fn read(headers: &[&str]) -> Option<IfMatch> {
        let request = Request::put("/");
        let request = headers.iter().fold(request, |it, value| it.header("if-match", *value));
        let (mut parts, ()) = request.body(()).unwrap().into_parts();
        IfMatch::from_request_parts(&mut parts, &()).await.ok()
    }

    #[tokio::test]
    async fn a_condition_names_revisions() {
        for (headers, allowed) in [
            (&[][..], true),
            (&["*"], true),
            (&["\"3\""], true),
            (&["\"2\", \"3\""], true),
            (&["\"2\"", "\"3\""], true),
            (&["\"2\""], false),
            (&["W/\"3\""], false),
            (&["\"abc\""], false),
        ] {
            assert_eq!(read(headers).await.map(|it| it.allows(3)), Some(allowed), "{headers:?}");
        }
        for malformed in ["", "3", "\"3", "W/3", "\"2\",,"] {
            assert_eq!(read(&[malformed]).await, None, "{malformed}");
        }
        assert_eq!(etag(3).1, "\"3\"");
    }
}
