//! What happens to a request, in order: it gets a name, is counted against its client unless it comes
//! from inside the shop, is routed, waits for its turn, and is handed on within the time limit.

use crate::{
    Config, Error,
    bulkhead::Side,
    forward::Forwarder,
    metrics,
    rate_limit::{RateLimiter, Ruling},
    request_id,
    route::Routes,
    time_limit::TimeLimit,
    upstream::Upstream,
};
use axum::{
    extract::Request,
    response::{IntoResponse, Response},
};
use chassis::{class, clock::SharedClock, inside};
use http::{
    HeaderMap, HeaderValue, Method, Version,
    header::{ALLOW, HOST},
};
use std::{net::IpAddr, sync::Arc, time::Instant};

/// What is told to a client that comes with another method.
const METHODS: HeaderValue =
    HeaderValue::from_static("GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");

/// The gateway. Cheap to clone.
#[derive(Clone)]
pub struct Gateway(Arc<Parts>);

struct Parts {
    routes: Routes,
    limiter: RateLimiter,
    inside: Option<inside::Token>,
    forwarder: Forwarder,
    clock: SharedClock,
}

impl std::fmt::Debug for Gateway {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Gateway").field("routes", &self.0.routes).finish_non_exhaustive()
    }
}

impl Gateway {
    /// A gateway to the services that the configuration names.
    pub fn new(config: &Config, clock: SharedClock) -> Self {
        Self(Arc::new(Parts {
            routes: Routes::to(config.upstreams.iter()),
            limiter: RateLimiter::new(config.quota),
            inside: config.inside_token.clone(),
            forwarder: Forwarder::new(TimeLimit::of(config.request_timeout)),
            clock,
        }))
    }

    /// The answer to a request of `client`, by a service or by the gateway itself.
    pub async fn answer(&self, client: IpAddr, mut request: Request) -> Response {
        let id = request_id::settle(request.headers_mut());
        let mut response = if self.is_from_inside(request.headers_mut()) {
            metrics::RULINGS.with_label_values(&["inside"]).inc();
            self.route(client, request, &id, Side::Inside).await
        } else {
            self.limited(client, request, &id).await
        };
        response.headers_mut().insert(request_id::HEADER, id);
        response
    }

    /// Whether the request shows our token. Services look at it for themselves; what is no token of
    /// ours goes no further.
    fn is_from_inside(&self, headers: &mut HeaderMap) -> bool {
        let is_ours =
            |it: &inside::Token| headers.get(inside::HEADER).is_some_and(|shown| it.is(shown));
        let is_from_inside = self.0.inside.as_ref().is_some_and(is_ours);
        if !is_from_inside {
            headers.remove(inside::HEADER);
        }
        is_from_inside
    }

    async fn limited(&self, client: IpAddr, request: Request, id: &HeaderValue) -> Response {
        let ruling = self.count(client);
        let mut response = if ruling.admitted {
            self.route(client, request, id, Side::Outside).await
        } else {
            self.0.limiter.problem(ruling).into_response()
        };
        self.0.limiter.tell(ruling, response.headers_mut());
        response
    }

    fn count(&self, client: IpAddr) -> Ruling {
        let ruling = self.0.limiter.ask(client.into(), self.0.clock.now());
        let outcome = if ruling.admitted { "admitted" } else { "refused" };
        metrics::RULINGS.with_label_values(&[outcome]).inc();
        metrics::CLIENTS.set(self.0.limiter.clients().try_into().unwrap_or(i64::MAX));
        ruling
    }

    async fn route(
        &self,
        client: IpAddr,
        request: Request,
        id: &HeaderValue,
        side: Side,
    ) -> Response {
        let start = Instant::now();
        let upstream = self.0.routes.find(request.uri().path());
        let answer = self.forward(client, upstream, request, side).await;
        let name = upstream.map_or("none", |it| it.name);
        let response = answer.unwrap_or_else(|error| refuse(&error, name, id));
        metrics::REQUESTS
            .with_label_values(&[name, response.status().as_str()])
            .observe(start.elapsed().as_secs_f64());
        response
    }

    async fn forward(
        &self,
        client: IpAddr,
        upstream: Option<&Upstream>,
        request: Request,
        side: Side,
    ) -> Result<Response, Error> {
        check(&request)?;
        let upstream = upstream.ok_or(Error::NoSuchRoute)?;
        self.0.forwarder.forward(client, upstream, request, side).await
    }
}

fn check(request: &Request) -> Result<(), Error> {
    match *request.method() {
        Method::CONNECT | Method::TRACE => return Err(Error::NoSuchMethod),
        _ => {}
    }
    let hosts = request.headers().get_all(HOST).iter().count();
    let fits = hosts == 1 || (hosts == 0 && request.version() == Version::HTTP_10);
    if fits { Ok(()) } else { Err(Error::NoHost) }
}

fn refuse(error: &Error, upstream: &str, id: &HeaderValue) -> Response {
    let problem = error.problem();
    metrics::FAILURES.with_label_values(&[upstream, error.code()]).inc();
    if problem.status().is_server_error() {
        let reason = class::chain(error);
        tracing::warn!(request.id = ?id, upstream, code = error.code(), reason, "no answer");
    }
    let mut response = problem.into_response();
    if matches!(error, Error::NoSuchMethod) {
        response.headers_mut().insert(ALLOW, METHODS);
    }
    response
}
