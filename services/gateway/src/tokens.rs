//! Whom tokens name, so that whoever shows a good one is counted by it and not by address. A token that is
//! not good says nothing here; the service that is asked refuses it.
//!
//! To check a signature costs as much as to hand on a request, so what was found good is known for a while.

use chassis::identity::{Principal, VerifyingKeys};
use http::{HeaderMap, header::AUTHORIZATION};
use jiff::{SignedDuration, Timestamp};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

/// How many good tokens are known; a few MiB.
const MOST: usize = 4_096;
/// How long one is.
const KNOWN_FOR: SignedDuration = SignedDuration::from_secs(30);

/// Checks tokens.
#[derive(Debug)]
pub(crate) struct Tokens {
    keys: VerifyingKeys,
    good: Mutex<BTreeMap<Box<str>, Good>>,
}

#[derive(Clone, Debug)]
struct Good {
    principal: Arc<Principal>,
    since: Timestamp,
}

impl Tokens {
    pub(crate) fn new(keys: VerifyingKeys) -> Self {
        Self { keys, good: Mutex::default() }
    }

    /// Whom the request's token names, if it has one that is good.
    pub(crate) fn principal(&self, headers: &HeaderMap, now: Timestamp) -> Option<Arc<Principal>> {
        let token = bearer(headers)?;
        if let Some(known) = self.known(token, now) {
            return Some(known);
        }
        let principal = Arc::new(self.keys.verify(token, now).ok()?);
        self.note(token, Good { principal: Arc::clone(&principal), since: now });
        Some(principal)
    }

    fn known(&self, token: &str, now: Timestamp) -> Option<Arc<Principal>> {
        let good = self.good.lock().unwrap_or_else(PoisonError::into_inner);
        let found = good.get(token)?;
        let age = now.duration_since(found.since);
        (SignedDuration::ZERO..KNOWN_FOR).contains(&age).then(|| Arc::clone(&found.principal))
    }

    fn note(&self, token: &str, found: Good) {
        let mut good = self.good.lock().unwrap_or_else(PoisonError::into_inner);
        if good.len() >= MOST {
            good.clear();
        }
        good.insert(token.into(), found);
    }
}

/// The one token of a request (RFC 6750 §2.1).
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut given = headers.get_all(AUTHORIZATION).iter();
    let (Some(one), None) = (given.next(), given.next()) else { return None };
    let (scheme, token) = one.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

#[cfg(test)]
mod tests {
    use super::*;
    use chassis::identity::{Role, SigningKey};
    use std::time::Duration;

    fn showing(token: &str) -> HeaderMap {
        let value = format!("Bearer {token}").parse().unwrap();
        HeaderMap::from_iter([(AUTHORIZATION, value)])
    }

    #[test]
    fn only_a_good_token_names_somebody() {
        let (key, now) = (SigningKey::generate(), Timestamp::UNIX_EPOCH);
        let ada = Principal { id: "ada".to_owned(), role: Role::Customer };
        let tokens = Tokens::new(key.verifying_keys());
        let good = key.sign(&ada, now, Duration::from_mins(15));
        for _ in 0..2 {
            let found = tokens.principal(&showing(&good), now);
            assert_eq!(found.as_deref(), Some(&ada));
        }
        let foreign = SigningKey::generate().sign(&ada, now, Duration::from_mins(15));
        for bad in [foreign.as_str(), "x.y.z", "", &good[1..]] {
            assert_eq!(tokens.principal(&showing(bad), now), None, "{bad}");
        }
        let later = now + SignedDuration::from_hours(1);
        assert_eq!(tokens.principal(&showing(&good), later), None, "it has expired");
    }

    #[test]
    fn memory_is_bounded() {
        let (key, now) = (SigningKey::generate(), Timestamp::UNIX_EPOCH);
        let tokens = Tokens::new(key.verifying_keys());
        let principal = Arc::new(Principal { id: "ada".to_owned(), role: Role::Customer });
        for n in 0..10_000 {
            let good = Good { principal: Arc::clone(&principal), since: now };
            tokens.note(&n.to_string(), good);
        }
        assert!(tokens.good.lock().unwrap().len() <= MOST);
    }
}
