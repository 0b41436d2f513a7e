use super::*;
use jiff::SignedDuration;

const START: Timestamp = Timestamp::UNIX_EPOCH;

fn limiter(requests: u32, per: Duration) -> RateLimiter {
    shared(requests, per, Peers::alone())
}

fn shared(requests: u32, per: Duration, peers: Peers) -> RateLimiter {
    let kind = Kind { name: "client", most_clients: 3 };
    RateLimiter::new(kind, RateLimit { requests, per: per.into() }, peers)
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
    let asked = |millis| limiter.ask(&client(1), after(millis));
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
    assert_eq!((0..20).filter(|_| limiter.ask(&client(1), START).admitted).count(), 7);
}

#[test]
fn each_client_has_a_bucket_of_its_own() {
    let limiter = limiter(1, Duration::from_secs(1));
    assert!(limiter.ask(&client(1), START).admitted);
    assert!(!limiter.ask(&client(1), START).admitted);
    assert!(limiter.ask(&client(2), START).admitted);
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
        limiter.ask(&client(0), START);
    }
    for n in 1..200 {
        limiter.ask(&client(n), START);
    }
    assert_eq!(limiter.clients(), 3);
    assert!(!limiter.ask(&client(0), START).admitted);
    limiter.ask(&client(1), after(1_000));
    assert_eq!(limiter.clients(), 1);
}

#[test]
fn a_clock_that_is_set_back_costs_at_most_one_bucket() {
    let limiter = limiter(10, Duration::from_secs(1));
    limiter.ask(&client(1), after(3_600_000));
    assert_eq!(limiter.ask(&client(1), START).next, Duration::from_millis(100));
    limiter.ask(&client(2), START);
    assert!(limiter.ask(&client(2), after(100)).admitted);
}

#[test]
fn a_client_is_told_where_it_stands() {
    let limiter = limiter(100, Duration::from_mins(1));
    let mut headers = HeaderMap::new();
    limiter.tell(limiter.ask(&client(1), START), &mut headers);
    assert_eq!(headers["ratelimit-policy"], "\"client\";q=100;w=60");
    assert_eq!(headers["ratelimit"], "\"client\";r=99;t=1");
}

#[test]
fn several_gateways_share_a_quota() {
    let peers = Peers::alone();
    let limiters = [(); 2].map(|()| shared(10, Duration::from_secs(1), peers.clone()));
    let admitted = |millis: i64| {
        let asked = limiters.iter().cycle().take(60);
        asked.filter(|it| it.ask(&client(1), after(millis)).admitted).count()
    };
    peers.set(2);
    assert_eq!(admitted(0), 10);
    assert_eq!(admitted(600), 6);
    // The half-empty bucket is as empty for a larger part: what is missing is time.
    peers.set(1);
    assert_eq!(admitted(1_000), 8);
    peers.set(100);
    assert_eq!(limiters[0].ask(&client(2), after(0)).remaining, 0);
    assert!(!limiters[0].ask(&client(2), after(999)).admitted);
}
