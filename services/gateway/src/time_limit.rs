//! How long a step of a request may take: the sending of its body, the service's work up to the first
//! header of the answer, and then each piece of the answer after the other. So nothing hangs, and what
//! flows may flow on.

use axum::body::{Body, Bytes, HttpBody};
use std::{future::Future, time::Duration};
use tower::BoxError;
use tower_http::timeout::TimeoutBody;

/// The time that a service is given.
#[derive(Clone, Copy, Debug)]
pub struct TimeLimit(Duration);

/// The time is up.
#[derive(Debug)]
pub struct TimeIsUp;

impl TimeLimit {
    /// A limit of this length.
    pub const fn of(limit: Duration) -> Self {
        Self(limit)
    }

    /// How long it is.
    pub const fn length(self) -> Duration {
        self.0
    }

    /// What the work results in, unless it takes too long; then it is dropped.
    pub async fn within<T>(self, work: impl Future<Output = T>) -> Result<T, TimeIsUp> {
        tokio::time::timeout(self.0, work).await.map_err(|_elapsed| TimeIsUp)
    }

    /// The body, broken off when it pauses for too long.
    pub fn around<B>(self, body: B) -> Body
    where
        B: HttpBody<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
    {
        Body::new(TimeoutBody::new(self.0, body))
    }
}
