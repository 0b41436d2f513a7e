//! Credentials are made once.

use k8s_openapi::{ByteString, api::core::v1::Secret};
use operator::{
    credentials::{Credentials, components, key},
    names::RABBITMQ,
};
use std::collections::BTreeMap;

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
    let first = Credentials::complete(&BTreeMap::new());
    assert_eq!(Credentials::complete(&stored(&first)), first);
}

#[test]
fn only_what_is_missing_is_made_anew() {
    let first = Credentials::complete(&BTreeMap::new());
    let mut found = stored(&first);
    let secret = found.get_mut(RABBITMQ).and_then(|it| it.data.as_mut()).unwrap();
    secret.remove(key::COOKIE);
    let second = Credentials::complete(&found);
    assert_ne!(second, first);
    assert_eq!(second.operator_login(RABBITMQ), first.operator_login(RABBITMQ));
    for component in components().filter(|it| *it != RABBITMQ) {
        assert_eq!(second.hash(component), first.hash(component), "{component}");
    }
}

#[test]
fn everybody_has_a_password_of_their_own() {
    let credentials = Credentials::complete(&BTreeMap::new());
    let secret = |(key, _): &(&&'static str, &String)| !key.ends_with("username");
    let all: Vec<_> = credentials.iter().flat_map(|(_, it)| it.iter().filter(secret)).collect();
    let distinct: std::collections::BTreeSet<_> = all.iter().map(|(_, value)| value).collect();
    assert_eq!(distinct.len(), all.len());
}
