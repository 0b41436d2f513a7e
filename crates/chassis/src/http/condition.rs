//! Answers and changes on condition (RFC 9110 §13). The tag of a thing begins with its revision, so that
//! a change can be bound to it, and goes on with a mark of what else is shown where that changes by
//! itself, so that an answer which is kept is known to be old.

use crate::problem::Problem;
use axum::{
    extract::{FromRequestParts, Request},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use http::{HeaderMap, HeaderName, Method, StatusCode, header, request::Parts};
use ring::digest::{SHA256, digest};
use serde::Serialize;

/// How many bytes of a digest mark what is shown.
const MARK: usize = 8;

/// The header that tells which revision an answer shows.
#[must_use]
pub fn etag(revision: u64) -> (HeaderName, String) {
    (header::ETAG, format!("\"{revision}\""))
}

/// The same for an answer that shows something beside what the revision counts, such as stock or prices
/// that are kept elsewhere.
#[must_use]
pub fn etag_beside(revision: u64, shown: &impl Serialize) -> (HeaderName, String) {
    // What could not be written is not shown either, so there is nothing to mark.
    let shown = serde_json::to_vec(shown).unwrap_or_default();
    let mark = digest(&SHA256, &shown);
    let mark = BASE64_URL_SAFE_NO_PAD.encode(mark.as_ref().get(..MARK).unwrap_or_default());
    (header::ETAG, format!("\"{revision}.{mark}\""))
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
        Ok(match Tags::read(&parts.headers, &header::IF_MATCH)? {
            None | Some(Tags::Any) => Self(None),
            // A weak tag never fits here (RFC 9110 §13.1.1), and one that was never ours fits nothing.
            Some(Tags::These(tags)) => {
                let strong = tags.iter().filter(|it| !it.is_weak);
                Self(Some(strong.filter_map(|it| revision(&it.opaque)).collect()))
            }
        })
    }
}

fn revision(opaque: &str) -> Option<u64> {
    let revision = opaque.split_once('.').map_or(opaque, |(revision, _mark)| revision);
    revision.parse().ok()
}

/// Sends nothing but 304 to those who have what they ask for already.
pub(super) async fn spare(request: Request, next: Next) -> Response {
    let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
    let known = Tags::read(request.headers(), &header::IF_NONE_MATCH);
    let known = match known {
        Ok(known) => known.filter(|_| is_read),
        Err(problem) => return problem.into_response(),
    };
    let mut response = next.run(request).await;
    let shown = response.headers().get(header::ETAG).and_then(|it| it.to_str().ok());
    let is_known = shown.zip(known).is_some_and(|(shown, known)| known.names(shown));
    if is_known && response.status() == StatusCode::OK {
        let headers = std::mem::take(response.headers_mut());
        let kept = headers.into_iter().filter_map(|(name, value)| Some((name?, value)));
        let about_body = [header::CONTENT_TYPE, header::CONTENT_LENGTH];
        response = StatusCode::NOT_MODIFIED.into_response();
        response.headers_mut().extend(kept.filter(|(name, _)| !about_body.contains(name)));
    }
    response
}

/// What a condition names.
enum Tags {
    /// Whatever there is.
    Any,
    These(Vec<Tag>),
}

struct Tag {
    is_weak: bool,
    opaque: String,
}

impl Tags {
    /// What all headers of this name say together.
    fn read(headers: &HeaderMap, name: &HeaderName) -> Result<Option<Self>, Problem> {
        let said = headers.get_all(name).iter().map(|it| it.to_str().ok().and_then(Self::of));
        let said: Option<Vec<_>> = said.collect();
        Ok(said.ok_or_else(|| malformed(name))?.into_iter().reduce(Self::or))
    }

    fn of(header: &str) -> Option<Self> {
        if header.trim() == "*" {
            return Some(Self::Any);
        }
        header.split(',').map(|it| Tag::of(it.trim())).collect::<Option<_>>().map(Self::These)
    }

    fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::These(ours), Self::These(theirs)) => {
                Self::These(ours.into_iter().chain(theirs).collect())
            }
            (Self::Any, _) | (_, Self::Any) => Self::Any,
        }
    }

    /// Whether this tag is among them. To be spared an answer it need not be the same to the byte (RFC
    /// 9110 §13.1.2).
    fn names(&self, shown: &str) -> bool {
        match self {
            Self::Any => true,
            Self::These(tags) => {
                Tag::of(shown).is_some_and(|shown| tags.iter().any(|it| it.opaque == shown.opaque))
            }
        }
    }
}

impl Tag {
    fn of(text: &str) -> Option<Self> {
        let strong = text.strip_prefix("W/");
        let opaque = strong.unwrap_or(text).strip_prefix('"')?.strip_suffix('"')?;
        Some(Self { is_weak: strong.is_some(), opaque: opaque.to_owned() })
    }
}

fn malformed(name: &HeaderName) -> Problem {
    let (name, code) = if *name == header::IF_MATCH {
        ("If-Match", "malformed-if-match")
    } else {
        ("If-None-Match", "malformed-if-none-match")
    };
    let detail = format!("{name} must be the ETag of an answer, such as \"3\", quotes included.");
    Problem::new(StatusCode::BAD_REQUEST, code, detail)
}

#[cfg(test)]
mod tests;
