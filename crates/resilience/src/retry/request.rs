//! Which requests may be sent twice, and when a service wants that.

use super::Outcome;
use http::{
    HeaderMap, HeaderValue, Method,
    header::{HeaderName, RETRY_AFTER},
};
use std::time::Duration;

/// By it a service knows a request again that it has seen (draft-ietf-httpapi-idempotency-key-header).
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// What of a request decides whether it may be sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestKind {
    /// Whether it does the same when done twice.
    pub is_repeatable: bool,
    /// Whether all of its body is still there; true where it has none.
    pub body_is_kept: bool,
}

impl RequestKind {
    /// The kind of a request with this method and these headers.
    pub fn of(method: &Method, headers: &HeaderMap, body_is_kept: bool) -> Self {
        let is_repeatable = match *method {
            Method::GET | Method::HEAD | Method::OPTIONS | Method::PUT | Method::DELETE => true,
            Method::POST | Method::PATCH => has_key(headers),
            _ => false,
        };
        Self { is_repeatable, body_is_kept }
    }

    pub(super) fn may_repeat_after(self, outcome: Outcome) -> bool {
        let does_no_harm = match outcome {
            Outcome::NotSent => true,
            Outcome::Answered { .. } | Outcome::BrokenOff | Outcome::TooSlow => self.is_repeatable,
        };
        self.body_is_kept && does_no_harm
    }
}

/// Whether there is one key; of two, nobody knows which the service goes by.
fn has_key(headers: &HeaderMap) -> bool {
    let mut keys = headers.get_all(IDEMPOTENCY_KEY).iter();
    let is_key = |it: &HeaderValue| !it.as_bytes().trim_ascii().is_empty();
    keys.next().is_some_and(is_key) && keys.next().is_none()
}

/// How long an answer asks to wait. A date counts as for ever, so that nobody comes too early: it would
/// take a clock, and all services of a shop say seconds.
pub fn wait_asked_for(headers: &HeaderMap) -> Option<Duration> {
    let seconds = |it: &HeaderValue| it.to_str().ok()?.trim().parse().ok();
    let asked = headers.get(RETRY_AFTER)?;
    Some(seconds(asked).map_or(Duration::MAX, Duration::from_secs))
}
