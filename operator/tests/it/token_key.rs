//! The key of customers' tokens is rolled, and nobody is signed out: tokens are signed by whatever the
//! customers' pods have read, and checked by whatever all pods have read.

use crate::{
    fixtures::{minimal, production},
    world::{ApiServer, Death, World},
};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use chassis::{
    clock::Clock as _,
    identity::{ACCESS_LIFE, Principal, Role, SigningKey, VerifyingKeys},
};
use jiff::{SignedDuration, Timestamp};
use operator::{
    crd::{Shop, TokenKeyStep},
    credentials::FAREWELL,
    names::{CONTENT, ROLL_TOKEN_KEY},
};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

const SECRET: &str = "acme-customers-credentials";

/// What the customers' Secret holds under a key.
fn held(world: &World, key: &str) -> Option<String> {
    let secret = world.api.get(&ApiServer::path("v1", "secrets", SECRET))?;
    let text = BASE64_STANDARD.decode(secret["data"].get(key)?.as_str()?).unwrap();
    Some(String::from_utf8(text).unwrap())
}

/// A pod, with what it read when it started.
struct Reader {
    content: Value,
    keys: VerifyingKeys,
    signs: Option<SigningKey>,
}

impl Reader {
    fn starts(world: &World, pod: &str, content: Value) -> Self {
        let keys = held(world, "token-public-keys").unwrap().parse().unwrap();
        let signs = || held(world, "token-signing-key").unwrap().parse().unwrap();
        let signs = pod.starts_with("acme-customers-").then(signs);
        Self { content, keys, signs }
    }
}

/// The pods of all services, and of the tokens that customers hold the newest of each key.
#[derive(Default)]
struct Street {
    pods: BTreeMap<String, Reader>,
    tokens: BTreeMap<String, (String, Timestamp)>,
}

impl Street {
    /// Pods that are gone are forgotten, new ones read; then a token is signed, and all are shown.
    fn pass(&mut self, world: &World) {
        self.look(world);
        let now = world.clock.now();
        let who = Principal { id: "ann".to_owned(), role: Role::Customer };
        let signed = self.pods.values().filter_map(|it| it.signs.as_ref());
        let signed = signed.map(|it| (it.public_key(), (it.sign(&who, now, ACCESS_LIFE), now)));
        self.tokens.extend(signed);
        let life = secs(ACCESS_LIFE.as_secs());
        self.tokens.retain(|_, (_, since)| now.duration_since(*since) < life);
        for (name, pod) in &self.pods {
            for (token, since) in self.tokens.values() {
                let verified = pod.keys.verify(token, now);
                assert_eq!(verified.as_ref(), Ok(&who), "{name} at {now}, signed at {since}");
            }
        }
    }

    fn look(&mut self, world: &World) {
        let mut found = BTreeMap::new();
        world.api.change("pods", |pod| {
            let name = pod["metadata"]["name"].as_str().unwrap().to_owned();
            found.insert(name, pod["metadata"]["annotations"][CONTENT].clone());
        });
        let is_service = |name: &str| !name.contains("-rabbitmq-") && !name.contains("-mongodb-");
        found.retain(|name, _| is_service(name));
        self.pods.retain(|name, pod| found.get(name) == Some(&pod.content));
        for (name, content) in found {
            let start = || Reader::starts(world, &name, content);
            self.pods.entry(name.clone()).or_insert_with(start);
        }
    }
}

fn secs(seconds: u64) -> SignedDuration {
    SignedDuration::from_secs(seconds.try_into().unwrap())
}

/// The same Shop, with a wish for a new key.
fn wishing(shop: &Shop, text: &str) -> Shop {
    let mut shop = shop.clone();
    let annotations = shop.metadata.annotations.get_or_insert_default();
    annotations.insert(ROLL_TOKEN_KEY.to_owned(), text.to_owned());
    shop
}

fn step(world: &World, shop: &Shop) -> Option<TokenKeyStep> {
    world.status(shop).token_key.map(|it| it.step)
}

async fn settled(shop: &Shop) -> World {
    let world = World::with(shop);
    world.settle(shop).await;
    world
}

#[tokio::test]
async fn a_roll_ends_with_one_new_key_and_then_nothing_is_written() {
    let shop = minimal();
    let world = settled(&shop).await;
    let before = held(&world, "token-signing-key");
    assert_eq!(step(&world, &shop), Some(TokenKeyStep::Settled));
    let wish = wishing(&shop, "2026-11");
    world.edit(&wish);
    let mut seen = Vec::new();
    for _ in 0..12 {
        world.step(&wish).await.unwrap();
        seen.extend(step(&world, &wish));
    }
    seen.dedup();
    let until_then = [TokenKeyStep::Announcing, TokenKeyStep::Switching, TokenKeyStep::Retiring];
    assert_eq!(seen, until_then);
    world.clock.advance(secs(FAREWELL.as_secs()));
    world.settle(&wish).await;
    let status = world.status(&wish).token_key.unwrap();
    assert_eq!((status.step, status.rolled.as_deref()), (TokenKeyStep::Settled, Some("2026-11")));
    assert_eq!(status.until, None);
    let after = held(&world, "token-signing-key");
    assert_ne!(after, before);
    let public = SigningKey::parse(&after.unwrap()).unwrap().public_key();
    assert_eq!(held(&world, "token-public-keys"), Some(public));
    for forgotten in ["token-next-key", "token-previous-public-key", "token-previous-until"] {
        assert_eq!(held(&world, forgotten), None, "{forgotten}");
    }
    world.settle(&wish).await;
    world.api.written();
    world.step(&wish).await.unwrap();
    assert_eq!(world.api.written(), Vec::<String>::new());
}

#[tokio::test]
async fn no_token_is_refused_while_services_are_slow_to_follow() {
    let shop = production();
    let world = settled(&shop).await;
    let mut deployments = world.api.names("deployments");
    let (mut street, mut steps) = (Street::default(), BTreeSet::new());
    street.pass(&world);
    for (round, text) in ["one", "two"].into_iter().enumerate() {
        let wish = wishing(&shop, text);
        world.edit(&wish);
        // Customers first, then last: whoever signs before all know is found out.
        deployments.sort_by_key(|it| it.ends_with("-customers") == (round == 1));
        for turn in 0..80 {
            let next = &deployments[turn % deployments.len()];
            let _progress = world.step_where(&wish, |it| it == next).await;
            street.pass(&world);
            world.clock.advance(secs(60));
            steps.extend(step(&world, &wish).map(|it| format!("{it:?}")));
        }
        let status = world.status(&wish).token_key.unwrap();
        assert_eq!((status.step, status.rolled.as_deref()), (TokenKeyStep::Settled, Some(text)));
    }
    assert_eq!(steps.len(), 4);
}

#[tokio::test]
async fn a_pod_that_is_about_to_go_is_waited_for() {
    let shop = minimal();
    let world = settled(&shop).await;
    let wish = wishing(&shop, "2026-11");
    world.edit(&wish);
    let mut old = world.api.get(&ApiServer::path("v1", "pods", "acme-orders-0")).unwrap();
    old["metadata"]["name"] = "acme-orders-old".into();
    old["metadata"]["deletionTimestamp"] = "2026-11-23T12:00:00Z".into();
    for _ in 0..4 {
        world.step(&wish).await.unwrap();
        world.api.put(old.clone());
    }
    assert_eq!(step(&world, &wish), Some(TokenKeyStep::Announcing));
    // One that is over, which Kubernetes keeps for people to look at, is not.
    old["status"]["phase"] = "Failed".into();
    world.api.put(old.clone());
    world.step(&wish).await.unwrap();
    assert_eq!(step(&world, &wish), Some(TokenKeyStep::Switching));
}

#[tokio::test]
async fn an_operator_that_dies_at_any_write_signs_nobody_out() {
    let shop = minimal();
    for death in [Death::Before as fn(usize) -> Death, Death::After] {
        for write in 1.. {
            let world = settled(&shop).await;
            let mut street = Street::default();
            street.pass(&world);
            let wish = wishing(&shop, "2026-11");
            world.edit(&wish);
            world.fuse.set(death(write));
            let mut died = false;
            for turn in 0..16 {
                let _dies_once = world.step(&wish).await;
                street.pass(&world);
                world.clock.advance(secs(180));
                // Now and then nobody is there for a while.
                if turn % 2 == 1 && world.fuse.read().is_err() {
                    died |= world.fuse.reset();
                }
            }
            assert_eq!(step(&world, &wish), Some(TokenKeyStep::Settled), "{write}");
            assert_eq!(held(&world, "token-rolled").as_deref(), Some("2026-11"));
            if !died {
                assert!(write > 20, "there are fewer writes than expected: {write}");
                break;
            }
        }
    }
}

#[tokio::test]
async fn its_steps_are_told() {
    let shop = minimal();
    let world = settled(&shop).await;
    let wish = wishing(&shop, "2026-11");
    world.edit(&wish);
    for _ in 0..8 {
        world.step(&wish).await.unwrap();
        world.clock.advance(secs(FAREWELL.as_secs()));
    }
    let mut told = BTreeSet::new();
    world.api.change("events", |it| {
        told.insert(it["reason"].as_str().map(str::to_owned).unwrap());
    });
    for reason in ["TokenKeyAnnounced", "TokenKeySwitched", "TokenKeyRetiring", "TokenKeyRolled"] {
        assert!(told.contains(reason), "{reason}: {told:?}");
    }
}
