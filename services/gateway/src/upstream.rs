//! A service that requests are handed to, and what stands between it and its clients.

use crate::{bulkhead::Bulkhead, metrics, route::Origin};
use resilience::{
    circuit_breaker::{CircuitBreaker, Settings, State, Transition},
    retry::{Budget, Policy, Share},
};

/// A service that requests are handed to.
#[derive(Debug)]
pub struct Upstream {
    /// Its name.
    pub name: &'static str,
    /// Where it is.
    pub origin: Origin,
    /// How many requests it is given at once.
    pub bulkhead: Bulkhead,
    /// Whether it is asked at all.
    pub breaker: CircuitBreaker,
    /// How often one request is sent.
    pub policy: Policy,
    /// How many requests are sent again, of all.
    pub budget: Budget,
}

impl Upstream {
    /// A service of which nothing bad is known yet.
    pub fn new(name: &'static str, origin: Origin) -> Self {
        show(name, State::Closed);
        let listener = Box::new(move |it| tell(name, it));
        Self {
            name,
            origin,
            bulkhead: Bulkhead::new(),
            breaker: CircuitBreaker::heard_by(listener, Settings::default()),
            policy: Policy::default(),
            budget: Budget::new(Share::default()),
        }
    }
}

fn tell(upstream: &'static str, Transition { from, to, cause }: Transition) {
    let (from, cause) = (from.name(), cause.name());
    tracing::warn!(upstream, from, to = to.name(), cause, "the circuit breaker has moved");
    metrics::TRANSITIONS.with_label_values(&[upstream, to.name(), cause]).inc();
    show(upstream, to);
}

fn show(upstream: &str, now: State) {
    for state in [State::Closed, State::Open, State::HalfOpen] {
        let gauge = metrics::BREAKERS.with_label_values(&[upstream, state.name()]);
        gauge.set(i64::from(state == now));
    }
}
