//! A service that requests are handed to, and what stands between it and its clients.

use crate::{bulkhead::Bulkhead, metrics, route::Origin};
use contracts::gateway_settings::{self as settings, BreakerWindow, Protection};
use resilience::{
    circuit_breaker::{CircuitBreaker, Percent, Settings, State, Transition, Window},
    retry::{Budget, Policy, Share},
};
use std::{num::NonZeroU32, sync::Arc, time::Duration};

/// A service that requests are handed to. Its clones share what is known of it.
#[derive(Clone, Debug)]
pub struct Upstream {
    /// Its name.
    pub name: &'static str,
    /// Where it is.
    pub origin: Origin,
    /// How many requests it is given at once.
    pub bulkhead: Arc<Bulkhead>,
    /// Whether it is asked at all.
    pub breaker: Arc<CircuitBreaker>,
    /// How often one request is sent.
    pub policy: Policy,
    /// How many requests are sent again, of all.
    pub budget: Arc<Budget>,
    /// What all of that follows from.
    protection: Protection,
}

impl Upstream {
    /// A service of which nothing bad is known yet.
    pub fn new(name: &'static str, origin: Origin, protection: Protection) -> Self {
        Self {
            name,
            origin,
            bulkhead: Arc::new(Bulkhead::new(protection.concurrency)),
            breaker: Arc::new(breaker(name, protection)),
            policy: policy(protection.retry),
            budget: Arc::new(Budget::new(share(protection.retry))),
            protection,
        }
    }

    /// The same service with other protection. What does not change keeps what it has learned.
    #[must_use]
    pub fn with(&self, protection: Protection) -> Self {
        let (old, mut new) = (self.protection, self.clone());
        if protection.concurrency != old.concurrency {
            new.bulkhead = Arc::new(Bulkhead::new(protection.concurrency));
        }
        if settings_of(protection) != settings_of(old) {
            new.breaker = Arc::new(breaker(self.name, protection));
        }
        if protection.retry != old.retry {
            new.policy = policy(protection.retry);
            new.budget = Arc::new(Budget::new(share(protection.retry)));
        }
        new.protection = protection;
        new
    }

    /// How long a request to it may take.
    pub fn timeout(&self) -> Duration {
        self.protection.timeout.length()
    }
}

fn policy(settings: settings::Retry) -> Policy {
    Policy {
        attempts: at_least_one(settings.attempts),
        first_pause: settings.base_delay.length(),
        longest_pause: settings.max_delay.length(),
        ..Policy::default()
    }
}

/// Where nothing is to be sent again, the reserve is not either.
fn share(settings: settings::Retry) -> Share {
    match settings.budget_percent {
        0 => Share { percent: 0, reserve: 0, ..Share::default() },
        percent => Share { percent, ..Share::default() },
    }
}

/// How many slices a window of time has.
const SLICES: NonZeroU32 = NonZeroU32::MIN.saturating_add(9);

fn settings_of(protection: Protection) -> Settings {
    let it = protection.circuit_breaker;
    let default = Settings::default();
    Settings {
        window: match it.window {
            BreakerWindow::Calls(calls) => Window::Calls(at_least_one(calls)),
            BreakerWindow::Time(time) => {
                Window::Time { slices: SLICES, each: time.length() / SLICES.get() }
            }
        },
        minimum_calls: it.minimum_calls,
        failure_rate: percent(it.failure_rate).unwrap_or(default.failure_rate),
        slow_rate: percent(it.slow_call_rate).unwrap_or(default.slow_rate),
        slow_from: it.slow_call_duration.length(),
        open_for: it.open_for.length(),
        open_at_most: it.max_open_for.length(),
        probes: at_least_one(it.probes),
        // Twice what a call may take, so that only a lost one reaches it.
        probes_within: default.probes_within.max(protection.timeout.length() * 2),
    }
}

fn percent(share: u32) -> Option<Percent> {
    u8::try_from(share).ok().and_then(Percent::new)
}

fn at_least_one(number: u32) -> NonZeroU32 {
    NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN)
}

fn breaker(name: &'static str, protection: Protection) -> CircuitBreaker {
    show(name, State::Closed);
    let listener = Box::new(move |it| tell(name, it));
    CircuitBreaker::heard_by(listener, settings_of(protection))
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

#[cfg(test)]
mod tests {
    use super::*;
    use contracts::gateway_settings::{CheckedSettings, Time};

    fn protection() -> Protection {
        CheckedSettings::default().protection("orders")
    }

    #[test]
    fn what_is_set_by_default_is_what_was_found_to_be_good() {
        let protection = protection();
        assert_eq!(settings_of(protection), Settings::default());
        assert_eq!(policy(protection.retry), Policy::default());
        assert_eq!(share(protection.retry), Share::default());
    }

    #[test]
    fn what_does_not_change_keeps_what_it_has_learned() {
        let old = Upstream::new("orders", "http://orders".parse().unwrap(), protection());
        let mut other = protection();
        other.retry.attempts = 1;
        other.timeout = Time::from_secs(1);
        let new = old.with(other);
        assert!(
            Arc::ptr_eq(&new.breaker, &old.breaker) && Arc::ptr_eq(&new.bulkhead, &old.bulkhead)
        );
        assert!(!Arc::ptr_eq(&new.budget, &old.budget));
        assert_eq!((new.policy.attempts, new.timeout()), (NonZeroU32::MIN, Duration::from_secs(1)));
        other.circuit_breaker.probes = 1;
        assert!(!Arc::ptr_eq(&new.with(other).breaker, &old.breaker));
    }
}
