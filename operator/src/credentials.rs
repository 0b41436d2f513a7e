//! What a shop logs in with. Made once: what a Secret already holds is kept, whatever else was lost, and
//! only what is missing is made anew.

mod given;
pub mod key;
mod made;
mod standing;
mod token;
mod token_keys;

pub use given::{Given, given};
pub use standing::Standing;
pub use token_keys::{FAREWELL, TokenKeys};

use crate::names::{MONGODB, RABBITMQ, STAFF};
use contracts::{
    catalog::{self, CATALOG, Service},
    text::EmailAddress,
};
use jiff::Timestamp;
use k8s_openapi::api::core::v1::Secret;
use made::{key_file, password, webhook_secret};
use sha2::{Digest as _, Sha256};
use std::{collections::BTreeMap, fmt};

/// The operator's own user, at the broker and the database.
const OPERATOR: &str = "shopkeeper-operator";

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

/// Whose credentials they are.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The name of the Shop.
    pub shop: &'a str,
    /// Its wish for a new key for customers' tokens, which is one when it differs from the last.
    pub roll: Option<&'a str>,
}

/// All credentials of a shop, by component.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    of: BTreeMap<&'static str, Entries>,
    token_keys: TokenKeys,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.of.keys()).finish()
    }
}

impl Credentials {
    /// Keeps what the Secrets found hold and makes what they lack.
    pub fn complete(asked: Asked<'_>, found: &BTreeMap<&'static str, Secret>) -> Self {
        let held = |component, key: &str| found.get(component).and_then(|it| text(it, key));
        let keep = |component| {
            let kept = |key: &str| held(component, key).filter(|it| is_legible(key, it));
            let entries = entries(component, asked.shop).into_iter();
            let entries = entries.map(|(key, make)| (key, kept(key).unwrap_or_else(make)));
            (component, entries.collect())
        };
        let token_keys = TokenKeys::read(|key| held(catalog::CUSTOMERS.name, key), asked.roll);
        Self { of: components().map(keep).collect(), token_keys: token_keys.clone() }
            .with(token_keys)
    }

    /// The same, with the roll of the tokens' key one step further if it is time for that.
    #[must_use]
    pub fn rolled(self, asked: Asked<'_>, standing: Standing, now: Timestamp) -> Self {
        let token_keys = self.token_keys.clone().advanced(asked.roll, standing, now);
        self.with(token_keys)
    }

    fn with(mut self, token_keys: TokenKeys) -> Self {
        let entries = self.of.entry(catalog::CUSTOMERS.name).or_default();
        entries.retain(|key, _| !token_keys::is_ours(key));
        entries.extend(token_keys.entries());
        Self { token_keys, ..self }
    }

    /// The keys of customers' tokens.
    pub const fn token_keys(&self) -> &TokenKeys {
        &self.token_keys
    }

    /// Each component with the contents of its Secret.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &Entries)> {
        self.of.iter().map(|(component, entries)| (*component, entries))
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
        let own = self.of.get(component).into_iter().flatten();
        for (key, value) in own.filter(|(key, _)| token_keys::is_read(key)) {
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
        self.of.get(component).and_then(|it| it.get(key)).map_or("", String::as_str)
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

/// Who has a Secret: the components that log in somewhere, and staff.
pub fn components() -> impl Iterator<Item = &'static str> {
    let services = CATALOG.into_iter().filter(|it| it.has_store || it.has_bus);
    services.map(|it| it.name).chain([RABBITMQ, MONGODB, STAFF])
}

type Make = Box<dyn Fn() -> String>;

/// The keys of a component's Secret, each with how its value is made.
fn entries(component: &'static str, shop: &str) -> Vec<(&'static str, Make)> {
    let named = |name: &'static str| -> Make { Box::new(move || name.to_owned()) };
    let password = || -> Make { Box::new(password) };
    let operator = [(key::USERNAME, named(OPERATOR)), (key::PASSWORD, password())];
    match component {
        RABBITMQ => operator.into_iter().chain([(key::COOKIE, password())]).collect(),
        MONGODB => {
            operator.into_iter().chain([(key::KEY_FILE, Box::new(key_file) as Make)]).collect()
        }
        STAFF => {
            let email = format!("staff@{shop}.internal");
            vec![(key::EMAIL, Box::new(move || email.clone())), (key::PASSWORD, password())]
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
    const PAYMENTS: &str = catalog::PAYMENTS.name;
    const ORDERS: &str = catalog::ORDERS.name;
    match service {
        PAYMENTS => Some((key::WEBHOOK_SECRET, Box::new(webhook_secret))),
        ORDERS => Some((key::INSIDE_TOKEN, Box::new(password))),
        _ => None,
    }
}

/// An address that nobody could sign in with is none.
fn is_legible(key: &str, text: &str) -> bool {
    key != key::EMAIL || EmailAddress::parse(text).is_ok()
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
        let asked = Asked { shop: "acme", roll: None };
        let credentials = Credentials::complete(asked, &BTreeMap::new());
        let login = credentials.operator_login(RABBITMQ);
        let shown = format!("{credentials:?} {login:?} {:?}", credentials.token_keys());
        assert!(!shown.contains(&login.password));
        assert!(!shown.contains(credentials.text("customers", key::TOKEN_SIGNING_KEY)));
    }
}
