//! What nobody reads is refused: parameters after `?`, and a body, where a route knows none. Passed over
//! in silence it would hide a mistake, such as a filter with another name or items for a cart that is
//! only opened.
//!
//! Whoever reads the parameters says so ([`Parameters::read`]). A request that changes something is
//! looked at before it does: by whoever reads its body, which comes last ([`Whole`](super::Whole),
//! [`NoBody`]), or here when it is a DELETE. What only reads does no harm, so its answer is withheld.

use super::LARGEST_BODY;
use crate::problem::{FieldError, Problem};
use axum::{
    body::{Body, HttpBody as _, to_bytes},
    extract::{FromRequest, Request},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use http::{Extensions, Method, StatusCode, Uri};
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

/// Whether somebody has read the parameters of a request.
#[derive(Clone, Default)]
pub(super) struct Parameters(Arc<AtomicBool>);

impl Parameters {
    /// Somebody reads them, or refuses them on their own.
    pub(super) fn read(extensions: &Extensions) {
        if let Some(Self(are_read)) = extensions.get() {
            are_read.store(true, Ordering::Relaxed);
        }
    }

    /// Refuses those that nobody has read. Without the layer there is nobody to know.
    pub(super) fn refuse(extensions: &Extensions, uri: &Uri) -> Result<(), Problem> {
        extensions.get().map_or(Ok(()), |it: &Self| it.refuse_unread(uri))
    }

    fn refuse_unread(&self, uri: &Uri) -> Result<(), Problem> {
        let query = uri.query().unwrap_or_default();
        if query.is_empty() || self.0.load(Ordering::Relaxed) {
            return Ok(());
        }
        let names = form_urlencoded::parse(query.as_bytes()).map(|(name, _)| name);
        let wrong = |name| FieldError::new(format!("#/{name}"), "is not known here");
        let detail = "This takes no parameters: leave out what stands after `?`.";
        let problem = Problem::new(StatusCode::BAD_REQUEST, "unexpected-parameters", detail);
        Err(problem.with_errors(names.take(MOST_NAMED).map(wrong).collect()))
    }
}

/// How many parameters a refusal names.
const MOST_NAMED: usize = 5;

/// No body at all: for what is done without being told how.
#[derive(Clone, Copy, Debug)]
pub struct NoBody;

impl<S: Send + Sync> FromRequest<S> for NoBody {
    type Rejection = Problem;

    async fn from_request(request: Request, _state: &S) -> Result<Self, Problem> {
        Parameters::refuse(request.extensions(), request.uri())?;
        without_body(request).await.map(|_without| Self)
    }
}

/// Refuses what a request has too much of.
pub(super) async fn refuse(request: Request, next: Next) -> Response {
    let (parameters, uri) = (Parameters::default(), request.uri().clone());
    let has_no_body = matches!(*request.method(), Method::GET | Method::HEAD | Method::DELETE);
    let does_no_harm = matches!(*request.method(), Method::GET | Method::HEAD);
    let mut request = request;
    if has_no_body {
        let checked = if does_no_harm { Ok(()) } else { parameters.refuse_unread(&uri) };
        request = match (checked, without_body(request).await) {
            (Ok(()), Ok(request)) => request,
            (Err(problem), _) | (Ok(()), Err(problem)) => return problem.into_response(),
        };
    }
    request.extensions_mut().insert(parameters.clone());
    let response = next.run(request).await;
    if !does_no_harm || !response.status().is_success() {
        return response;
    }
    match parameters.refuse_unread(&uri) {
        Ok(()) => response,
        Err(problem) => problem.into_response(),
    }
}

/// The request, which must have no body; one of no length is none.
async fn without_body(request: Request) -> Result<Request, Problem> {
    if request.body().is_end_stream() {
        return Ok(request);
    }
    let (parts, body) = request.into_parts();
    match to_bytes(body, LARGEST_BODY).await {
        Ok(bytes) if bytes.is_empty() => Ok(Request::from_parts(parts, Body::empty())),
        Ok(_) | Err(_) => {
            let detail = "This takes no body: send none.";
            Err(Problem::new(StatusCode::BAD_REQUEST, "unexpected-body", detail))
        }
    }
}

#[cfg(test)]
mod tests;
