//! Bodies: JSON that was understood, or a problem that says what is wrong with it, and where.

use super::{LARGEST_BODY, excess::Parameters, fault, media, strict::Strict};
use crate::problem::{FieldError, Problem};
use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
};
use http::StatusCode;
use serde::de::{DeserializeOwned, IgnoredAny};

/// A body as it was sent, perhaps empty; if not, it is not said to be anything but JSON.
#[derive(Clone, Debug)]
pub struct Whole(pub Bytes);

impl<S: Send + Sync> FromRequest<S> for Whole {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        Parameters::refuse(request.extensions(), request.uri())?;
        let fits = media::check(request.headers());
        let body = Bytes::from_request(request, state).await.map_err(|error| {
            let detail = format!(
                "The body could not be read whole; at most {LARGEST_BODY} bytes are taken."
            );
            Problem::new(error.status(), "unreadable-body", detail)
        })?;
        if !body.is_empty() {
            fits?;
        }
        Ok(Self(body))
    }
}

/// A JSON body that was understood.
#[derive(Clone, Copy, Debug)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let Whole(body) = Whole::from_request(request, state).await?;
        parse(&body).map(Self)
    }
}

/// Reads a JSON object; 400 when the body is no JSON, 422 with a pointer when a field is wrong.
pub fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    let mut document = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(Strict(&mut document));
    let value = value.map_err(|error| refusal(body, error))?;
    document.end().map_err(|error| unparsable(&error))?;
    Ok(value)
}

/// A field is only wrong in what is JSON as a whole.
fn refusal(body: &[u8], error: serde_path_to_error::Error<serde_json::Error>) -> Problem {
    let (pointer, detail) = fault::of(&error);
    let error = error.into_inner();
    // Deeper than is read is no field's fault; the check below would read on.
    if error.to_string().starts_with("recursion limit exceeded") {
        return unparsable(&error);
    }
    match serde_json::from_slice::<IgnoredAny>(body) {
        Ok(_) => Problem::fields(vec![FieldError::new(pointer, detail)]),
        Err(error) => unparsable(&error),
    }
}

fn unparsable(error: &serde_json::Error) -> Problem {
    let detail = format!("The body must be one JSON document: {error}");
    Problem::new(StatusCode::BAD_REQUEST, "unparsable-body", detail)
}

#[cfg(test)]
mod tests;
