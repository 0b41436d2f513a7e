use super::{token::Claims, *};
use crate::{
    access::{self, Access},
    clock::{Clock as _, HeldClock},
    process::Process,
};
use axum::{
    Router,
    body::Body,
    http::{Request, StatusCode, header},
    routing::get,
};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use clap::Parser;
use jiff::{SignedDuration, Timestamp};
use std::{sync::Arc, time::Duration};
use tower::ServiceExt as _;

const QUARTER: Duration = Duration::from_mins(15);

fn now() -> Timestamp {
    "2026-11-01T12:00:00Z".parse().unwrap()
}

fn after(seconds: i64) -> Timestamp {
    now() + SignedDuration::from_secs(seconds)
}

fn ada() -> Principal {
    Principal::customer(CustomerId::derived("ada"))
}

fn claims(issuer: &str) -> Claims {
    let now = now().as_second();
    let (sub, role) = (ada().id, Role::Customer);
    Claims { iss: issuer.to_owned(), sub, role, iat: now, nbf: now, exp: now + 900 }
}

/// The token with one of its parts made anew.
fn with_part(token: &str, index: usize, part: &str) -> String {
    let mut parts: Vec<_> = token.split('.').map(str::to_owned).collect();
    parts[index] = BASE64_URL_SAFE_NO_PAD.encode(part);
    parts.join(".")
}

#[test]
fn a_token_says_who_somebody_is_for_as_long_as_it_is_good() {
    let key = SigningKey::generate();
    let keys = key.verifying_keys();
    let staff = Principal { id: "boss".to_owned(), role: Role::Staff };
    for principal in [ada(), staff] {
        let token = key.sign(&principal, now(), QUARTER);
        for good in [-30, 0, 899, 929] {
            assert_eq!(keys.verify(&token, after(good)), Ok(principal.clone()), "{good}");
        }
        assert_eq!(keys.verify(&token, after(-31)), Err(BadToken::Early));
        assert_eq!(keys.verify(&token, after(930)), Err(BadToken::Expired));
    }
    assert_eq!(ada().customer_id(), Some(CustomerId::derived("ada")));
}

#[test]
fn every_changed_byte_is_noticed() {
    let key = SigningKey::generate();
    let (token, keys) = (key.sign(&ada(), now(), QUARTER), key.verifying_keys());
    for (place, old) in token.char_indices() {
        let new = if old == 'A' { "B" } else { "A" };
        let mut changed = token.clone();
        changed.replace_range(place..=place, new);
        assert!(keys.verify(&changed, now()).is_err(), "{place}: {old} to {new}");
        assert!(keys.verify(&token[..place], now()).is_err(), "the first {place}");
    }
}

#[test]
fn other_headers_keys_and_issuers_are_refused() {
    let (key, other) = (SigningKey::generate(), SigningKey::generate());
    let (token, keys) = (key.sign(&ada(), now(), QUARTER), key.verifying_keys());
    let kid = header_of(&token)["kid"].as_str().unwrap().to_owned();
    for header in [
        format!(r#"{{"alg":"none","kid":"{kid}","typ":"JWT"}}"#),
        format!(r#"{{"alg":"HS256","kid":"{kid}","typ":"JWT"}}"#),
        format!(r#"{{"kid":"{kid}","alg":"EdDSA","typ":"JWT"}}"#),
        format!(r#"{{"alg":"EdDSA","kid":"{kid}","typ":"JWT","crit":["exp"]}}"#),
        r#"{"alg":"EdDSA","typ":"JWT"}"#.to_owned(),
    ] {
        let changed = with_part(&token, 0, &header);
        assert_eq!(keys.verify(&changed, now()), Err(BadToken::UnknownKey), "{header}");
    }
    assert_eq!(other.verifying_keys().verify(&token, now()), Err(BadToken::UnknownKey));
    assert_eq!(VerifyingKeys::default().verify(&token, now()), Err(BadToken::UnknownKey));
    let forged = key.seal(&claims("somebody"));
    assert_eq!(keys.verify(&forged, now()), Err(BadToken::Issuer));
    assert_eq!(keys.verify(&key.seal(&claims("shopkeeper")), now()), Ok(ada()));
    // Another's signature under our header.
    let theirs = other.sign(&ada(), now(), QUARTER);
    let header = token.split('.').next().unwrap();
    let mixed = format!("{header}.{}", theirs.split_once('.').unwrap().1);
    assert_eq!(keys.verify(&mixed, now()), Err(BadToken::Signature));
}

fn header_of(token: &str) -> serde_json::Value {
    let header = token.split('.').next().unwrap();
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(header).unwrap()).unwrap()
}

#[test]
fn garbage_is_refused() {
    let key = SigningKey::generate();
    let (token, keys) = (key.sign(&ada(), now(), QUARTER), key.verifying_keys());
    let (signed, signature) = token.rsplit_once('.').unwrap();
    for garbage in [
        String::new(),
        ".".to_owned(),
        "..".to_owned(),
        "a.b.c".to_owned(),
        signed.to_owned(),
        format!("{signed}."),
        format!("{token}="),
        format!("{token}.{signature}"),
        format!(".{token}"),
        token.replacen('.', "..", 1),
        "\u{1f511}".repeat(20),
        "x".repeat(100_000),
    ] {
        assert!(keys.verify(&garbage, now()).is_err(), "{garbage}");
    }
    let mut long = claims("shopkeeper");
    long.sub = "x".repeat(2_000);
    assert_eq!(keys.verify(&key.seal(&long), now()), Err(BadToken::Malformed));
}

#[test]
fn keys_roll() {
    let (old, new) = (SigningKey::generate(), SigningKey::generate());
    let both = format!("{}, {}", old.public_key(), new.public_key());
    let keys = VerifyingKeys::parse(&both).unwrap();
    for key in [&old, &new] {
        assert_eq!(keys.verify(&key.sign(&ada(), now(), QUARTER), now()), Ok(ada()));
    }
}

#[derive(Debug, Parser)]
struct Tool {
    #[command(flatten)]
    identity: Config,
    #[arg(long, value_parser = crate::secret::parser::<SigningKey>())]
    signing_key: Option<SigningKey>,
}

#[test]
fn keys_are_configured_and_the_private_one_never_shown() {
    let text = SigningKey::fresh_text();
    let key = SigningKey::parse(&text).unwrap();
    let public = key.public_key();
    let tool = Tool::try_parse_from(["it", "--token-public-keys", &public, "--signing-key", &text]);
    let tool = tool.unwrap();
    let token = tool.signing_key.clone().unwrap().sign(&ada(), now(), QUARTER);
    assert_eq!(tool.identity.token_public_keys.verify(&token, now()), Ok(ada()));
    assert!(!format!("{tool:?}").contains(&text[20..40]));
    let wrong = format!("{}x", &text[..60]);
    let error = Tool::try_parse_from(["it", "--signing-key", &wrong]).unwrap_err().to_string();
    assert!(error.contains("--signing-key") && !error.contains(&wrong[20..40]), "{error}");
    assert!(Tool::try_parse_from(["it", "--token-public-keys", "AAAA"]).is_err());
    assert!(Tool::try_parse_from(["it", "--token-public-keys", ""]).is_ok());
    // As `openssl genpkey -algorithm ed25519` writes it, without the public key (RFC 8410 §10.3).
    let plain = "MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC";
    let public = "Gb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=";
    assert_eq!(SigningKey::parse(plain).unwrap().public_key(), public);
}

struct Door {
    key: SigningKey,
    clock: Arc<HeldClock>,
    routes: Router,
}

impl Door {
    fn new() -> Self {
        let (key, clock) = (SigningKey::generate(), Arc::new(HeldClock::at(now())));
        let config = crate::http::Config { port: 0, shutdown_grace: Duration::ZERO };
        let routes = Router::new()
            .route("/", get(async |Identity(it): Identity| it.map_or_else(String::new, |it| it.id)))
            .route("/me", get(async |SignedIn(it): SignedIn| it.id))
            .route("/staff", get(async |SignedIn(it): SignedIn| it.id));
        let access = [("/", Access::Public), ("/me", Access::SignedIn), ("/staff", Access::Staff)];
        let access = access.map(|(path, who)| access::get(path, who));
        let process = Process::new("door", &config).serve(routes, access);
        let routes = process.trust(key.verifying_keys().into(), clock.clone()).routes();
        Self { key, clock, routes }
    }

    async fn ask(&self, path: &str, given: &[&str]) -> (StatusCode, bool) {
        let request = Request::get(path);
        let request = given.iter().fold(request, |it, token| it.header("authorization", *token));
        let request = request.body(Body::empty()).unwrap();
        let answer = self.routes.clone().oneshot(request).await.unwrap();
        let how = answer.headers().get(header::WWW_AUTHENTICATE);
        (answer.status(), how.is_some_and(|it| it == "Bearer"))
    }
}

#[tokio::test]
async fn handlers_learn_who_asks() {
    let door = Door::new();
    let sign = |role| {
        let principal = Principal { id: ada().id, role };
        format!("Bearer {}", door.key.sign(&principal, door.clock.now(), QUARTER))
    };
    let (customer, staff) = (sign(Role::Customer), sign(Role::Staff));
    let lower = customer.replacen("Bearer", "bearer", 1);
    let (ok, unknown) = ((StatusCode::OK, false), (StatusCode::UNAUTHORIZED, true));
    assert_eq!(door.ask("/", &[]).await, ok);
    assert_eq!(door.ask("/me", &[]).await, unknown);
    assert_eq!(door.ask("/staff", &[]).await, unknown);
    assert_eq!(door.ask("/me", &[&lower]).await, ok);
    assert_eq!(door.ask("/staff", &[&customer]).await, (StatusCode::FORBIDDEN, false));
    assert_eq!(door.ask("/staff", &[&staff]).await, ok);
    for bad in ["", "Bearer", "Bearer x", "Basic YTpi", "Bearer \u{e9}"] {
        assert_eq!(door.ask("/", &[bad]).await, unknown, "{bad}");
    }
    assert_eq!(door.ask("/", &[&customer, &customer]).await, unknown);
    door.clock.advance(SignedDuration::from_mins(16));
    assert_eq!(door.ask("/", &[&customer]).await, unknown);
}

#[tokio::test]
async fn a_process_that_trusts_nobody_takes_no_token() {
    let door = Door::new();
    let token = format!("Bearer {}", door.key.sign(&ada(), now(), QUARTER));
    let config = crate::http::Config { port: 0, shutdown_grace: Duration::ZERO };
    let routes = Router::new().route("/", get(async |_: Identity| "in"));
    let access = [access::get("/", Access::Public)];
    let routes = Process::new("door", &config).serve(routes, access).routes();
    let door = Door { routes, ..door };
    assert_eq!(door.ask("/", &[]).await.0, StatusCode::OK);
    assert_eq!(door.ask("/", &[&token]).await, (StatusCode::UNAUTHORIZED, true));
}
