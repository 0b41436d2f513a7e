//! The HTTP server of a process, the extractors that refuse politely, and the layers around every
//! route, outermost first: catch panics → measure → time limit → body limit.

mod condition;
mod layers;
mod page;

pub use condition::{IfMatch, etag};
pub use layers::layered;
pub use page::{Page, PageInfo};

use crate::{
    env,
    problem::{FieldError, Problem},
};
use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Request, rejection::PathRejection},
};
use http::{StatusCode, request::Parts};
use serde::de::DeserializeOwned;
use serde_path_to_error::Segment;
use std::time::Duration;

/// The largest body that a service reads, in bytes.
pub const LARGEST_BODY: usize = 256 * 1024;

/// Where and how HTTP is served.
#[derive(Clone, Debug, clap::Args)]
pub struct Config {
    /// The port; 0 takes any that is free.
    #[arg(long, env = env::PORT, value_name = env::PORT)]
    pub port: u16,
    /// How long the process may take to finish what it has in hand once it is told to stop.
    #[arg(long, env = env::SHUTDOWN_GRACE, value_name = env::SHUTDOWN_GRACE, default_value = "20s", value_parser = humantime::parse_duration)]
    pub shutdown_grace: Duration,
}

/// A JSON body that was understood, or a problem that says what is wrong with it, and where.
#[derive(Clone, Copy, Debug)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let body = Bytes::from_request(request, state).await.map_err(|error| {
            let detail = format!(
                "The body could not be read whole; at most {LARGEST_BODY} bytes are taken."
            );
            Problem::new(error.status(), "unreadable-body", detail)
        })?;
        parse(&body).map(Self)
    }
}

/// Reads a JSON object; 400 when the body is no JSON, 422 with a pointer when a field is wrong.
pub fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    if body.trim_ascii_start().starts_with(b"[") {
        return Err(list(body));
    }
    let mut document = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(&mut document);
    let value = value.map_err(|error| refusal(body, error))?;
    document.end().map_err(|error| unparsable(&error))?;
    Ok(value)
}

/// serde would take a list for the fields in their order.
fn list(body: &[u8]) -> Problem {
    match serde_json::from_slice::<serde::de::IgnoredAny>(body) {
        Ok(_) => Problem::fields(vec![FieldError::new("#", "must be an object")]),
        Err(error) => unparsable(&error),
    }
}

/// Types that read a text complain of anything else as if it were no JSON; whether it is one decides.
fn refusal(body: &[u8], error: serde_path_to_error::Error<serde_json::Error>) -> Problem {
    let pointer = pointer(&error);
    let error = error.into_inner();
    // Deeper than is read is no field's fault; the check below would read on.
    let is_deep = error.to_string().starts_with("recursion limit exceeded");
    if is_deep {
        unparsable(&error)
    } else if error.is_data() || serde_json::from_slice::<serde::de::IgnoredAny>(body).is_ok() {
        Problem::fields(vec![FieldError::new(shortened(&pointer), shortened(&error.to_string()))])
    } else {
        unparsable(&error)
    }
}

/// As much of a text that the caller has sent as is worth repeating.
fn shortened(text: &str) -> String {
    const MOST: usize = 300;
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

fn unparsable(error: &serde_json::Error) -> Problem {
    let detail = format!("The body must be one JSON document: {error}");
    Problem::new(StatusCode::BAD_REQUEST, "unparsable-body", detail)
}

/// Where in the document it went wrong. A missing field is noticed at its parent, so its name is
/// taken from serde's message.
fn pointer(error: &serde_path_to_error::Error<serde_json::Error>) -> String {
    let message = error.inner().to_string();
    let missing = message.strip_prefix("missing field `").and_then(|it| it.split('`').next());
    let path = error.path().iter().filter_map(|segment| match segment {
        Segment::Seq { index } => Some(index.to_string()),
        Segment::Map { key } => Some(escaped(key)),
        Segment::Enum { .. } | Segment::Unknown => None,
    });
    path.chain(missing.map(escaped)).fold("#".to_owned(), |pointer, part| pointer + "/" + &part)
}

/// RFC 6901 §3.
fn escaped(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

/// A part of the path that was understood, such as an id; anything else names nothing.
#[derive(Clone, Copy, Debug)]
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let path = axum::extract::Path::from_request_parts(parts, state).await;
        path.map(|axum::extract::Path(it)| Self(it)).map_err(|error: PathRejection| {
            Problem::new(StatusCode::BAD_REQUEST, "malformed-path", error.body_text())
        })
    }
}

/// The parameters after `?`, understood, or a problem that says what is wrong with them.
#[derive(Clone, Copy, Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let query = axum::extract::Query::from_request_parts(parts, state).await;
        query.map(|axum::extract::Query(it)| Self(it)).map_err(|error| {
            Problem::new(StatusCode::BAD_REQUEST, "malformed-query", error.body_text())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only parsed")]
    struct Basket {
        lines: Vec<Line>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only parsed")]
    struct Line {
        count: u32,
    }

    fn refused(body: &str) -> (u16, String) {
        let problem = parse::<Basket>(body.as_bytes()).unwrap_err();
        let pointer = problem.errors().first().map_or("", |it| it.pointer.as_str());
        (problem.status().as_u16(), pointer.to_owned())
    }

    #[test]
    fn what_is_no_json_is_400() {
        for body in ["", "{", "[", "[1] x", "{\"lines\":[]} x", "\u{0}"] {
            assert_eq!(refused(body), (400, String::new()), "{body}");
        }
    }

    #[test]
    fn a_wrong_field_is_422_and_pointed_at() {
        let at = |pointer: &str| (422, pointer.to_owned());
        assert_eq!(refused("{}"), at("#/lines"));
        assert_eq!(refused(r#"{"lines":[{"count":1},{"count":-1}]}"#), at("#/lines/1/count"));
        assert_eq!(refused(r#"{"lines":[{}]}"#), at("#/lines/0/count"));
        assert_eq!(refused(r#"{"lines":[{"count":1,"cuont":2}]}"#), at("#/lines/0/cuont"));
        assert_eq!(refused(" [1]"), at("#"));
        assert_eq!(refused(r#"[[{"count":1}]]"#), at("#"));
    }
}
