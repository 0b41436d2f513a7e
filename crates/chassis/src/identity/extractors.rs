//! Who is asking, as handlers want to know it.

use super::{BadToken, Principal, VerifyingKeys};
use crate::{access::nobody, clock::SharedClock, inside, problem::Problem};
use axum::extract::FromRequestParts;
use http::{Extensions, HeaderMap, HeaderValue, StatusCode, header, request::Parts};

/// What tokens are checked against; the process puts it at every request.
#[derive(Clone)]
pub(crate) struct Trust {
    pub(crate) keys: VerifyingKeys,
    pub(crate) inside: Option<inside::Token>,
    pub(crate) clock: SharedClock,
}

impl Trust {
    /// Who a caller is, as far as it says so.
    fn identify(&self, headers: &HeaderMap) -> Result<Option<Principal>, BadToken> {
        if let Some(shown) = headers.get(inside::HEADER) {
            let is_ours = self.inside.as_ref().is_some_and(|it| it.is(shown));
            return if is_ours {
                Ok(Some(Principal::service()))
            } else {
                Err(BadToken::UnknownKey)
            };
        }
        let given: Vec<_> = headers.get_all(header::AUTHORIZATION).iter().collect();
        match given.as_slice() {
            [] => Ok(None),
            [one] => {
                let token = bearer(one).ok_or(BadToken::Malformed)?;
                self.keys.verify(token, self.clock.now()).map(Some)
            }
            [_, _, ..] => Err(BadToken::Malformed),
        }
    }
}

/// Who is asking, if they say so. A token that is there and not good is refused with 401, so that
/// nobody is taken for a stranger by mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity(pub Option<Principal>);

/// Who is asking; 401 when they do not say so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedIn(pub Principal);

impl Identity {
    /// Who is asking, by the fields of a request. A process that trusts nobody knows nobody.
    pub(crate) fn of(headers: &HeaderMap, extensions: &Extensions) -> Result<Self, Problem> {
        let shown =
            headers.contains_key(header::AUTHORIZATION) || headers.contains_key(inside::HEADER);
        let identified = match extensions.get::<Trust>() {
            Some(trust) => trust.identify(headers),
            None if shown => Err(BadToken::UnknownKey),
            None => Ok(None),
        };
        identified.map(Self).map_err(refusal)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Identity {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        // Whoever stands before the routes has asked already.
        match parts.extensions.get::<Self>() {
            Some(known) => Ok(known.clone()),
            None => Self::of(&parts.headers, &parts.extensions),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for SignedIn {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Identity(principal) = Identity::from_request_parts(parts, state).await?;
        principal.map(Self).ok_or_else(nobody)
    }
}

/// RFC 6750 §2.1; the name of the scheme in any case.
fn bearer(header: &HeaderValue) -> Option<&str> {
    let (scheme, token) = header.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

fn refusal(bad: BadToken) -> Problem {
    let code = match bad {
        BadToken::Expired => "token-expired",
        BadToken::Malformed
        | BadToken::UnknownKey
        | BadToken::Signature
        | BadToken::Issuer
        | BadToken::Early => "bad-token",
    };
    let detail = format!("The token is not good: {bad}. Sign in again.");
    Problem::new(StatusCode::UNAUTHORIZED, code, detail)
}
