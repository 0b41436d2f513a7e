//! The attempts to have one request answered: as many as are worth it, all within one time limit.

use crate::{Error, forward::Forwarder, metrics, upstream::Upstream};
use axum::response::Response;
use contracts::ids::chance;
use resilience::{
    circuit_breaker::Outcome as Ended,
    retry::{Decision, Outcome, RequestKind, wait_asked_for},
};
use std::time::{Duration, Instant};

/// A request on its way out.
pub(crate) type Request = http::Request<crate::body::Inbound>;

/// Has a request answered by a service, within so much time.
pub(crate) async fn exchange(
    forwarder: &Forwarder,
    upstream: &Upstream,
    mut request: Request,
    limit: Duration,
) -> Result<Response, Error> {
    let deadline = Instant::now() + limit;
    let left = || deadline.saturating_duration_since(Instant::now());
    let kind = RequestKind::of(request.method(), request.headers(), request.body().is_whole());
    upstream.budget.deposit(Instant::now());
    for attempt in 1.. {
        let spare = copy(&request);
        let tried = admitted(forwarder, upstream, request, left()).await;
        let (Some(spare), Some(outcome)) = (spare, outcome(&tried)) else { return tried };
        match upstream.policy.decide(attempt, outcome, kind, left(), random(outcome)) {
            Decision::Again { after } if upstream.budget.withdraw(Instant::now()) => {
                count(upstream, "again");
                tokio::time::sleep(after).await;
                request = spare;
            }
            Decision::Again { .. } => {
                count(upstream, "no-budget");
                return tried;
            }
            Decision::GiveUp(reason) => {
                count(upstream, reason.name());
                return tried;
            }
        }
    }
    Err(Error::TooSlow)
}

/// One attempt, if the circuit breaker lets it through; what comes of it is told to the breaker.
async fn admitted(
    forwarder: &Forwarder,
    upstream: &Upstream,
    request: Request,
    limit: Duration,
) -> Result<Response, Error> {
    let permit = upstream.breaker.try_acquire(Instant::now());
    let permit = permit.map_err(|it| Error::Open { retry_after: it.retry_after })?;
    let tried = forwarder.send(request, limit).await;
    permit.done(ended(&tried), Instant::now());
    tried
}

/// The same request once more, if all of its body is still there.
fn copy(request: &Request) -> Option<Request> {
    let mut copy = http::Request::new(request.body().copy()?);
    copy.method_mut().clone_from(request.method());
    copy.uri_mut().clone_from(request.uri());
    copy.headers_mut().clone_from(request.headers());
    Some(copy)
}

/// What came of an attempt, for whoever decides on another one; nothing when that could not help.
fn outcome(tried: &Result<Response, Error>) -> Option<Outcome> {
    match tried {
        Ok(answer) => Some(Outcome::Answered {
            status: answer.status(),
            retry_after: wait_asked_for(answer.headers()),
        }),
        Err(Error::Unreachable { .. }) => Some(Outcome::NotSent),
        Err(Error::BadAnswer { .. } | Error::HalfAnAnswer { .. } | Error::NoAnswer) => {
            Some(Outcome::BrokenOff)
        }
        Err(Error::TooSlow) => Some(Outcome::TooSlow),
        Err(_ours_or_the_client_s) => None,
    }
}

/// How the service has done, for the circuit breaker. What its client did wrong says nothing of it.
fn ended(tried: &Result<Response, Error>) -> Ended {
    match outcome(tried) {
        Some(Outcome::Answered { status, .. }) if !status.is_server_error() => Ended::Success,
        Some(_) => Ended::Failure,
        None => Ended::Ignored,
    }
}

/// Any number where a pause may come of it; to draw one costs as much as all the rest of the decision.
/// Of those that are at hand the lower half is by chance.
fn random(outcome: Outcome) -> u64 {
    match outcome {
        Outcome::Answered { status, .. } if status.is_success() => 0,
        Outcome::Answered { .. } | Outcome::NotSent | Outcome::BrokenOff | Outcome::TooSlow => {
            chance() << 32
        }
    }
}

fn count(upstream: &Upstream, decision: &str) {
    if decision != "final" {
        metrics::RETRIES.with_label_values(&[upstream.name, decision]).inc();
    }
}
