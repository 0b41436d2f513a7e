//! What a shop logs in with. Made once: what a Secret already holds is kept, whatever else was lost, and
//! only what is missing is made anew.

mod given;
mod token;

pub use given::{Given, given};

use crate::names::{MONGODB, RABBITMQ};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use contracts::catalog::{self, CATALOG, Service};
use k8s_openapi::api::core::v1::Secret;
use rand::{Rng as _, RngCore as _, distr::Alphanumeric};
use sha2::{Digest as _, Sha256};
use std::{collections::BTreeMap, fmt};

/// The keys of the Secrets.
pub mod key {
    /// The operator's own user.
    pub const USERNAME: &str = "username";
    /// The password of the operator's own user.
    pub const PASSWORD: &str = "password";
    /// What the nodes of RabbitMQ know each other by.
    pub const COOKIE: &str = "erlang-cookie";
    /// What the members of MongoDB know each other by.
    pub const KEY_FILE: &str = "keyfile";
    /// A service's user at MongoDB.
    pub const MONGODB_USERNAME: &str = "mongodb-username";
    /// Its password.
    pub const MONGODB_PASSWORD: &str = "mongodb-password";
    /// A service's user at RabbitMQ.
    pub const RABBITMQ_USERNAME: &str = "rabbitmq-username";
    /// Its password.
    pub const RABBITMQ_PASSWORD: &str = "rabbitmq-password";
    /// What customers' tokens are signed with.
    pub const TOKEN_SIGNING_KEY: &str = "token-signing-key";
    /// What they are checked with; always the public half of the signing key.
    pub const TOKEN_PUBLIC_KEY: &str = "token-public-key";
    /// What the payment provider signs its webhooks with.
    pub const WEBHOOK_SECRET: &str = "webhook-secret";
    /// What a service shows the gateway to be known as one of the shop's own.
    pub const INSIDE_TOKEN: &str = "inside-token";
}

/// The operator's own user, at the broker and the database.
const OPERATOR: &str = "shopkeeper-operator";
const PASSWORD_LENGTH: usize = 32;
/// As base64 this is one line of 1008 characters, below the 1024 that mongod takes, and usable as a
/// password too.
const KEY_FILE_BYTES: usize = 756;
/// As long as what SHA-256 gives: more would not make HMAC stronger.
const WEBHOOK_SECRET_BYTES: usize = 32;

/// A user and its password.
#[derive(Clone, PartialEq, Eq)]
pub struct Login {
    /// Its name.
    pub username: String,
    /// Its password.
    pub password: String,
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Login").field("username", &self.username).finish_non_exhaustive()
    }
}

/// The contents of one Secret.
type Entries = BTreeMap<&'static str, String>;

/// All credentials of a shop, by component.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials(BTreeMap<&'static str, Entries>);

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.keys()).finish()
    }
}

impl Credentials {
    /// Keeps what the Secrets found hold and makes what they lack.
    pub fn complete(found: &BTreeMap<&'static str, Secret>) -> Self {
        let keep = |component| {
            let kept = |key: &str| {
                let text = found.get(component).and_then(|it| text(it, key));
                text.filter(|it| is_legible(key, it))
            };
            let entries = entries(component).into_iter();
            let entries = entries.map(|(key, make)| (key, kept(key).unwrap_or_else(make)));
            (component, with_derived(entries.collect()))
        };
        Self(components().map(keep).collect())
    }

    /// Each component with the contents of its Secret.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &Entries)> {
        self.0.iter().map(|(component, entries)| (*component, entries))
    }

    /// What `service` logs in with at MongoDB.
    pub fn database_login(&self, service: &Service) -> Login {
        self.login(service.name, key::MONGODB_USERNAME, key::MONGODB_PASSWORD)
    }

    /// What `service` logs in with at RabbitMQ.
    pub fn broker_login(&self, service: &Service) -> Login {
        self.login(service.name, key::RABBITMQ_USERNAME, key::RABBITMQ_PASSWORD)
    }

    /// The operator's own user at `component`.
    pub fn operator_login(&self, component: &str) -> Login {
        self.login(component, key::USERNAME, key::PASSWORD)
    }

    /// What the members of MongoDB know each other by.
    pub fn key_file(&self) -> &str {
        self.text(MONGODB, key::KEY_FILE)
    }

    /// A hash of all that `component` reads: its own Secret, and what it is given of others'.
    pub fn hash(&self, component: &str) -> String {
        let mut hash = Sha256::new();
        for (key, value) in self.0.get(component).into_iter().flatten() {
            hash.update(format!("{key}={value}\n"));
        }
        let service = CATALOG.iter().find(|it| it.name == component);
        let given = service.into_iter().flat_map(given);
        for Given { owner, key, .. } in given.filter(|it| it.owner != component) {
            hash.update(format!("{owner}/{key}={}\n", self.text(owner, key)));
        }
        short(&hash.finalize())
    }

    fn login(&self, component: &str, username: &str, password: &str) -> Login {
        Login {
            username: self.text(component, username).to_owned(),
            password: self.text(component, password).to_owned(),
        }
    }

    fn text(&self, component: &str, key: &str) -> &str {
        self.0.get(component).and_then(|it| it.get(key)).map_or("", String::as_str)
    }
}

/// The first half of a hash, in hexadecimal digits.
pub(crate) fn short(hash: &[u8]) -> String {
    use fmt::Write as _;
    hash.iter().take(16).fold(String::new(), |mut text, byte| {
        // Writing to a String never fails.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The components that log in somewhere.
pub fn components() -> impl Iterator<Item = &'static str> {
    let services = CATALOG.into_iter().filter(|it| it.has_store || it.has_bus);
    services.map(|it| it.name).chain([RABBITMQ, MONGODB])
}

type Make = Box<dyn Fn() -> String>;

/// The keys of a component's Secret, each with how its value is made.
fn entries(component: &'static str) -> Vec<(&'static str, Make)> {
    let named = |name: &'static str| -> Make { Box::new(move || name.to_owned()) };
    let password = || -> Make { Box::new(password) };
    let operator = [(key::USERNAME, named(OPERATOR)), (key::PASSWORD, password())];
    match component {
        RABBITMQ => operator.into_iter().chain([(key::COOKIE, password())]).collect(),
        MONGODB => {
            operator.into_iter().chain([(key::KEY_FILE, Box::new(key_file) as Make)]).collect()
        }
        service => [
            (key::MONGODB_USERNAME, named(service)),
            (key::MONGODB_PASSWORD, password()),
            (key::RABBITMQ_USERNAME, named(service)),
            (key::RABBITMQ_PASSWORD, password()),
        ]
        .into_iter()
        .chain(own(service))
        .collect(),
    }
}

/// What one service keeps beside its logins.
fn own(service: &str) -> Option<(&'static str, Make)> {
    const CUSTOMERS: &str = catalog::CUSTOMERS.name;
    const PAYMENTS: &str = catalog::PAYMENTS.name;
    const ORDERS: &str = catalog::ORDERS.name;
    match service {
        CUSTOMERS => Some((key::TOKEN_SIGNING_KEY, Box::new(token::signing_key))),
        PAYMENTS => Some((key::WEBHOOK_SECRET, Box::new(webhook_secret))),
        ORDERS => Some((key::INSIDE_TOKEN, Box::new(password))),
        _ => None,
    }
}

/// A signing key that cannot be read is none.
fn is_legible(key: &str, text: &str) -> bool {
    key != key::TOKEN_SIGNING_KEY || token::public_key(text).is_some()
}

/// Adds what follows from the rest.
fn with_derived(mut entries: Entries) -> Entries {
    let public = entries.get(key::TOKEN_SIGNING_KEY).and_then(|it| token::public_key(it));
    entries.extend(public.map(|it| (key::TOKEN_PUBLIC_KEY, it)));
    entries
}

/// Letters and digits only, so that it can stand in a URL as it is.
fn password() -> String {
    rand::rng().sample_iter(Alphanumeric).take(PASSWORD_LENGTH).map(char::from).collect()
}

fn key_file() -> String {
    random::<KEY_FILE_BYTES>()
}

fn webhook_secret() -> String {
    random::<WEBHOOK_SECRET_BYTES>()
}

/// So many random bytes, in base64.
fn random<const BYTES: usize>() -> String {
    let mut bytes = [0; BYTES];
    rand::rng().fill_bytes(&mut bytes);
    STANDARD.encode(bytes)
}

fn text(secret: &Secret, key: &str) -> Option<String> {
    let value = secret.data.as_ref()?.get(key)?;
    String::from_utf8(value.0.clone()).ok().filter(|it| !it.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_shows_in_a_log() {
        let credentials = Credentials::complete(&BTreeMap::new());
        let login = credentials.operator_login(RABBITMQ);
        let shown = format!("{credentials:?} {login:?}");
        assert!(!shown.contains(&login.password));
        assert_eq!(login.password.len(), PASSWORD_LENGTH);
    }

    #[test]
    fn the_key_file_is_what_mongod_takes() {
        let credentials = Credentials::complete(&BTreeMap::new());
        assert_eq!(credentials.key_file().len(), 1008);
    }
}
