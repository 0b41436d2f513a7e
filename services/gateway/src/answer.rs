//! The body of an answer on its way to the client.
//!
//! Of an answer that breaks off in the middle the client cannot be told, once its head is on the way:
//! all that is left is to break the connection. So the head of a small answer waits for the body, which
//! mostly comes with it. If it does not, there is still all to choose: another attempt, or a problem
//! document. What is larger, or does not say how long it is, flows through.

use crate::{Error, time_limit::TimeLimit};
use axum::body::{Body, HttpBody as _};
use http_body_util::BodyExt as _;
use hyper::body::Incoming;

/// The longest body that is waited for, in bytes; as much as is kept of a request.
const SMALL: u64 = 64 * 1024;

/// All of a small body; a larger one as it comes, broken off when it pauses for longer than `pause`.
pub(crate) async fn whole_if_small(body: Incoming, pause: TimeLimit) -> Result<Body, Error> {
    match body.size_hint().exact() {
        Some(1..=SMALL) => {
            let whole = body.collect().await.map_err(|source| Error::HalfAnAnswer { source })?;
            Ok(Body::from(whole.to_bytes()))
        }
        Some(_) | None => Ok(pause.around(body)),
    }
}
