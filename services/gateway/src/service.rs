//! What happens to a request, in order: it gets a name, is counted against its client unless it comes
//! from inside the shop, is routed, is refused unless it has the form of one, waits for its turn, and is
//! handed on within the time limit. Where the catalogue does not answer, the shelf does.

use crate::{
    Config, Error,
    bulkhead::Side,
    form,
    forward::Forwarder,
    limits::Verdict,
    metrics,
    peers::Peers,
    policies::{Policies, Present},
    request_id,
    safety::Exposure,
    shelf::{Shelf, Wanted},
    time_limit::TimeLimit,
    tokens::Tokens,
    upstream::Upstream,
    visitor::Visitor,
};
use axum::{
    extract::Request,
    response::{IntoResponse, Response},
};
use chassis::{class, clock::SharedClock, inside};
use contracts::gateway_settings::{BadSettings, CheckedSettings};
use http::{
    HeaderMap, HeaderValue,
    header::{ALLOW, ORIGIN},
};
use std::{convert::Infallible, net::IpAddr, sync::Arc, time::Instant};
use tower::{Layer as _, ServiceExt as _, service_fn};

/// What is told to a client that comes with another method.
const METHODS: HeaderValue =
    HeaderValue::from_static("GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");

/// The gateway. Cheap to clone.
#[derive(Clone)]
pub struct Gateway(Arc<Parts>);

struct Parts {
    present: Present,
    peers: Peers,
    tokens: Tokens,
    shelf: Shelf,
    inside: Option<inside::Token>,
    forwarder: Forwarder,
    clock: SharedClock,
}

impl std::fmt::Debug for Gateway {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Gateway").field("present", &self.0.present).finish_non_exhaustive()
    }
}

impl Gateway {
    /// A gateway to the services that the configuration names.
    ///
    /// # Errors
    /// When what is set makes no sense.
    pub fn new(config: &Config, clock: SharedClock) -> Result<Self, BadSettings> {
        let (settings, peers) = (config.settings()?, Peers::alone());
        Ok(Self(Arc::new(Parts {
            forwarder: Forwarder::new(TimeLimit::of(settings.timeout.length())),
            present: Present::new(settings, &config.upstreams, &peers),
            peers,
            tokens: Tokens::new(config.identity.token_public_keys.clone()),
            shelf: Shelf::new(),
            inside: config.identity.inside_token.clone(),
            clock,
        })))
    }

    /// How many gateways it shares its quota with.
    pub fn peers(&self) -> &Peers {
        &self.0.peers
    }

    /// From the next request on this is set.
    pub fn set(&self, settings: CheckedSettings) {
        self.0.present.set(settings, &self.0.peers);
    }

    /// The answer to a request that came from `peer`, by a service or by the gateway itself.
    pub async fn answer(&self, peer: IpAddr, request: Request) -> Response {
        let policies = self.0.present.get();
        let visitor = Visitor::of(peer, request.headers(), policies.settings.trusted_hops);
        let exposure = Exposure::of(&request, visitor.is_secure);
        let mut response = match policies.cors.clone() {
            Some(cors) if request.headers().contains_key(ORIGIN) => {
                let answer =
                    service_fn(async |request| self.named(&visitor, &policies, request).await);
                let Ok(response) = cors.layer(answer).oneshot(request).await;
                response
            }
            Some(_) | None => {
                let Ok(response) = self.named(&visitor, &policies, request).await;
                response
            }
        };
        exposure.guard(&mut response);
        response
    }

    /// The answer to a request that gets a name.
    async fn named(
        &self,
        visitor: &Visitor,
        policies: &Arc<Policies>,
        mut request: Request,
    ) -> Result<Response, Infallible> {
        let id = request_id::settle(request.headers_mut());
        let mut visit = Visit { visitor: visitor.clone(), id, policies: Arc::clone(policies) };
        let mut response = if self.is_from_inside(request.headers_mut()) {
            metrics::RULINGS.with_label_values(&["inside"]).inc();
            self.route(&visit, request, Side::Inside).await
        } else {
            visit.visitor.principal =
                self.0.tokens.principal(request.headers(), self.0.clock.now());
            self.limited(&visit, request).await
        };
        response.headers_mut().insert(request_id::HEADER, visit.id);
        Ok(response)
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

    async fn limited(&self, visit: &Visit, request: Request) -> Response {
        let verdict = self.count(visit, &request);
        let mut response = if verdict.is_admitted() {
            let side = if visit.visitor.is_staff() { Side::Staff } else { Side::Outside };
            self.route(visit, request, side).await
        } else {
            verdict.problem().into_response()
        };
        verdict.tell(response.headers_mut());
        response
    }

    fn count(&self, Visit { visitor, policies, id: _ }: &Visit, request: &Request) -> Verdict {
        let path = request.uri().path();
        let route = policies.settings.route(path).map(|it| it.path.as_str());
        let asked = (request.method(), path);
        let verdict = policies.limits.ask(visitor, asked, route, self.0.clock.now());
        let outcome = if verdict.is_admitted() { "admitted" } else { "refused" };
        metrics::RULINGS.with_label_values(&[outcome]).inc();
        metrics::CLIENTS.set(policies.limits.clients().try_into().unwrap_or(i64::MAX));
        verdict
    }

    async fn route(&self, visit: &Visit, request: Request, side: Side) -> Response {
        let start = Instant::now();
        let upstream = visit.policies.routes.find(request.uri().path());
        let answer = self.forward(visit, upstream, request, side).await;
        let name = upstream.map_or("none", |it| it.name);
        let response = answer.unwrap_or_else(|error| refuse(&error, name, &visit.id));
        metrics::REQUESTS
            .with_label_values(&[name, response.status().as_str()])
            .observe(start.elapsed().as_secs_f64());
        response
    }

    async fn forward(
        &self,
        visit: &Visit,
        upstream: Option<&Upstream>,
        request: Request,
        side: Side,
    ) -> Result<Response, Error> {
        form::check(&request)?;
        let upstream = upstream.ok_or(Error::NoSuchRoute)?;
        let limit = visit.policies.timeout(request.uri().path(), upstream);
        let forwarder = self.0.forwarder.within(TimeLimit::of(limit));
        let wanted = Wanted::of(upstream.name, &request).filter(|_| side == Side::Outside);
        let said = forwarder.forward(&visit.visitor, upstream, request, side).await;
        let Some(wanted) = wanted else { return said };
        let longest = visit.policies.settings.stale_catalogue.length();
        self.0.shelf.settle(wanted, said, longest, self.0.clock.now()).await
    }
}

/// What is known of a request beside itself.
struct Visit {
    visitor: Visitor,
    /// What it is called.
    id: HeaderValue,
    /// What was set when it came.
    policies: Arc<Policies>,
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
