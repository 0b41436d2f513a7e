//! Where a customer is signed in, and the tokens that keep them so.

use super::Refused;
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use contracts::ids::{CustomerId, SessionId};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::{fmt, str::FromStr};

/// How long a session lives without being used.
const LIFETIME: SignedDuration = SignedDuration::from_hours(30 * 24);
/// In how many places somebody may be signed in; the one that was not used for longest ends.
const MOST_SESSIONS: usize = 20;

/// What keeps somebody signed in: it can be used once, for a new one. It does not show itself.
#[derive(Clone, PartialEq, Eq)]
pub struct RefreshToken {
    /// Whose it is.
    pub customer_id: CustomerId,
    session_id: SessionId,
    secret: [u8; 32],
}

impl RefreshToken {
    /// The first token of a new session.
    #[must_use]
    pub fn fresh(customer_id: CustomerId) -> Self {
        Self { customer_id, session_id: SessionId::fresh(), secret: rand::random() }
    }

    /// The token that comes after this one.
    #[must_use]
    pub fn next(&self) -> Self {
        Self { secret: rand::random(), ..self.clone() }
    }

    /// As it is handed out.
    #[must_use]
    pub fn reveal(&self) -> String {
        let secret = BASE64_URL_SAFE_NO_PAD.encode(self.secret);
        format!("{}.{}.{secret}", self.customer_id, self.session_id)
    }

    /// What is kept of it. Nothing but trying all would find it from that, so no salt is needed.
    fn digest(&self) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(self.secret))
    }
}

/// A text that is no refresh token. It does not repeat it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be a refresh token as it was handed out")]
pub struct NotAToken;

impl FromStr for RefreshToken {
    type Err = NotAToken;

    fn from_str(text: &str) -> Result<Self, NotAToken> {
        let mut parts = text.split('.');
        let mut part = || parts.next().ok_or(NotAToken);
        let customer_id = part()?.parse().map_err(|_text| NotAToken)?;
        let session_id = part()?.parse().map_err(|_text| NotAToken)?;
        let secret = BASE64_URL_SAFE_NO_PAD.decode(part()?).map_err(|_text| NotAToken)?;
        let secret = secret.try_into().map_err(|_text| NotAToken)?;
        let token = Self { customer_id, session_id, secret };
        if parts.next().is_none() { Ok(token) } else { Err(NotAToken) }
    }
}

impl fmt::Debug for RefreshToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RefreshToken(…)")
    }
}

/// A place where a customer is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Session {
    session_id: SessionId,
    digest: String,
    expires_at: Timestamp,
}

/// Where a customer is signed in, the place that was used last at the end.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Sessions(Vec<Session>);

impl Sessions {
    pub(super) fn open(&mut self, token: &RefreshToken, now: Timestamp) {
        self.0.retain(|it| it.expires_at > now);
        let surplus = (self.0.len() + 1).saturating_sub(MOST_SESSIONS);
        self.0.drain(..surplus);
        let expires_at = now.saturating_add(LIFETIME).unwrap_or(Timestamp::MAX);
        let (session_id, digest) = (token.session_id, token.digest());
        self.0.push(Session { session_id, digest, expires_at });
    }

    pub(super) fn refresh(
        &mut self,
        used: &RefreshToken,
        next: &RefreshToken,
        now: Timestamp,
    ) -> Result<(), Refused> {
        let session = self.take(used)?;
        if session.digest == used.digest() && session.expires_at > now {
            self.open(next, now);
        }
        Ok(())
    }

    pub(super) fn close(&mut self, token: &RefreshToken) -> Result<(), Refused> {
        self.take(token).map(drop)
    }

    pub(super) fn has(&self, token: &RefreshToken) -> bool {
        self.0.iter().any(|it| it.session_id == token.session_id && it.digest == token.digest())
    }

    fn take(&mut self, token: &RefreshToken) -> Result<Session, Refused> {
        let place = self.0.iter().position(|it| it.session_id == token.session_id);
        Ok(self.0.remove(place.ok_or(Refused::NoSuchSession)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn now() -> Timestamp {
        "2026-11-01T12:00:00Z".parse().unwrap()
    }

    fn opened() -> (Sessions, RefreshToken) {
        let (mut sessions, token) = (Sessions::default(), RefreshToken::fresh(CustomerId::fresh()));
        sessions.open(&token, now());
        (sessions, token)
    }

    #[test]
    fn a_token_reads_as_it_was_handed_out_and_is_not_shown() {
        let token = RefreshToken::fresh(CustomerId::fresh());
        assert_eq!(token.reveal().parse(), Ok(token.clone()));
        assert_eq!(format!("{token:?}"), "RefreshToken(…)");
        let good = token.reveal();
        for bad in ["", "..", "a.b.c", &good[1..], &format!("{good}."), &format!("{good}A")] {
            assert_eq!(bad.parse::<RefreshToken>(), Err(NotAToken), "{bad}");
        }
        let (sessions, token) = opened();
        let kept = serde_json::to_string(&sessions).unwrap();
        let secret = token.reveal();
        assert!(!kept.contains(secret.rsplit('.').next().unwrap()), "{kept}");
    }

    proptest! {
        /// Tokens of one session are used in any order: the first that is not the latest ends it.
        #[test]
        fn a_token_used_twice_ends_its_session(uses in prop::collection::vec(any::<bool>(), 1..20)) {
            let (mut sessions, first) = opened();
            let (mut given, mut is_open) = (vec![first], true);
            for latest in uses {
                let used = if latest { given.last() } else { given.first() }.unwrap().clone();
                let is_latest = Some(&used) == given.last();
                let next = used.next();
                let answer = sessions.refresh(&used, &next, now());
                prop_assert_eq!(answer.is_ok(), is_open);
                is_open = is_open && is_latest;
                prop_assert_eq!(sessions.has(&next), is_open);
                prop_assert!(!sessions.has(&used));
                given.push(next);
            }
        }
    }

    #[test]
    fn sessions_expire_and_are_few() {
        let (mut sessions, token) = opened();
        let late = now().saturating_add(LIFETIME).unwrap();
        let next = token.next();
        sessions.refresh(&token, &next, late).unwrap();
        assert!(!sessions.has(&next) && !sessions.has(&token));
        let tokens: Vec<_> =
            (0..MOST_SESSIONS + 3).map(|_| RefreshToken::fresh(CustomerId::fresh())).collect();
        for token in &tokens {
            sessions.open(token, now());
        }
        let open: Vec<_> = tokens.iter().map(|it| sessions.has(it)).collect();
        assert_eq!(open, [vec![false; 3], vec![true; MOST_SESSIONS]].concat());
        assert_eq!(sessions.close(&tokens[0]), Err(Refused::NoSuchSession));
        assert_eq!(sessions.close(&tokens[5]), Ok(()));
        assert!(!sessions.has(&tokens[5]));
    }
}
