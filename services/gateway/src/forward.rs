//! Hands a request to a service and its answer back, both bodies as streams.
//!
//! Connections are kept and used again, in one pool per service. What is done over here is only what has
//! surely not been sent: a connection that is refused ([`crate::connect`]), and a kept connection that
//! turns out to be closed before a byte went out on it (hyper-util's `retry_canceled_requests`). What may
//! have taken effect is sent again only where [`resilience::retry`] says that this does no harm.
//!
//! A small answer has come when its whole body has ([`crate::answer`]).

use crate::{
    Error, answer,
    body::{Inbound, Sending, Watch},
    bulkhead::Side,
    connect::Connector,
    exchange::exchange,
    headers,
    route::Origin,
    time_limit::TimeLimit,
    upstream::Upstream,
    visitor::Visitor,
};
use axum::{extract::Request, response::Response};
use http::{StatusCode, header::CONTENT_LENGTH, uri::PathAndQuery};
use hyper::body::Incoming;
use hyper_util::{
    client::legacy::{self, Client},
    rt::{TokioExecutor, TokioTimer},
};
use std::{error::Error as _, time::Duration};

/// How many connections to one service are kept while they are idle.
const MOST_IDLE: usize = 128;
/// How long an idle connection is kept.
const LONGEST_IDLE: Duration = Duration::from_secs(30);

/// Hands requests to services. Its clones share their connections.
#[derive(Clone, Debug)]
pub struct Forwarder {
    client: Client<Connector, Inbound>,
    limit: TimeLimit,
}

impl Forwarder {
    /// One that waits so long for an answer, unless it is told otherwise.
    pub fn new(limit: TimeLimit) -> Self {
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(LONGEST_IDLE)
            .pool_max_idle_per_host(MOST_IDLE)
            .build(Connector::new());
        Self { client, limit }
    }

    /// The same, waiting so long.
    #[must_use]
    pub fn within(&self, limit: TimeLimit) -> Self {
        Self { client: self.client.clone(), limit }
    }

    /// The upstream's answer to a request of `visitor`: first the body must come within the time limit,
    /// then the request waits for its turn, then the service is given as much time.
    pub(crate) async fn forward(
        &self,
        visitor: &Visitor,
        upstream: &Upstream,
        request: Request,
        side: Side,
    ) -> Result<Response, Error> {
        let mut request = outgoing(visitor, &upstream.origin, request).await?;
        let begun = self.limit.within(request.body_mut().begin()).await;
        begun.map_err(|_time_is_up| Error::SenderTooSlow)??;
        let turn = upstream.bulkhead.turn(side).await?;
        let answer = exchange(self, upstream, request, self.limit.length()).await;
        if let Some(turn) = turn {
            turn.done(is_overloaded(&answer));
        }
        answer
    }

    /// The answer to one attempt that may take so long.
    pub(crate) async fn send(
        &self,
        mut request: http::Request<Inbound>,
        limit: Duration,
    ) -> Result<Response, Error> {
        headers::tell_time_left(limit, request.headers_mut());
        let sender = request.body().watch();
        let answered = async {
            match self.client.request(request).await {
                Ok(answer) => self.incoming(answer).await,
                Err(source) => Err(blame_for_failure(&sender, source)),
            }
        };
        let answered = TimeLimit::of(limit).within(answered).await;
        answered.unwrap_or_else(|_time_is_up| Err(blame_for_delay(&sender)))
    }

    /// The answer as it is passed on. Its version is that of our own connection.
    async fn incoming(&self, answer: http::Response<Incoming>) -> Result<Response, Error> {
        let (parts, body) = answer.into_parts();
        if parts.status.is_informational() {
            return Err(Error::NoAnswer);
        }
        let mut response = Response::new(answer::whole_if_small(body, self.limit).await?);
        *response.status_mut() = parts.status;
        *response.headers_mut() = parts.headers;
        headers::leave_connection(response.headers_mut());
        Ok(response)
    }
}

/// Whether too many requests may be why a service has answered like this.
fn is_overloaded(answer: &Result<Response, Error>) -> bool {
    match answer {
        Ok(answer) => answer.status() == StatusCode::SERVICE_UNAVAILABLE,
        Err(error) => matches!(error, Error::TooSlow),
    }
}

async fn outgoing(
    visitor: &Visitor,
    origin: &Origin,
    request: Request,
) -> Result<http::Request<Inbound>, Error> {
    let (parts, body) = request.into_parts();
    let root = PathAndQuery::from_static("/");
    let uri = origin.at(parts.uri.path_and_query().unwrap_or(&root));
    let mut request = http::Request::new(Inbound::take(body).await?);
    *request.method_mut() = parts.method;
    *request.uri_mut() = uri;
    *request.headers_mut() = parts.headers;
    headers::leave_connection(request.headers_mut());
    headers::introduce(visitor, request.headers_mut());
    // Set again from the body itself, so that the two can never differ.
    request.headers_mut().remove(CONTENT_LENGTH);
    Ok(request)
}

fn blame_for_failure(sender: &Watch, source: legacy::Error) -> Error {
    match sender.sending() {
        Sending::TooMuch => Error::TooLarge,
        Sending::BrokenOff => Error::BrokenOff,
        Sending::InTime | Sending::Awaited if surely_not_sent(&source) => {
            Error::Unreachable { source }
        }
        Sending::InTime | Sending::Awaited => Error::BadAnswer { source },
    }
}

fn blame_for_delay(sender: &Watch) -> Error {
    match sender.sending() {
        Sending::Awaited => Error::SenderTooSlow,
        Sending::InTime | Sending::TooMuch | Sending::BrokenOff => Error::TooSlow,
    }
}

fn surely_not_sent(error: &legacy::Error) -> bool {
    let canceled = error.source().and_then(|it| it.downcast_ref::<hyper::Error>());
    error.is_connect() || canceled.is_some_and(hyper::Error::is_canceled)
}
