//! Whether a process turns (`/livez`) and whether it can serve (`/readyz`).
//!
//! `/livez` never looks at a dependency: restarting a process does not bring its database back.

use axum::{
    Router,
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::Response,
    routing::get,
};
use futures::future::{BoxFuture, join_all};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tower::util::MapResponseLayer;

/// How long a dependency may take to say that it is there.
const PATIENCE: Duration = Duration::from_secs(2);

/// Asks a dependency whether it is there; says what is wrong if not.
pub type Check = Arc<dyn Fn() -> BoxFuture<'static, Result<(), String>> + Send + Sync>;

/// What `/readyz` looks at.
#[derive(Clone, Default)]
pub struct Health {
    draining: Arc<AtomicBool>,
    checks: Vec<(&'static str, Check)>,
}

impl std::fmt::Debug for Health {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<_> = self.checks.iter().map(|(name, _)| name).collect();
        f.debug_struct("Health").field("checks", &names).finish_non_exhaustive()
    }
}

impl Health {
    /// Adds a dependency without which the process cannot serve.
    pub fn needs(&mut self, name: &'static str, check: Check) {
        self.checks.push((name, check));
    }

    /// From now on the process is not ready: it is about to stop.
    pub fn drain(&self) {
        self.draining.store(true, Ordering::Release);
    }

    /// Tells those who ask `routes` of a process that is about to stop to ask another one next time: a
    /// connection that is kept would be closed under a request that is just being sent on it.
    pub fn last_words(&self, routes: Router) -> Router {
        let draining = self.draining.clone();
        routes.layer(MapResponseLayer::new(move |mut response: Response| {
            if draining.load(Ordering::Acquire) {
                let close = HeaderValue::from_static("close");
                response.headers_mut().insert(header::CONNECTION, close);
            }
            response
        }))
    }

    /// The two routes.
    pub fn routes(self) -> Router {
        Router::new()
            .route("/livez", get(async || "ok\n"))
            .route("/readyz", get(ready))
            .with_state(self)
    }

    async fn missing(&self) -> Vec<String> {
        let asked = self.checks.iter().map(async |(name, check)| {
            match tokio::time::timeout(PATIENCE, check()).await {
                Ok(Ok(())) => None,
                Ok(Err(reason)) => Some(format!("{name}: {reason}")),
                Err(_elapsed) => Some(format!("{name}: no answer within {PATIENCE:?}")),
            }
        });
        join_all(asked).await.into_iter().flatten().collect()
    }
}

async fn ready(State(health): State<Health>) -> (StatusCode, String) {
    if health.draining.load(Ordering::Acquire) {
        return (StatusCode::SERVICE_UNAVAILABLE, "stopping\n".to_owned());
    }
    let missing = health.missing().await;
    if missing.is_empty() {
        (StatusCode::OK, "ok\n".to_owned())
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, missing.join("\n") + "\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::{body::Body, http::Request};
    use tower::ServiceExt as _;

    #[tokio::test]
    async fn who_asks_a_process_that_is_about_to_stop_is_sent_elsewhere() {
        let health = Health::default();
        let routes = health.last_words(Router::new().route("/", get(async || "here")));
        let connection = async || {
            let answer = routes.clone().oneshot(Request::new(Body::empty())).await.unwrap();
            assert_eq!(answer.status(), StatusCode::OK);
            answer.headers().get(header::CONNECTION).cloned()
        };
        assert_eq!(connection().await, None);
        health.drain();
        assert_eq!(connection().await, Some(HeaderValue::from_static("close")));
    }
}
