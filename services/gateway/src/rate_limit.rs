//! How many requests each client may make: one token bucket per client.
//!
//! A bucket holds as many tokens as the quota has requests and fills up evenly over the quota's time.
//! All that must be kept of it is the moment at which it will be full again; once that has passed, the
//! client is forgotten. When more clients are known than memory is set aside for, those whose buckets
//! are nearest to full go first, as they gain least by it.

use crate::{config::positive, headers::value};
use chassis::{env, problem::Problem};
use http::{HeaderMap, HeaderValue, StatusCode};
use jiff::Timestamp;
use std::{
    collections::{BTreeMap, BTreeSet},
    net::{IpAddr, Ipv6Addr},
    num::NonZeroU32,
    sync::{Mutex, PoisonError},
    time::Duration,
};

/// How many clients are remembered; about 10 MiB.
const MOST_CLIENTS: usize = 65_536;

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

/// Who is counted as one: an IPv4 address, or the /64 network that an IPv6 subscriber is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Client(IpAddr);

impl From<IpAddr> for Client {
    fn from(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(it) => Self(it.into()),
            IpAddr::V6(it) => Self(Ipv6Addr::from_bits(it.to_bits() >> 64 << 64).into()),
        }
    }
}

/// Nanoseconds, since the epoch or between two moments.
type Nanos = i128;

/// Counts the requests of every client.
#[derive(Debug)]
pub struct RateLimiter {
    quota: Quota,
    /// How long it takes until a bucket has one more token.
    interval: Nanos,
    most_clients: usize,
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
    pub fn new(quota: Quota) -> Self {
        Self::remembering(MOST_CLIENTS, quota)
    }

    fn remembering(most_clients: usize, quota: Quota) -> Self {
        let per = Nanos::try_from(quota.per.as_nanos()).unwrap_or(Nanos::MAX);
        let interval = (per / Nanos::from(quota.requests.get())).max(1);
        Self { quota, interval, most_clients, buckets: Mutex::default() }
    }

    /// Takes a token out of the client's bucket, if there is one.
    pub fn ask(&self, client: Client, now: Timestamp) -> Ruling {
        let now = now.as_nanosecond();
        let whole = self.interval * Nanos::from(self.quota.requests.get());
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        buckets.forget_full(now);
        // At most empty: when the clock is set back, nobody must pay for more than a whole bucket.
        let missing = buckets.full_at(client).map_or(0, |at| (at - now).clamp(0, whole));
        if missing + self.interval > whole {
            let next = missing + self.interval - whole;
            return Ruling { admitted: false, remaining: 0, next: duration(next) };
        }
        let missing = missing + self.interval;
        buckets.set(client, now + missing);
        buckets.shrink_to(self.most_clients);
        Ruling {
            admitted: true,
            remaining: u32::try_from((whole - missing) / self.interval).unwrap_or(u32::MAX),
            next: duration((missing - 1) % self.interval + 1),
        }
    }

    /// How many clients are remembered.
    pub fn clients(&self) -> usize {
        self.buckets.lock().unwrap_or_else(PoisonError::into_inner).full_at.len()
    }

    /// Tells a client where it stands (draft-ietf-httpapi-ratelimit-headers-10).
    pub fn tell(&self, ruling: Ruling, headers: &mut HeaderMap) {
        let Ruling { admitted: _, remaining, next } = ruling;
        let standing = format!("\"client\";r={remaining};t={}", whole_seconds(next).as_secs());
        headers.insert("ratelimit-policy", self.policy());
        headers.insert("ratelimit", value(&standing));
    }

    fn policy(&self) -> HeaderValue {
        let Quota { requests, per } = self.quota;
        match per.subsec_nanos() {
            0 => value(&format!("\"client\";q={requests};w={}", per.as_secs())),
            _ => value(&format!("\"client\";q={requests}")), // windows are told in whole seconds
        }
    }

    /// What a client reads that has asked too often.
    pub fn problem(&self, ruling: Ruling) -> Problem {
        let Quota { requests, per } = self.quota;
        let (per, wait) = (humantime::format_duration(per), whole_seconds(ruling.next));
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

/// When the bucket of each client that is not full will be; by client, and in the order of time.
#[derive(Debug, Default)]
struct Buckets {
    full_at: BTreeMap<Client, Nanos>,
    order: BTreeSet<(Nanos, Client)>,
}

impl Buckets {
    fn full_at(&self, client: Client) -> Option<Nanos> {
        self.full_at.get(&client).copied()
    }

    fn set(&mut self, client: Client, full_at: Nanos) {
        if let Some(earlier) = self.full_at.insert(client, full_at) {
            self.order.remove(&(earlier, client));
        }
        self.order.insert((full_at, client));
    }

    fn forget_full(&mut self, now: Nanos) {
        while self.order.first().is_some_and(|(full_at, _)| *full_at <= now) {
            self.forget_first();
        }
    }

    fn shrink_to(&mut self, most: usize) {
        while self.order.len() > most {
            self.forget_first();
        }
    }

    fn forget_first(&mut self) {
        if let Some((_, client)) = self.order.pop_first() {
            self.full_at.remove(&client);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::SignedDuration;

    const START: Timestamp = Timestamp::UNIX_EPOCH;

    fn limiter(requests: u32, per: Duration) -> RateLimiter {
        RateLimiter::remembering(3, Quota { requests: requests.try_into().unwrap(), per })
    }

    fn client(n: u8) -> Client {
        IpAddr::from([192, 0, 2, n]).into()
    }

    fn after(millis: i64) -> Timestamp {
        START + SignedDuration::from_millis(millis)
    }

    #[test]
    fn a_full_bucket_is_spent_and_fills_up_evenly() {
        let limiter = limiter(10, Duration::from_secs(1));
        let asked = |millis| limiter.ask(client(1), after(millis));
        let first: Vec<_> = (0..10).map(|_| asked(0).remaining).collect();
        assert_eq!(first, [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]);
        let refused = Ruling { admitted: false, remaining: 0, next: Duration::from_millis(100) };
        assert_eq!(asked(0), refused);
        assert_eq!(asked(99), Ruling { next: Duration::from_millis(1), ..refused });
        assert!(asked(100).admitted);
        assert!(!asked(100).admitted);
        assert_eq!((200..1200).filter(|it| asked(*it).admitted).count(), 10);
    }

    #[test]
    fn a_quota_that_does_not_divide_evenly_is_never_exceeded() {
        let limiter = limiter(7, Duration::from_secs(1));
        assert_eq!((0..20).filter(|_| limiter.ask(client(1), START).admitted).count(), 7);
    }

    #[test]
    fn each_client_has_a_bucket_of_its_own() {
        let limiter = limiter(1, Duration::from_secs(1));
        assert!(limiter.ask(client(1), START).admitted);
        assert!(!limiter.ask(client(1), START).admitted);
        assert!(limiter.ask(client(2), START).admitted);
    }

    #[test]
    fn one_subscriber_is_one_client() {
        let address = |text: &str| Client::from(text.parse::<IpAddr>().unwrap());
        assert_eq!(address("2001:db8::1"), address("2001:db8::ffff:1:2:3"));
        assert_ne!(address("2001:db8::1"), address("2001:db8:0:1::1"));
        assert_eq!(address("::ffff:192.0.2.1"), address("192.0.2.1"));
    }

    #[test]
    fn idle_clients_are_forgotten_and_the_busiest_are_kept() {
        let limiter = limiter(10, Duration::from_secs(1));
        for _ in 0..10 {
            limiter.ask(client(0), START);
        }
        for n in 1..200 {
            limiter.ask(client(n), START);
        }
        assert_eq!(limiter.clients(), 3);
        assert!(!limiter.ask(client(0), START).admitted);
        limiter.ask(client(1), after(1_000));
        assert_eq!(limiter.clients(), 1);
    }

    #[test]
    fn a_clock_that_is_set_back_costs_at_most_one_bucket() {
        let limiter = limiter(10, Duration::from_secs(1));
        limiter.ask(client(1), after(3_600_000));
        assert_eq!(limiter.ask(client(1), START).next, Duration::from_millis(100));
        limiter.ask(client(2), START);
        assert!(limiter.ask(client(2), after(100)).admitted);
    }

    #[test]
    fn a_client_is_told_where_it_stands() {
        let limiter = limiter(100, Duration::from_mins(1));
        let mut headers = HeaderMap::new();
        limiter.tell(limiter.ask(client(1), START), &mut headers);
        assert_eq!(headers["ratelimit-policy"], "\"client\";q=100;w=60");
        assert_eq!(headers["ratelimit"], "\"client\";r=99;t=1");
    }
}
