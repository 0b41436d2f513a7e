//! Rolling the key that customers' tokens are signed with, so that nobody is signed out: a new key is
//! known everywhere before anything is signed with it, and an old one stays known until the last of its
//! tokens has expired. Pure: what runs, and what time it is, comes from the caller.
//!
//! All that has to be remembered stands in the one Secret that holds the keys, so that no crash can
//! separate them.

use super::{Standing, key, token};
use crate::crd::TokenKeyStep as Step;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use chassis::identity::ACCESS_LIFE;
use jiff::Timestamp;
use std::{collections::BTreeSet, fmt, time::Duration};

/// How long an old key stays known after the last service has stopped signing with it: as long as its
/// tokens live, and five minutes for clocks that differ.
pub const FAREWELL: Duration = ACCESS_LIFE.saturating_add(Duration::from_mins(5));

/// Which keys of the Secret are about this.
const KEYS: [&str; 6] = [
    key::TOKEN_SIGNING_KEY,
    key::TOKEN_PUBLIC_KEYS,
    key::TOKEN_NEXT_KEY,
    key::TOKEN_PREVIOUS_KEY,
    key::TOKEN_PREVIOUS_UNTIL,
    key::TOKEN_ROLLED,
];

/// The keys of customers' tokens. They do not show themselves.
#[derive(Clone, PartialEq, Eq)]
pub struct TokenKeys {
    /// Signs.
    signing: String,
    /// Will sign, once it is known to all who check.
    next: Option<String>,
    /// Has signed: its public half.
    previous: Option<String>,
    /// Until when that is good.
    until: Option<Timestamp>,
    /// The last wish that was taken up.
    rolled: Option<String>,
}

impl fmt::Debug for TokenKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenKeys")
            .field("step", &self.step())
            .field("rolled", &self.rolled)
            .field("until", &self.until)
            .finish_non_exhaustive()
    }
}

impl TokenKeys {
    /// As a Secret holds them. Without a legible signing key everything is made anew, and with that
    /// every wish of the past is fulfilled.
    pub fn read(held: impl Fn(&str) -> Option<String>, wish: Option<&str>) -> Self {
        let signing = held(key::TOKEN_SIGNING_KEY).filter(|it| token::public_key(it).is_some());
        let Some(signing) = signing else { return Self::fresh(wish) };
        let anew = |it: String| token::public_key(&it).map_or_else(token::signing_key, |_| it);
        let previous = held(key::TOKEN_PREVIOUS_KEY).filter(|it| is_public_key(it));
        let until = held(key::TOKEN_PREVIOUS_UNTIL).and_then(|it| it.parse().ok());
        Self {
            signing,
            next: held(key::TOKEN_NEXT_KEY).map(anew),
            until: until.filter(|_| previous.is_some()),
            previous,
            rolled: held(key::TOKEN_ROLLED),
        }
    }

    fn fresh(wish: Option<&str>) -> Self {
        Self {
            signing: token::signing_key(),
            next: None,
            previous: None,
            until: None,
            rolled: wish.map(str::to_owned),
        }
    }

    /// How far the roll is.
    pub fn step(&self) -> Step {
        match (&self.next, &self.previous, &self.until) {
            (Some(_), _, _) => Step::Announcing,
            (None, Some(_), None) => Step::Switching,
            (None, Some(_), Some(_)) => Step::Retiring,
            (None, None, _) => Step::Settled,
        }
    }

    /// The last wish that was taken up.
    pub fn rolled(&self) -> Option<&str> {
        self.rolled.as_deref()
    }

    /// Until when the predecessor of the signing key is good.
    pub fn until(&self) -> Option<Timestamp> {
        self.until
    }

    /// One step further, if it is time for that.
    pub(super) fn advanced(self, wish: Option<&str>, standing: Standing, now: Timestamp) -> Self {
        match self.step() {
            Step::Settled => self.announced(wish),
            Step::Announcing if standing.verifiers => self.switched(),
            Step::Switching if standing.signer => Self { until: Some(farewell(now)), ..self },
            Step::Retiring if self.until.is_some_and(|it| it <= now) => {
                Self { previous: None, until: None, ..self }
            }
            Step::Announcing | Step::Switching | Step::Retiring => self,
        }
    }

    /// A wish is a text that differs from the last one; none is no wish.
    fn announced(self, wish: Option<&str>) -> Self {
        match wish.filter(|it| Some(*it) != self.rolled()) {
            Some(wish) => {
                Self { next: Some(token::signing_key()), rolled: Some(wish.to_owned()), ..self }
            }
            None => self,
        }
    }

    fn switched(self) -> Self {
        let Some(next) = self.next else { return self };
        Self {
            previous: token::public_key(&self.signing),
            signing: next,
            next: None,
            until: None,
            ..self
        }
    }

    /// The public keys, in an order that does not say which of them signs, so that nobody restarts when
    /// that changes.
    fn public(&self) -> String {
        let private = [Some(&self.signing), self.next.as_ref()].into_iter().flatten();
        let public = private.filter_map(|it| token::public_key(it));
        let all: BTreeSet<_> = public.chain(self.previous.clone()).collect();
        all.into_iter().collect::<Vec<_>>().join(",")
    }

    /// As the Secret holds them.
    pub(super) fn entries(&self) -> impl Iterator<Item = (&'static str, String)> {
        let always = [
            (key::TOKEN_SIGNING_KEY, self.signing.clone()),
            (key::TOKEN_PUBLIC_KEYS, self.public()),
        ];
        let sometimes = [
            (key::TOKEN_NEXT_KEY, self.next.clone()),
            (key::TOKEN_PREVIOUS_KEY, self.previous.clone()),
            (key::TOKEN_PREVIOUS_UNTIL, self.until.map(|it| it.to_string())),
            (key::TOKEN_ROLLED, self.rolled.clone()),
        ];
        always.into_iter().chain(sometimes.into_iter().filter_map(|(key, it)| Some((key, it?))))
    }
}

/// Whether `key` is about this.
pub(super) fn is_ours(key: &str) -> bool {
    KEYS.contains(&key)
}

/// Whether a service reads it: the rest is the operator's own memory, whose change restarts nobody.
pub(super) fn is_read(key: &str) -> bool {
    !is_ours(key) || [key::TOKEN_SIGNING_KEY, key::TOKEN_PUBLIC_KEYS].contains(&key)
}

/// In whole seconds, as the status has it.
fn farewell(now: Timestamp) -> Timestamp {
    let end = now.saturating_add(FAREWELL).unwrap_or(Timestamp::MAX);
    Timestamp::from_second(end.as_second()).unwrap_or(end)
}

fn is_public_key(text: &str) -> bool {
    STANDARD.decode(text).is_ok_and(|it| it.len() == 32)
}

#[cfg(test)]
mod tests;
