//! Whether a process turns (`/livez`) and whether it can serve (`/readyz`).
//!
//! `/livez` never looks at a dependency: restarting a process does not bring its database back.

use axum::{Router, extract::State, http::StatusCode, routing::get};
use futures::future::{BoxFuture, join_all};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

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
