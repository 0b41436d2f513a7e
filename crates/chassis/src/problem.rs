//! What a caller reads when something is refused: `application/problem+json` (RFC 9457).

mod misfit;

pub use misfit::Misfit;

use crate::class::{self, Class, Classify};
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;
use std::time::Duration;

/// A field that was wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FieldError {
    /// Where it is: a JSON Pointer as a fragment (RFC 6901 §6), such as `#/items/0/quantity`.
    pub pointer: String,
    /// What is wrong with it and what to write instead.
    pub detail: String,
}

impl FieldError {
    /// An error at a field.
    pub fn new(pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), detail: detail.into() }
    }
}

/// Collects the errors of all fields, so that a caller learns of them together.
#[derive(Debug, Default)]
pub struct FieldErrors(Vec<FieldError>);

impl FieldErrors {
    /// The checked value of a field, or a note of what is wrong with it.
    pub fn check<T, E: std::fmt::Display>(
        &mut self,
        pointer: impl Into<String>,
        value: Result<T, E>,
    ) -> Option<T> {
        value.map_err(|error| self.0.push(FieldError::new(pointer, error.to_string()))).ok()
    }

    /// Notes that something is wrong with a field unless `holds`.
    pub fn require(&mut self, holds: bool, pointer: impl Into<String>, detail: impl Into<String>) {
        if !holds {
            self.0.push(FieldError::new(pointer, detail));
        }
    }

    /// The value that all fields make together, or what is wrong with them.
    pub fn finish<T>(self, value: Option<T>) -> Result<T, Vec<FieldError>> {
        match value {
            Some(value) if self.0.is_empty() => Ok(value),
            _ => Err(self.0),
        }
    }
}

/// A problem document.
#[derive(Clone, Debug)]
pub struct Problem(Box<Document>);

#[derive(Clone, Debug, Serialize)]
struct Document {
    #[serde(rename = "type")]
    kind: String,
    title: &'static str,
    #[serde(serialize_with = "as_number")]
    status: StatusCode,
    detail: String,
    code: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldError>,
    /// Where the thing stands that does not change as asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<&'static str>,
    /// What the first clients of `POST /order` read.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'static str>,
    #[serde(skip)]
    retry_after: Option<Duration>,
    #[serde(skip)]
    allow: Option<HeaderValue>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn as_number<S: serde::Serializer>(status: &StatusCode, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_u16(status.as_u16())
}

impl Problem {
    /// A problem with a status, a stable code, and what to tell the caller.
    pub fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self(Box::new(Document {
            kind: format!("urn:shopkeeper:problem:{code}"),
            title: title(status),
            status,
            detail: detail.into(),
            code,
            errors: Vec::new(),
            state: None,
            error: None,
            retry_after: None,
            allow: None,
        }))
    }

    /// A problem with fields.
    #[must_use]
    pub fn fields(errors: Vec<FieldError>) -> Self {
        let names: Vec<_> = errors.iter().map(|it| it.pointer.as_str()).collect();
        let detail = format!("Correct these fields and send it again: {}", names.join(", "));
        let mut problem = Self::new(StatusCode::UNPROCESSABLE_ENTITY, INVALID_FIELDS, detail);
        problem.0.errors = errors;
        problem
    }

    /// The same problem under another status.
    #[must_use]
    pub fn with_status(mut self, status: StatusCode) -> Self {
        self.0.status = status;
        self.0.title = title(status);
        self
    }

    /// The same problem with the member `error`, which the first clients of `POST /order` read.
    #[must_use]
    pub fn with_error(mut self, error: &'static str) -> Self {
        self.0.error = Some(error);
        self
    }

    /// The same problem, pointing at what in the request it is about.
    #[must_use]
    pub fn with_errors(mut self, errors: Vec<FieldError>) -> Self {
        self.0.errors = errors;
        self
    }

    /// The same problem with a hint when to come back.
    #[must_use]
    pub fn retry_after(mut self, wait: Duration) -> Self {
        self.0.retry_after = Some(wait);
        self
    }

    /// The same problem, telling which methods there are instead.
    #[must_use]
    pub fn allow(mut self, methods: HeaderValue) -> Self {
        self.0.allow = Some(methods);
        self
    }

    /// The fields that are wrong.
    #[must_use]
    pub fn errors(&self) -> &[FieldError] {
        &self.0.errors
    }

    /// Its status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.0.status
    }
}

fn title(status: StatusCode) -> &'static str {
    status.canonical_reason().unwrap_or("Error")
}

/// What is wrong when nothing but the fields is, and they say it best.
const INVALID_FIELDS: &str = "invalid-fields";

/// How long a caller should wait before asking an unavailable service again.
const COME_BACK: Duration = Duration::from_secs(1);

impl<E: Classify> From<E> for Problem {
    fn from(error: E) -> Self {
        let class = error.class();
        if !class.tells_detail() {
            tracing::error!(code = error.code(), error = class::chain(&error), "request failed");
        }
        let fields = error.fields().to_vec();
        if error.code() == INVALID_FIELDS {
            return Self::fields(fields);
        }
        let detail = match class {
            Class::Unavailable => "The shop cannot do this at the moment. Try again.".to_owned(),
            Class::Bug => "This is a mistake of the shop's. It has been noted.".to_owned(),
            Class::Malformed
            | Class::Invalid
            | Class::Unauthenticated
            | Class::Forbidden
            | Class::NotFound
            | Class::Conflict
            | Class::Refused
            | Class::Stale => error.to_string(),
        };
        let mut problem = Self::new(class.status(), error.code(), detail);
        (problem.0.state, problem.0.errors) = (error.state(), fields);
        match class {
            Class::Unavailable | Class::Conflict => problem.retry_after(COME_BACK),
            Class::Malformed
            | Class::Invalid
            | Class::Unauthenticated
            | Class::Forbidden
            | Class::NotFound
            | Class::Refused
            | Class::Stale
            | Class::Bug => problem,
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = serde_json::to_vec(&self.0).unwrap_or_default();
        let kind = HeaderValue::from_static("application/problem+json");
        let mut response = (self.0.status, [(header::CONTENT_TYPE, kind)], body).into_response();
        if self.0.status == StatusCode::UNAUTHORIZED {
            // RFC 9110 §15.5.2 asks for it with every 401.
            let how = HeaderValue::from_static("Bearer");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, how);
        }
        if let Some(methods) = self.0.allow {
            response.headers_mut().insert(header::ALLOW, methods);
        }
        if let Some(wait) = self.0.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, wait.as_secs().max(1).into());
        }
        response
    }
}
