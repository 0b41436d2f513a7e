//! The layers around every route.

use super::{LARGEST_BODY, TIME_LEFT, condition, excess, page};
use crate::{
    access::{Operation, Table, guard, no_such_method},
    metrics,
    problem::Problem,
};
use axum::{
    Router,
    extract::Request,
    middleware::{self, Next},
    response::{IntoResponse, Response},
};
use http::{HeaderMap, StatusCode, header};
use std::{any::Any, time::Duration};
use tower_http::{catch_panic::CatchPanicLayer, limit::RequestBodyLimitLayer};

/// How long a service works on one request.
const TIME_LIMIT: Duration = Duration::from_secs(20);

/// Puts the layers around a service's routes, with the table of those who may use them; unknown ones are
/// answered with a problem.
pub fn layered(routes: Router, access: impl IntoIterator<Item = Operation>) -> Router {
    let table = Table::of(access);
    routes
        .fallback(async || {
            Problem::new(StatusCode::NOT_FOUND, "no-such-route", "There is nothing at this path.")
        })
        .method_not_allowed_fallback(async || no_such_method())
        .layer(middleware::from_fn(excess::refuse))
        .layer(middleware::from_fn(page::link))
        .layer(middleware::from_fn(condition::spare))
        .layer(middleware::from_fn(move |request, next| guard(table.clone(), request, next)))
        .layer(RequestBodyLimitLayer::new(LARGEST_BODY))
        .layer(middleware::map_response(documented))
        .layer(middleware::from_fn(limit_time))
        .layer(middleware::from_fn(metrics::measure))
        .layer(CatchPanicLayer::custom(panicked))
}

/// What the layers below refuse in plain text, told as everything else is.
async fn documented(response: Response) -> Response {
    let status = response.status();
    let kind = response.headers().get(header::CONTENT_TYPE);
    let is_document = kind.is_some_and(|it| it.as_bytes().starts_with(b"application/"));
    if is_document || !status.is_client_error() {
        return response;
    }
    match status {
        StatusCode::PAYLOAD_TOO_LARGE => {
            let detail = format!("At most {LARGEST_BODY} bytes are taken.");
            Problem::new(status, "body-too-large", detail).into_response()
        }
        _ => Problem::new(status, "bad-request", "The request is not understood.").into_response(),
    }
}

/// Works on a request as long as its answer is waited for: what comes later nobody reads.
async fn limit_time(request: Request, next: Next) -> Response {
    let limit = time_left(request.headers()).map_or(TIME_LIMIT, |it| it.min(TIME_LIMIT));
    match tokio::time::timeout(limit, next.run(request)).await {
        Ok(response) => response,
        Err(_elapsed) => {
            let detail = "The shop did not finish in time. Try again.";
            Problem::new(StatusCode::SERVICE_UNAVAILABLE, "too-slow", detail)
                .retry_after(Duration::from_secs(1))
                .into_response()
        }
    }
}

fn time_left(headers: &HeaderMap) -> Option<Duration> {
    let millis = headers.get(TIME_LEFT)?.to_str().ok()?.parse().ok()?;
    Some(Duration::from_millis(millis))
}

#[expect(clippy::needless_pass_by_value, reason = "the layer asks for this signature")]
fn panicked(cause: Box<dyn Any + Send>) -> Response {
    let text = cause
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| cause.downcast_ref::<String>().map(String::as_str));
    tracing::error!(cause = text.unwrap_or("unknown"), "a handler panicked");
    let detail = "This is a mistake of the shop's. It has been noted.";
    Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "panic", detail).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        access::{self, Access},
        http::Json,
    };
    use axum::{body::Body, routing::post};
    use serde_json::Value;
    use tower::ServiceExt as _;

    async fn send(body: Vec<u8>, declared: bool) -> (StatusCode, Value) {
        let routes = Router::new().route("/", post(async |Json(_): Json<Value>| "in"));
        let routes = layered(routes, [access::post("/", Access::Public)]);
        let request = Request::post("/");
        let request = if declared { request.header("content-length", body.len()) } else { request };
        let answer = routes.oneshot(request.body(Body::from(body)).unwrap()).await.unwrap();
        let status = answer.status();
        let text = axum::body::to_bytes(answer.into_body(), 10_000).await.unwrap();
        (status, serde_json::from_slice(&text).unwrap_or_default())
    }

    #[tokio::test]
    async fn a_refusal_is_always_a_document() {
        let large = vec![b' '; LARGEST_BODY + 1];
        for declared in [true, false] {
            let (status, problem) = send(large.clone(), declared).await;
            assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
            assert_eq!(problem["status"], 413, "{problem}");
        }
        let deep = "[".repeat(10_000) + &"]".repeat(10_000);
        let (status, problem) = send(format!(r#"{{"a":{deep}}}"#).into_bytes(), true).await;
        assert_eq!(
            (status, &problem["code"]),
            (StatusCode::BAD_REQUEST, &"unparsable-body".into())
        );
    }
}
