//! How many retries a service can bear: a fifth of what it is asked for the first time. When it is down,
//! everything is tried again, and without a limit three attempts each would be three times the load,
//! just when it tries to come back.
//!
//! Every first attempt pays for a part of a retry. What is not used within ten seconds is lost, so that
//! a quiet day does not save up for a storm, except for a small reserve that lets a single misfortune be
//! put right where there is hardly any traffic.
//!
//! The reserve is filled by first attempts like all else. In Finagle and Linkerd it grows with time,
//! which at 5 requests and 3 retries a second is 1.8 times the load. Here, over any time whatever,
//!
//! > retries ≤ reserve + 20 % × (first attempts in that time and in the ten seconds before it)
//!
//! and counted from the start there is only the reserve on top: in the long run it is 1.2 times the
//! load, at any rate of requests.

use crate::slices::Slices;
use std::{
    num::NonZeroU32,
    sync::PoisonError,
    time::{Duration, Instant},
};

#[cfg(all(test, loom))]
use loom::sync::{Mutex, MutexGuard};
#[cfg(not(all(test, loom)))]
use std::sync::{Mutex, MutexGuard};

/// What a retry costs, in the hundredths that all is counted in.
const RETRY: u64 = 100;
/// How many slices the time is cut into after which credit is lost; it is exact up to one of them.
const SLICES: NonZeroU32 = NonZeroU32::MIN.saturating_add(9);

/// How much of the traffic may be retries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// For how many retries a hundred first attempts pay.
    pub percent: u32,
    /// How many retries are there from the start, and are not lost by time.
    pub reserve: u32,
    /// How long unused credit is kept beyond the reserve.
    pub kept_for: Duration,
}

/// As in Envoy, Finagle and Linkerd: a fifth, kept for ten seconds.
impl Default for Share {
    fn default() -> Self {
        // Ten is what a burst of a client or two loses when a pod goes.
        Self { percent: 20, reserve: 10, kept_for: Duration::from_secs(10) }
    }
}

/// What is left of a service's share of retries. One for each service, shared by all who call it.
#[derive(Debug)]
pub struct Budget(Mutex<Purse>);

impl Budget {
    /// One that holds the reserve.
    pub fn new(share: Share) -> Self {
        Self(Mutex::new(Purse::new(share)))
    }

    /// Pays in for a first attempt, whatever will come of it.
    pub fn deposit(&self, now: Instant) {
        self.purse().deposit(now);
    }

    /// Takes out what a retry costs. If there is not enough, nothing is taken, and it must not be made.
    pub fn withdraw(&self, now: Instant) -> bool {
        self.purse().withdraw(now)
    }

    /// How many retries there is credit for now, rounded down.
    pub fn balance(&self, now: Instant) -> u64 {
        self.purse().credit(now) / RETRY
    }

    fn purse(&self) -> MutexGuard<'_, Purse> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// All in hundredths of a retry.
#[derive(Debug)]
struct Purse {
    /// What a first attempt pays.
    payment: u64,
    /// What the reserve can hold.
    most: u64,
    reserve: u64,
    /// What came on top lately, by when it came.
    lately: Slices<u64>,
}

impl Purse {
    fn new(share: Share) -> Self {
        let Share { percent, reserve, kept_for } = share;
        let most = u64::from(reserve) * RETRY;
        let lately = Slices::new(SLICES, kept_for / SLICES.get());
        Self { payment: percent.into(), most, reserve: most, lately }
    }

    fn deposit(&mut self, now: Instant) {
        let to_reserve = self.payment.min(self.most - self.reserve);
        self.reserve += to_reserve;
        if let Some(newest) = self.lately.at(now).back_mut() {
            *newest = newest.saturating_add(self.payment - to_reserve);
        }
    }

    fn withdraw(&mut self, now: Instant) -> bool {
        let is_enough = self.credit(now) >= RETRY;
        if is_enough {
            self.take(RETRY, now);
        }
        is_enough
    }

    fn credit(&mut self, now: Instant) -> u64 {
        let lately = self.lately.at(now).iter().copied();
        lately.fold(self.reserve, u64::saturating_add)
    }

    /// Takes first what is lost first, and the reserve last.
    fn take(&mut self, mut amount: u64, now: Instant) {
        for credit in self.lately.at(now) {
            let part = amount.min(*credit);
            *credit -= part;
            amount -= part;
        }
        self.reserve = self.reserve.saturating_sub(amount);
    }
}
