//! How many requests each client may make: one token bucket per client.
//!
//! A bucket holds as many tokens as the quota has requests and fills up evenly over the quota's time.
//! All that must be kept of it is the moment at which it will be full again; once that has passed, the
//! client is forgotten. When more clients are known than memory is set aside for, those whose buckets
//! are nearest to full go first, as they gain least by it.
//!
//! Several gateways of a shop share a quota: each gives out its part, so that a client whose requests are
//! spread evenly over them has all of it.

mod buckets;

use crate::{config::positive, headers::value, peers::Peers};
use buckets::Buckets;
use chassis::{env, problem::Problem};
use contracts::gateway_settings::RateLimit;
use http::{HeaderMap, HeaderValue, StatusCode};
use jiff::Timestamp;
use std::{
    net::{IpAddr, Ipv6Addr},
    num::NonZeroU32,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// How many requests a client may make, and in which time.
#[derive(Clone, Copy, Debug, clap::Args)]
#[group(skip)] // each crate has its Config, and names of groups must differ
pub struct Quota {
    /// How many requests one client may make per `RATE_LIMIT_PER`.
    #[arg(id = "rate-limit-requests", long = "rate-limit-requests", env = env::RATE_LIMIT_REQUESTS, value_name = env::RATE_LIMIT_REQUESTS, default_value = "100")]
    pub requests: NonZeroU32,
    /// The time over which requests are counted.
    #[arg(id = "rate-limit-per", long = "rate-limit-per", env = env::RATE_LIMIT_PER, value_name = env::RATE_LIMIT_PER, default_value = "1m", value_parser = positive)]
    pub per: Duration,
}

/// Who is counted as one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Client {
    /// An IPv4 address, or the /64 network that an IPv6 subscriber is given.
    At(IpAddr),
    /// Whom a good token names.
    Named(Arc<str>),
}

impl From<IpAddr> for Client {
    fn from(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(it) => Self::At(it.into()),
            IpAddr::V6(it) => Self::At(Ipv6Addr::from_bits(it.to_bits() >> 64 << 64).into()),
        }
    }
}

/// Nanoseconds, since the epoch or between two moments.
type Nanos = i128;

/// What a limiter is called towards clients, and how much it remembers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kind {
    /// What clients read.
    pub name: &'static str,
    /// How many clients are remembered; a thousand take about 160 KiB.
    pub most_clients: usize,
}

/// Counts the requests of every client.
#[derive(Debug)]
pub struct RateLimiter {
    kind: Kind,
    quota: RateLimit,
    peers: Peers,
    buckets: Mutex<Buckets>,
}

/// What the limiter says to one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ruling {
    /// Whether it may pass.
    pub admitted: bool,
    /// How many more may pass at once.
    pub remaining: u32,
    /// When there will be one more.
    pub next: Duration,
}

impl RateLimiter {
    /// A limiter that knows no client yet.
    pub fn new(kind: Kind, quota: RateLimit, peers: Peers) -> Self {
        Self { kind, quota, peers, buckets: Mutex::default() }
    }

    /// The quota that it gives out, with its peers.
    pub fn quota(&self) -> RateLimit {
        self.quota
    }

    /// Takes a token out of the client's bucket, if there is one.
    pub fn ask(&self, client: &Client, now: Timestamp) -> Ruling {
        let now = now.as_nanosecond();
        let (tokens, interval) = self.part();
        let whole = interval * Nanos::from(tokens);
        let mut buckets = self.buckets();
        buckets.forget_full(now);
        // At most empty: when the clock is set back, nobody must pay for more than a whole bucket.
        let missing = buckets.full_at(client).map_or(0, |at| (at - now).clamp(0, whole));
        if missing + interval > whole {
            let next = missing + interval - whole;
            return Ruling { admitted: false, remaining: 0, next: duration(next) };
        }
        let missing = missing + interval;
        buckets.set(client, now + missing);
        buckets.shrink_to(self.kind.most_clients);
        Ruling {
            admitted: true,
            remaining: u32::try_from((whole - missing) / interval).unwrap_or(u32::MAX),
            next: duration((missing - 1) % interval + 1),
        }
    }

    /// How many tokens a bucket of this gateway holds, and how long it takes until it has one more.
    fn part(&self) -> (u32, Nanos) {
        let tokens = (self.quota.requests / self.peers.count()).max(1);
        let per = Nanos::try_from(self.quota.per.length().as_nanos()).unwrap_or(Nanos::MAX);
        (tokens, (per / Nanos::from(tokens)).max(1))
    }

    /// How many clients are remembered.
    pub fn clients(&self) -> usize {
        self.buckets().len()
    }

    fn buckets(&self) -> MutexGuard<'_, Buckets> {
        self.buckets.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells a client where it stands (draft-ietf-httpapi-ratelimit-headers-10).
    pub fn tell(&self, ruling: Ruling, headers: &mut HeaderMap) {
        let Ruling { admitted: _, remaining, next } = ruling;
        let (name, seconds) = (self.kind.name, whole_seconds(next).as_secs());
        headers.insert("ratelimit-policy", self.policy());
        headers.insert("ratelimit", value(&format!("\"{name}\";r={remaining};t={seconds}")));
    }

    fn policy(&self) -> HeaderValue {
        let (RateLimit { requests, per }, name) = (self.quota, self.kind.name);
        match per.length().subsec_nanos() {
            0 => value(&format!("\"{name}\";q={requests};w={}", per.length().as_secs())),
            _ => value(&format!("\"{name}\";q={requests}")), // windows are told in whole seconds
        }
    }

    /// What a client reads that has asked too often.
    pub fn problem(&self, ruling: Ruling) -> Problem {
        let RateLimit { requests, per } = self.quota;
        let wait = whole_seconds(ruling.next);
        let detail = format!(
            "A client may make {requests} requests in {per}. Try again in {}.",
            humantime::format_duration(wait)
        );
        Problem::new(StatusCode::TOO_MANY_REQUESTS, "rate-limited", detail).retry_after(wait)
    }
}

fn duration(nanos: Nanos) -> Duration {
    Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
}

/// Rounded up, so that whoever waits so long has waited long enough.
fn whole_seconds(wait: Duration) -> Duration {
    Duration::from_secs(wait.as_nanos().div_ceil(1_000_000_000).try_into().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests;
