//! Credentials are made once.

use crate::fixtures::{ASKED, SIGNING_KEY};
use contracts::catalog::CATALOG;
use k8s_openapi::{ByteString, api::core::v1::Secret};
use operator::{
    credentials::{Credentials, components, key},
    names::{RABBITMQ, STAFF},
};
use std::collections::{BTreeMap, BTreeSet};

fn stored(credentials: &Credentials) -> BTreeMap<&'static str, Secret> {
    let secret = |entries: &BTreeMap<&'static str, String>| Secret {
        data: Some(
            entries
                .iter()
                .map(|(key, it)| ((*key).to_owned(), ByteString(it.clone().into_bytes())))
                .collect(),
        ),
        ..Secret::default()
    };
    credentials.iter().map(|(component, entries)| (component, secret(entries))).collect()
}

#[test]
fn what_is_stored_is_kept() {
    let first = Credentials::complete(ASKED, &BTreeMap::new());
    assert_eq!(Credentials::complete(ASKED, &stored(&first)), first);
}

#[test]
fn only_what_is_missing_is_made_anew() {
    let first = Credentials::complete(ASKED, &BTreeMap::new());
    let mut found = stored(&first);
    let secret = found.get_mut(RABBITMQ).and_then(|it| it.data.as_mut()).unwrap();
    secret.remove(key::COOKIE);
    let second = Credentials::complete(ASKED, &found);
    assert_ne!(second, first);
    assert_eq!(second.operator_login(RABBITMQ), first.operator_login(RABBITMQ));
    for component in components().filter(|it| *it != RABBITMQ) {
        assert_eq!(second.hash(component), first.hash(component), "{component}");
    }
}

#[test]
fn everybody_has_a_password_of_their_own() {
    let credentials = Credentials::complete(ASKED, &BTreeMap::new());
    let secret = |(key, _): &(&&'static str, &String)| !key.ends_with("username");
    let all: Vec<_> = credentials.iter().flat_map(|(_, it)| it.iter().filter(secret)).collect();
    let distinct: BTreeSet<_> = all.iter().map(|(_, value)| value).collect();
    assert_eq!(distinct.len(), all.len());
}

/// What the customers' Secret holds under a key.
fn of_customers(credentials: &Credentials, key: &str) -> String {
    let (_, entries) = credentials.iter().find(|(component, _)| *component == "customers").unwrap();
    entries[key].clone()
}

fn with_signing_key(credentials: &Credentials, text: &str) -> Credentials {
    let mut found = stored(credentials);
    let secret = found.get_mut("customers").and_then(|it| it.data.as_mut()).unwrap();
    secret.insert(key::TOKEN_SIGNING_KEY.to_owned(), ByteString(text.as_bytes().to_vec()));
    Credentials::complete(ASKED, &found)
}

#[test]
fn the_public_key_follows_the_signing_key() {
    let first = Credentials::complete(ASKED, &BTreeMap::new());
    let second = with_signing_key(&first, SIGNING_KEY);
    assert_eq!(of_customers(&second, key::TOKEN_SIGNING_KEY), SIGNING_KEY);
    let public = |it| of_customers(it, key::TOKEN_PUBLIC_KEYS);
    assert_ne!(public(&second), public(&first));
    assert_eq!(public(&second), PUBLIC_HALF);
}

/// Of [`SIGNING_KEY`], as `openssl pkey -pubout` has it.
const PUBLIC_HALF: &str = "M6tl5rcNq80ux4uZK6533KZ7yWVfO7LP+nkDtfarkK4=";

#[test]
fn a_signing_key_that_cannot_be_read_is_made_anew() {
    let first = Credentials::complete(ASKED, &BTreeMap::new());
    let second = with_signing_key(&first, "a slip of the hand");
    let made = of_customers(&second, key::TOKEN_SIGNING_KEY);
    assert_ne!(made, of_customers(&first, key::TOKEN_SIGNING_KEY));
    assert_ne!(made, "a slip of the hand");
}

#[test]
fn a_new_key_restarts_those_who_read_it() {
    let first = Credentials::complete(ASKED, &BTreeMap::new());
    let restarted = |second: &Credentials| {
        let services = CATALOG.iter().map(|it| it.name);
        services.filter(|it| first.hash(it) != second.hash(it)).collect::<Vec<_>>()
    };
    let second = with_signing_key(&first, SIGNING_KEY);
    let everybody = CATALOG.map(|it| it.name);
    assert_eq!(restarted(&second), everybody);

    let mut found = stored(&first);
    let orders = found.get_mut("orders").and_then(|it| it.data.as_mut()).unwrap();
    orders.remove(key::INSIDE_TOKEN);
    assert_eq!(restarted(&Credentials::complete(ASKED, &found)), everybody);

    let mut found = stored(&first);
    let staff = found.get_mut(STAFF).and_then(|it| it.data.as_mut()).unwrap();
    staff.remove(key::PASSWORD);
    assert_eq!(restarted(&Credentials::complete(ASKED, &found)), ["customers"]);
}

/// What the Secret of staff holds.
fn of_staff(credentials: &Credentials) -> (String, String) {
    let (_, entries) = credentials.iter().find(|(component, _)| *component == STAFF).unwrap();
    assert_eq!(entries.len(), 2);
    (entries[key::EMAIL].clone(), entries[key::PASSWORD].clone())
}

#[test]
fn the_first_of_staff_has_an_address_and_a_password() {
    let first = Credentials::complete(ASKED, &BTreeMap::new());
    let (email, password) = of_staff(&first);
    assert_eq!((email.as_str(), password.len()), ("staff@acme.internal", 32));
    let with_email = |text: &str| {
        let mut found = stored(&first);
        let staff = found.get_mut(STAFF).and_then(|it| it.data.as_mut()).unwrap();
        staff.insert(key::EMAIL.to_owned(), ByteString(text.as_bytes().to_vec()));
        of_staff(&Credentials::complete(ASKED, &found))
    };
    assert_eq!(with_email("ann@example.com"), ("ann@example.com".to_owned(), password.clone()));
    assert_eq!(with_email("a slip of the hand"), (email, password));
}
