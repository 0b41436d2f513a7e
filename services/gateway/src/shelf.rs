//! Answers of the catalogue that are kept for the time when it cannot be had anew. Who looks at a product
//! sees what it was like a few minutes ago rather than nothing; the order asks for its price in any case.
//!
//! Only what anybody may see is kept: answers to requests without `Authorization` and cookies, which do not
//! say that they are private. Memory is bounded, and what was had longest ago goes first.

mod kept;

use crate::{Error, metrics};
use axum::{
    body::{Body, Bytes},
    extract::Request,
    response::Response,
};
use contracts::catalog::PRODUCTS;
use http::{
    HeaderMap, HeaderValue, Method, StatusCode,
    header::{
        AGE, AUTHORIZATION, CACHE_CONTROL, CONTENT_LENGTH, COOKIE, SET_COOKIE, VARY, WARNING,
    },
};
use http_body_util::BodyExt as _;
use jiff::Timestamp;
use kept::{Answer, Kept};
use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

/// How many answers are kept, and how many bytes of them.
const MOST: usize = 512;
const MOST_BYTES: usize = 4 * 1024 * 1024;
/// The longest body that is kept, in bytes.
const LONGEST: u64 = 64 * 1024;

/// Where answers are kept.
#[derive(Debug)]
pub(crate) struct Shelf(Mutex<Kept>);

/// What a request asks for, if that may be kept.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Wanted(String);

impl Wanted {
    /// What a request asks for of this service.
    pub(crate) fn of(upstream: &str, request: &Request) -> Option<Self> {
        let headers = request.headers();
        let is_personal = headers.contains_key(AUTHORIZATION) || headers.contains_key(COOKIE);
        let is_catalogue = upstream == PRODUCTS.name && request.method() == Method::GET;
        let target = request.uri().path_and_query()?;
        (is_catalogue && !is_personal).then(|| Self(target.to_string()))
    }
}

impl Shelf {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(Kept::at_most(MOST, MOST_BYTES)))
    }

    /// The answer that the client gets: what the service has said, or what it said before if that was at
    /// most so long ago and it says nothing better now.
    pub(crate) async fn settle(
        &self,
        wanted: Wanted,
        said: Result<Response, Error>,
        longest: Duration,
        now: Timestamp,
    ) -> Result<Response, Error> {
        match said {
            Ok(answer) if is_fit_to_keep(&answer) => self.keep(wanted, answer, now).await,
            Ok(answer) if !is_failure(answer.status()) => Ok(answer),
            said => self.stale(&wanted, reason(&said), longest, now).map_or(said, Ok),
        }
    }

    async fn keep(
        &self,
        wanted: Wanted,
        answer: Response,
        now: Timestamp,
    ) -> Result<Response, Error> {
        let (parts, body) = answer.into_parts();
        // A body that breaks off now is broken off for the client, too.
        let whole = match body.collect().await {
            Ok(body) => body.to_bytes(),
            Err(error) => return Ok(Response::from_parts(parts, broken(error))),
        };
        let kept = Answer { headers: parts.headers.clone(), body: whole.clone(), since: now };
        self.with(|it| it.put(wanted, kept));
        Ok(Response::from_parts(parts, Body::from(whole)))
    }

    /// What was kept, with all that says so.
    fn stale(
        &self,
        wanted: &Wanted,
        reason: Reason,
        longest: Duration,
        now: Timestamp,
    ) -> Option<Response> {
        let kept = self.with(|it| it.get(wanted))?;
        let age = Duration::try_from(now.duration_since(kept.since)).unwrap_or_default();
        if age > longest || longest.is_zero() {
            return None;
        }
        metrics::STALE.with_label_values(&[reason.code]).inc();
        let mut response = Response::new(Body::from(kept.body));
        *response.headers_mut() = kept.headers;
        say_so(response.headers_mut(), reason, age);
        Some(response)
    }

    fn with<T>(&self, work: impl FnOnce(&mut Kept) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Why an answer is not a new one.
#[derive(Clone, Copy, Debug)]
struct Reason {
    code: &'static str,
    /// What the service has answered instead, if it was asked and did.
    status: Option<StatusCode>,
}

fn reason(said: &Result<Response, Error>) -> Reason {
    match said {
        Ok(answer) => Reason { code: "upstream-error", status: Some(answer.status()) },
        Err(error) => Reason { code: error.code(), status: None },
    }
}

/// `Age` and `Cache-Status` are for machines (RFC 9111 §5.1, RFC 9211), `Warning` for older ones, and the
/// last for whoever shows it to people.
fn say_so(headers: &mut HeaderMap, reason: Reason, age: Duration) {
    let (Reason { code, status }, seconds) = (reason, age.as_secs());
    let how = match status {
        Some(status) => format!("fwd=stale; fwd-status={}", status.as_u16()),
        None => "hit".to_owned(),
    };
    headers.insert(AGE, seconds.into());
    headers.insert(WARNING, HeaderValue::from_static("110 - \"Response is Stale\""));
    headers.insert("x-shop-stale", seconds.into());
    let told = crate::headers::value(&format!("gateway; {how}; ttl=-{seconds}; detail={code}"));
    headers.insert("cache-status", told);
}

/// What says nothing of the thing that was asked for.
fn is_failure(status: StatusCode) -> bool {
    matches!(status.as_u16(), 500 | 502..=504)
}

fn is_fit_to_keep(answer: &Response) -> bool {
    let headers = answer.headers();
    let length = headers.get(CONTENT_LENGTH).and_then(|it| it.to_str().ok()?.parse::<u64>().ok());
    let is_small = length.is_some_and(|it| it <= LONGEST);
    let is_one_for_all = !headers.contains_key(SET_COOKIE) && !headers.contains_key(VARY);
    answer.status() == StatusCode::OK && is_small && is_one_for_all && !is_private(headers)
}

fn is_private(headers: &HeaderMap) -> bool {
    let said = headers.get(CACHE_CONTROL).and_then(|it| it.to_str().ok()).unwrap_or_default();
    said.contains("private") || said.contains("no-store")
}

/// A body that breaks off at once.
fn broken(error: axum::Error) -> Body {
    Body::from_stream(futures::stream::iter([Err::<Bytes, _>(error)]))
}
