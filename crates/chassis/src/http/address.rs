//! What an address says: its path, and its parameters.

use super::{excess::Parameters, fault};
use crate::problem::{FieldError, Problem};
use axum::extract::{FromRequestParts, RawPathParams, path::ErrorKind, rejection::PathRejection};
use http::{StatusCode, request::Parts};
use serde::de::{DeserializeOwned, value::SeqDeserializer};
use serde_path_to_error::Segment;

/// A part of the path that was understood, such as an id; anything else names nothing.
#[derive(Clone, Copy, Debug)]
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match axum::extract::Path::from_request_parts(parts, state).await {
            Ok(axum::extract::Path(it)) => Ok(Self(it)),
            Err(error) => {
                let params = RawPathParams::from_request_parts(parts, state).await.ok();
                let name = params.as_ref().map(wrong_name::<T>).unwrap_or_default();
                let detail = wrong_part(error, &name);
                Err(Problem::new(StatusCode::BAD_REQUEST, "malformed-path", detail))
            }
        }
    }
}

/// Which part of a path is wrong; axum does not say it. Where there are several, they are read once more.
fn wrong_name<T: DeserializeOwned>(params: &RawPathParams) -> String {
    let values = params.iter().map(|(_, value)| value);
    let values = SeqDeserializer::<_, serde::de::value::Error>::new(values);
    let names: Vec<_> = params.iter().map(|(name, _)| name).collect();
    let error = serde_path_to_error::deserialize::<_, T>(values).err();
    match error.as_ref().and_then(|it| it.path().iter().next()) {
        Some(Segment::Seq { index }) => names.get(*index).copied().unwrap_or_default().to_owned(),
        Some(Segment::Map { .. } | Segment::Enum { .. } | Segment::Unknown) | None => {
            names.join(", ")
        }
    }
}

/// What is wrong with a part of a path.
#[expect(clippy::wildcard_enum_match_arm, reason = "those of axum may become more")]
fn wrong_part(error: PathRejection, name: &str) -> String {
    let PathRejection::FailedToDeserializePathParams(error) = error else {
        return "The path makes no sense.".to_owned();
    };
    match error.into_kind() {
        ErrorKind::DeserializeError { key, message, .. } => format!("{key} {message}"),
        ErrorKind::InvalidUtf8InPathParam { key } => format!("{key} must be UTF-8"),
        ErrorKind::Message(message) => format!("{name} {message}"),
        _ => format!("{name} cannot be understood"),
    }
}

/// The parameters after `?`, understood, or a problem that says what is wrong with them.
#[derive(Clone, Copy, Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        Parameters::read(&parts.extensions);
        let query = parts.uri.query().unwrap_or_default().as_bytes();
        form_urlencoded::parse(query).try_for_each(|(name, value)| legible(&name, &value))?;
        let query = serde_urlencoded::Deserializer::new(form_urlencoded::parse(query));
        serde_path_to_error::deserialize(query).map(Self).map_err(|error| {
            let (pointer, detail) = fault::of(&error);
            malformed(pointer, &detail)
        })
    }
}

/// What is no UTF-8 was replaced while it was read, and would be looked for as if it were a text.
fn legible(name: &str, value: &str) -> Result<(), Problem> {
    let is_illegible = |it: char| it.is_control() || it == char::REPLACEMENT_CHARACTER;
    if name.chars().chain(value.chars()).any(is_illegible) {
        let name = name.replace(is_illegible, "?");
        let detail = "must be text in UTF-8 without control characters";
        return Err(malformed(format!("#/{name}"), detail));
    }
    Ok(())
}

fn malformed(pointer: String, detail: &str) -> Problem {
    let name = pointer.trim_start_matches(['#', '/']);
    let text = format!("{name}: {detail}");
    let problem = Problem::new(StatusCode::BAD_REQUEST, "malformed-query", text);
    problem.with_errors(vec![FieldError::new(pointer, detail)])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::Limit;
    use axum::{Router, body::Body, routing::get};
    use http::Request;
    use serde::Deserialize;
    use tower::ServiceExt as _;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only parsed")]
    struct Wanted {
        size: Option<Size>,
        price: Option<i64>,
        #[serde(default)]
        limit: Limit,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Size {
        Large,
    }

    async fn pointer(query: &str) -> Option<(String, String)> {
        let request = Request::get(format!("/?{query}"));
        let (mut parts, ()) = request.body(()).unwrap().into_parts();
        let refused = Query::<Wanted>::from_request_parts(&mut parts, &()).await.err()?;
        assert_eq!(refused.status(), 400, "{query}");
        let error = refused.errors().first()?;
        Some((error.pointer.clone(), error.detail.clone()))
    }

    #[tokio::test]
    async fn a_wrong_parameter_is_pointed_at() {
        for good in ["", "size=large&limit=1", "limit=100&price=-1"] {
            assert_eq!(pointer(good).await, None, "{good}");
        }
        let limit = "must be a whole number from 1 to 100";
        for (bad, at, text) in [
            ("size=nope", "#/size", "unknown variant"),
            ("price=x", "#/price", "must be a whole number"),
            ("size=large&size=large", "#/size", "duplicate field"),
            ("colour=red", "#/colour", "unknown field"),
            ("limit=0", "#/limit", limit),
            ("limit=101", "#/limit", limit),
            ("limit=-1", "#/limit", limit),
            ("limit=", "#/limit", limit),
            ("limit=99999999999999999999999", "#/limit", limit),
            ("size=%ff", "#/size", "must be text in UTF-8"),
            ("size=large%00", "#/size", "must be text in UTF-8"),
            ("si%c3ze=large", "#/si?ze", "must be text in UTF-8"),
        ] {
            let (pointer, detail) = pointer(bad).await.unwrap();
            assert_eq!(pointer, at, "{bad}");
            assert!(detail.starts_with(text), "{bad}: {detail}");
        }
    }

    #[tokio::test]
    async fn a_wrong_part_of_the_path_is_named() {
        async fn one(_: Path<contracts::ids::OrderId>) {}
        async fn two(_: Path<(String, contracts::ids::OrderId)>) {}
        let routes = Router::new().route("/{order}", get(one)).route("/{line}/{order}", get(two));
        for (path, text) in [
            ("/17", "\"detail\":\"order must be a UUID"),
            ("/1/17", "\"detail\":\"order must be a UUID"),
            ("/%ff", "\"detail\":\"order must be UTF-8"),
        ] {
            let request = Request::get(path).body(Body::empty()).unwrap();
            let answer = routes.clone().oneshot(request).await.unwrap();
            assert_eq!(answer.status(), 400, "{path}");
            let body = axum::body::to_bytes(answer.into_body(), 9_999).await.unwrap();
            let body = String::from_utf8_lossy(&body);
            assert!(body.contains(text), "{path}: {body}");
        }
    }
}
