//! Which rate limits a request is counted against: that of signing in or of its route, if there is one, and
//! then that of all requests. It passes when all let it; its client is told of the tightest.

use crate::{
    peers::Peers,
    rate_limit::{Client, Kind, RateLimiter, Ruling},
    visitor::Visitor,
};
use chassis::problem::Problem;
use contracts::gateway_settings::{CheckedSettings, RateLimit};
use http::{HeaderMap, Method};
use jiff::Timestamp;
use std::{collections::BTreeMap, sync::Arc};

/// For all requests.
const ALL: Kind = Kind { name: "client", most_clients: 65_536 };
/// For what may be somebody trying passwords.
const SIGN_IN: Kind = Kind { name: "sign-in", most_clients: 65_536 };
/// For the requests to one route.
const ROUTE: Kind = Kind { name: "route", most_clients: 8_192 };

/// The paths at which a password or a token is tried, or an account made.
const SIGN_IN_PATHS: [&str; 3] =
    ["/api/customers", "/api/customers/login", "/api/customers/refresh"];

/// The limiters of a gateway.
#[derive(Debug)]
pub(crate) struct Limits {
    all: Arc<RateLimiter>,
    sign_in: Arc<RateLimiter>,
    /// By the prefix of the route.
    routes: BTreeMap<String, Arc<RateLimiter>>,
}

/// What the limits say to one request.
#[derive(Debug)]
pub(crate) struct Verdict {
    ruling: Ruling,
    /// Who has said it.
    limiter: Arc<RateLimiter>,
}

impl Limits {
    /// Limits as they are set, which have seen no client yet.
    pub(crate) fn new(settings: &CheckedSettings, peers: &Peers) -> Self {
        let limiter = |kind, quota| Arc::new(RateLimiter::new(kind, quota, peers.clone()));
        Self {
            all: limiter(ALL, settings.rate_limit),
            sign_in: limiter(SIGN_IN, settings.sign_in_rate_limit.into()),
            routes: of_routes(settings).map(|(it, quota)| (it, limiter(ROUTE, quota))).collect(),
        }
    }

    /// Limits as they are set now. Those that did not change know what they have seen.
    pub(crate) fn next(&self, settings: &CheckedSettings, peers: &Peers) -> Self {
        let mut next = Self::new(settings, peers);
        keep(&mut next.all, &self.all);
        keep(&mut next.sign_in, &self.sign_in);
        for (path, limiter) in &mut next.routes {
            if let Some(former) = self.routes.get(path) {
                keep(limiter, former);
            }
        }
        next
    }

    /// Counts a request, to the route with this prefix if it has one of its own.
    pub(crate) fn ask(
        &self,
        visitor: &Visitor,
        (method, path): (&Method, &str),
        route: Option<&str>,
        now: Timestamp,
    ) -> Verdict {
        let client = client(visitor);
        let mut verdicts = Vec::with_capacity(3);
        if is_sign_in(method, path) {
            // By address, since a token is not what is tried here.
            verdicts.push(Verdict::of(&self.sign_in, &visitor.address.into(), now));
        }
        let route = route.and_then(|it| self.routes.get(it));
        verdicts.extend(route.map(|it| Verdict::of(it, &client, now)));
        if verdicts.iter().all(Verdict::is_admitted) {
            verdicts.push(Verdict::of(&self.all, &client, now));
        }
        let tightest =
            verdicts.into_iter().min_by_key(|it| (it.is_admitted(), it.ruling.remaining));
        tightest.unwrap_or_else(|| Verdict::of(&self.all, &client, now))
    }

    /// How many clients are remembered as having asked for anything.
    pub(crate) fn clients(&self) -> usize {
        self.all.clients()
    }
}

fn of_routes(settings: &CheckedSettings) -> impl Iterator<Item = (String, RateLimit)> {
    settings.routes.iter().filter_map(|it| Some((it.path.clone(), it.rate_limit?)))
}

/// Puts the former limiter in place of the new one if it counts the same.
fn keep(new: &mut Arc<RateLimiter>, former: &Arc<RateLimiter>) {
    if former.quota() == new.quota() {
        new.clone_from(former);
    }
}

fn client(visitor: &Visitor) -> Client {
    match &visitor.principal {
        Some(principal) => Client::Named(principal.id.as_str().into()),
        None => visitor.address.into(),
    }
}

fn is_sign_in(method: &Method, path: &str) -> bool {
    method == Method::POST && SIGN_IN_PATHS.contains(&path)
}

impl Verdict {
    fn of(limiter: &Arc<RateLimiter>, client: &Client, now: Timestamp) -> Self {
        Self { ruling: limiter.ask(client, now), limiter: Arc::clone(limiter) }
    }

    pub(crate) fn is_admitted(&self) -> bool {
        self.ruling.admitted
    }

    /// Tells the client where it stands.
    pub(crate) fn tell(&self, headers: &mut HeaderMap) {
        self.limiter.tell(self.ruling, headers);
    }

    /// What a client reads that has asked too often.
    pub(crate) fn problem(&self) -> Problem {
        self.limiter.problem(self.ruling)
    }
}
