//! What tests share; never ships.
//!
//! - [`backend`]: the real thing to test against, if there is one.
//! - [`eventually`]: waits for something to come true, with a deadline.
//! - [`Caller`]: asks a service's routes as a client would, without a socket.
//! - [`Orders`]: the orders that there are, for whoever asks the gateway.
//! - [`Running`]: a process that runs as long as the test.

#![expect(clippy::panic, clippy::expect_used, reason = "a test that cannot go on says so and ends")]

mod orders;

pub use orders::Orders;

use axum::{
    Router,
    body::Body,
    http::{Method, Request, StatusCode, header},
};
use chassis::{
    clock::SystemClock,
    identity::{Principal, Role, SigningKey},
    process::Process,
};
use http_body_util::BodyExt as _;
use jiff::Timestamp;
use serde_json::Value;
use std::{
    fmt::Debug,
    future::Future,
    sync::{Arc, LazyLock},
    time::Duration,
};
use tokio::{
    task::JoinHandle,
    time::{Instant, sleep},
};
use tower::ServiceExt as _;

/// How long [`eventually`] waits.
const PATIENCE: Duration = Duration::from_secs(20);

/// The address of a real back end from the environment. Without one the test is skipped, and says so;
/// where `REQUIRE_BACKENDS` is set, that is a failure.
///
/// # Panics
/// When the back end is required and not there.
#[expect(
    clippy::disallowed_methods,
    clippy::print_stderr,
    reason = "the one place where tests are told what there is"
)]
pub fn backend(variable: &str) -> Option<String> {
    let found = std::env::var(variable).ok();
    if found.is_none() {
        assert!(std::env::var("REQUIRE_BACKENDS").is_err(), "{variable} is not set");
        eprintln!("SKIPPED: {variable} is not set; `make test-backends` runs this for real");
    }
    found
}

/// Waits until `look` sees what it wants; says what it saw last if that never happens.
///
/// # Panics
/// When it does not come true in time.
pub async fn eventually<T, E: Debug, F: Future<Output = Result<T, E>>>(look: impl Fn() -> F) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        match look().await {
            Ok(seen) => return seen,
            Err(last) if Instant::now() > deadline => {
                panic!("did not come true; last seen: {last:?}")
            }
            Err(_not_yet) => sleep(Duration::from_millis(20)).await,
        }
    }
}

/// A process that runs until this is dropped.
#[derive(Debug)]
pub struct Running(JoinHandle<()>);

impl Running {
    /// Runs a process.
    ///
    /// # Panics
    /// In its own task, when the process ends by itself.
    #[expect(clippy::disallowed_methods, reason = "the handle owns the task")]
    pub fn start(process: Process) -> Self {
        Self(tokio::spawn(async {
            let ended = process.until(std::future::pending()).await;
            panic!("the process ended: {ended:?}");
        }))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Runs a program with nothing but these variables in its environment; gives its exit code and what it
/// complained of.
///
/// # Panics
/// When it cannot be run.
pub fn run_with(program: &str, variables: &[(&str, &str)]) -> (Option<i32>, String) {
    let mut command = std::process::Command::new(program);
    let command = command.env_clear().envs(variables.iter().copied());
    let output = command.output().expect("the program can be run");
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

/// Checks that a program ends at once with exit code 64 and the name of the variable, when one of the
/// variables it must be told is missing or makes no sense.
///
/// # Panics
/// When it does not.
pub fn insists_on(program: &str, required: &[(&str, &str)], nonsense: &[(&str, &str)]) {
    for (missing, _) in required {
        let given: Vec<_> = required.iter().copied().filter(|(it, _)| it != missing).collect();
        let (code, complaint) = run_with(program, &given);
        assert_eq!(code, Some(64), "without {missing}: {complaint}");
        assert!(complaint.contains(missing), "without {missing}: {complaint}");
    }
    for (wrong, value) in nonsense {
        let mut given = required.to_vec();
        given.retain(|(it, _)| it != wrong);
        given.push((wrong, value));
        let (code, complaint) = run_with(program, &given);
        assert_eq!(code, Some(64), "with {wrong}={value}: {complaint}");
        assert!(complaint.contains(wrong), "with {wrong}={value}: {complaint}");
        assert!(!complaint.contains("hunter2"), "a password is told: {complaint}");
    }
}

/// The configuration of a process under test: any port that is free.
pub fn any_port() -> chassis::http::Config {
    chassis::http::Config { port: 0, shutdown_grace: Duration::from_secs(5) }
}

/// A process under test that believes [`Caller::staff`].
pub fn process(name: &'static str) -> Process {
    Process::new(name, &any_port()).trust(KEY.verifying_keys().into(), Arc::new(SystemClock))
}

/// What staff are signed in with here.
static KEY: LazyLock<SigningKey> = LazyLock::new(SigningKey::generate);
/// How long they are, from 1970 on: whatever a test makes of the time.
const FOR_EVER: Duration = Duration::from_hours(24 * 365 * 1_000);

/// What those who run the shop show to a [`process`] here.
fn staff_token() -> String {
    let principal = Principal { id: "staff".to_owned(), role: Role::Staff };
    format!("Bearer {}", KEY.sign(&principal, Timestamp::UNIX_EPOCH, FOR_EVER))
}

/// Asks the routes of a service, without a socket.
#[derive(Clone, Debug)]
pub struct Caller {
    routes: Router,
    /// What it shows where nothing else is said.
    token: Option<String>,
}

/// What a service answered.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: axum::http::HeaderMap,
    /// Its body; `null` when that is no JSON.
    pub body: Value,
}

impl Caller {
    /// Asks what a process serves.
    pub fn of(process: &Process) -> Self {
        Self { routes: process.routes(), token: None }
    }

    /// Asks what a [`process`] serves, as those who run the shop.
    pub fn staff(process: &Process) -> Self {
        Self { token: Some(staff_token()), ..Self::of(process) }
    }

    /// Gets a path.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, &[], String::new()).await
    }

    /// Posts a document.
    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(Method::POST, path, &[], body.to_string()).await
    }

    /// Sends whatever one likes.
    ///
    /// # Panics
    /// When the request cannot be made, or the answer cannot be read.
    pub async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: String,
    ) -> Answer {
        let request = Request::builder().method(method).uri(path);
        let request = request.header(header::CONTENT_TYPE, "application/json");
        let is_said = headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("authorization"));
        let token = self.token.iter().filter(|_| !is_said);
        let request = token.fold(request, |it, token| it.header(header::AUTHORIZATION, token));
        let request = headers.iter().fold(request, |it, (name, value)| it.header(*name, *value));
        let request = request.body(Body::from(body)).expect("the request is well-formed");
        let answer = self.routes.clone().oneshot(request).await.expect("routes always answer");
        let (parts, body) = answer.into_parts();
        let body = body.collect().await.expect("the body is whole").to_bytes();
        let body = serde_json::from_slice(&body).unwrap_or(Value::Null);
        Answer { status: parts.status, headers: parts.headers, body }
    }
}
