use super::*;
use chassis::identity::SigningKey;
use std::collections::BTreeMap;

const NOBODY: Standing = Standing { verifiers: false, signer: false };
const CHECKERS: Standing = Standing { verifiers: true, signer: false };
const SIGNER: Standing = Standing { verifiers: false, signer: true };
const EVERYBODY: Standing = Standing { verifiers: true, signer: true };

fn now() -> Timestamp {
    "2026-11-24T12:00:00Z".parse().unwrap()
}

fn after(seconds: u64) -> Timestamp {
    now().saturating_add(Duration::from_secs(seconds)).unwrap()
}

/// One that stands at a step.
fn at(step: Step) -> TokenKeys {
    let settled = TokenKeys::fresh(Some("first"));
    let announcing = settled.clone().advanced(Some("second"), NOBODY, now());
    let switching = announcing.clone().advanced(Some("second"), CHECKERS, now());
    match step {
        Step::Settled => settled,
        Step::Announcing => announcing,
        Step::Switching => switching,
        Step::Retiring => switching.advanced(Some("second"), SIGNER, now()),
    }
}

fn public(keys: &TokenKeys) -> Vec<String> {
    keys.public().split(',').map(str::to_owned).collect()
}

fn signs(keys: &TokenKeys) -> String {
    token::public_key(&keys.signing).unwrap()
}

/// As a Secret holds it, with some of it changed.
fn stored(keys: &TokenKeys, changes: &[(&'static str, Option<&str>)]) -> TokenKeys {
    let mut held: BTreeMap<_, _> = keys.entries().collect();
    for (key, value) in changes {
        held.remove(key);
        held.extend(value.map(|it| (*key, it.to_owned())));
    }
    TokenKeys::read(|key| held.get(key).cloned(), Some("now"))
}

#[test]
fn each_step_waits_for_what_makes_it_safe() {
    let end = FAREWELL.as_secs();
    let table = [
        // stands at, wishes, who knows the keys, after so many seconds, then stands at
        (Step::Settled, None, EVERYBODY, end, Step::Settled),
        (Step::Settled, Some("first"), EVERYBODY, end, Step::Settled),
        (Step::Settled, Some("second"), NOBODY, 0, Step::Announcing),
        (Step::Announcing, Some("second"), NOBODY, end, Step::Announcing),
        (Step::Announcing, Some("second"), SIGNER, end, Step::Announcing),
        (Step::Announcing, Some("second"), CHECKERS, 0, Step::Switching),
        (Step::Announcing, None, CHECKERS, 0, Step::Switching),
        (Step::Announcing, Some("third"), CHECKERS, 0, Step::Switching),
        (Step::Switching, Some("second"), CHECKERS, end, Step::Switching),
        (Step::Switching, Some("second"), SIGNER, 0, Step::Retiring),
        (Step::Retiring, Some("second"), EVERYBODY, end - 1, Step::Retiring),
        (Step::Retiring, Some("third"), EVERYBODY, end - 1, Step::Retiring),
        (Step::Retiring, Some("second"), NOBODY, end, Step::Settled),
    ];
    for (from, wish, standing, seconds, to) in table {
        let found = at(from).advanced(wish, standing, after(seconds)).step();
        assert_eq!(found, to, "{from:?}, {wish:?}, {standing:?}, after {seconds} s");
    }
}

#[test]
fn what_signs_is_always_known_and_what_has_signed_stays_so() {
    let steps = [Step::Settled, Step::Announcing, Step::Switching, Step::Retiring];
    let mut keys = at(Step::Settled);
    let old = signs(&keys);
    for step in steps {
        assert_eq!(keys.step(), step);
        assert!(public(&keys).contains(&signs(&keys)), "{step:?}");
        assert!(public(&keys).contains(&old), "{step:?}");
        assert_eq!(public(&keys).len(), if step == Step::Settled { 1 } else { 2 });
        assert_eq!(signs(&keys) == old, matches!(step, Step::Settled | Step::Announcing));
        keys = keys.advanced(Some("second"), EVERYBODY, now());
    }
    keys = keys.advanced(Some("second"), EVERYBODY, after(FAREWELL.as_secs()));
    assert_eq!(public(&keys), [signs(&keys)]);
    assert_ne!(signs(&keys), old);
}

#[test]
fn who_checks_reads_the_same_while_another_begins_to_sign() {
    let announcing = at(Step::Announcing);
    let switching = announcing.clone().advanced(Some("second"), CHECKERS, now());
    let retiring = switching.clone().advanced(Some("second"), SIGNER, now());
    assert_eq!(announcing.public(), switching.public());
    assert_eq!(switching.public(), retiring.public());
}

#[test]
fn nothing_is_forgotten_between_two_operators() {
    for step in [Step::Settled, Step::Announcing, Step::Switching, Step::Retiring] {
        let keys = at(step);
        assert_eq!(stored(&keys, &[]), keys, "{step:?}");
    }
}

#[test]
fn a_wish_that_was_there_from_the_start_is_fulfilled() {
    let first = TokenKeys::read(|_| None, Some("second"));
    assert_eq!(first.step(), Step::Settled);
    assert_eq!(first.clone().advanced(Some("second"), EVERYBODY, now()), first);
    let next = first.advanced(Some("third"), EVERYBODY, now());
    assert_eq!((next.step(), next.rolled()), (Step::Announcing, Some("third")));
}

#[test]
fn without_its_signing_key_everything_begins_anew() {
    for step in [Step::Announcing, Step::Switching, Step::Retiring] {
        let keys = at(step);
        for lost in [None, Some("a slip of the hand")] {
            let anew = stored(&keys, &[(key::TOKEN_SIGNING_KEY, lost)]);
            assert_eq!((anew.step(), anew.rolled()), (Step::Settled, Some("now")));
            assert!(!public(&keys).contains(&signs(&anew)));
        }
    }
}

#[test]
fn what_cannot_be_read_is_never_handed_on() {
    let junk = Some("a slip of the hand");
    let next = stored(&at(Step::Announcing), &[(key::TOKEN_NEXT_KEY, junk)]);
    assert_eq!(next.step(), Step::Announcing);
    let forgotten = stored(&at(Step::Retiring), &[(key::TOKEN_PREVIOUS_KEY, junk)]);
    assert_eq!(forgotten.step(), Step::Settled);
    let timeless = stored(&at(Step::Retiring), &[(key::TOKEN_PREVIOUS_UNTIL, junk)]);
    assert_eq!(timeless.step(), Step::Switching);
    for keys in [next, forgotten, timeless] {
        let parsed = chassis::identity::VerifyingKeys::parse(&keys.public());
        assert!(parsed.is_ok(), "{keys:?}");
        assert!(SigningKey::parse(&keys.signing).is_ok());
    }
}

#[test]
fn an_old_key_is_good_for_longer_than_its_tokens() {
    assert!(FAREWELL > ACCESS_LIFE);
    assert_eq!(at(Step::Retiring).until(), Some(after(FAREWELL.as_secs())));
}
