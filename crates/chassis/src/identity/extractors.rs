//! Who is asking, as handlers want to know it.

use super::{BadToken, Principal, VerifyingKeys};
use crate::{clock::SharedClock, problem::Problem};
use axum::extract::FromRequestParts;
use http::{HeaderValue, StatusCode, header, request::Parts};

/// What tokens are checked against; the process puts it at every request.
#[derive(Clone)]
pub(crate) struct Trust {
    pub(crate) keys: VerifyingKeys,
    pub(crate) clock: SharedClock,
}

/// Who is asking, if they say so. A token that is there and not good is refused with 401, so that
/// nobody is taken for a stranger by mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity(pub Option<Principal>);

/// Who is asking; 401 when they do not say so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedIn(pub Principal);

/// Somebody who runs the shop; 401 when nobody says who they are, 403 when it is someone else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Staff(pub Principal);

impl<S: Send + Sync> FromRequestParts<S> for Identity {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        let given: Vec<_> = parts.headers.get_all(header::AUTHORIZATION).iter().collect();
        let token = match given.as_slice() {
            [] => return Ok(Self(None)),
            [one] => bearer(one).ok_or(BadToken::Malformed),
            [_, _, ..] => Err(BadToken::Malformed),
        };
        let trust = parts.extensions.get::<Trust>().ok_or(BadToken::UnknownKey);
        let principal = token.and_then(|token| {
            let Trust { keys, clock } = trust?;
            keys.verify(token, clock.now())
        });
        principal.map(|it| Self(Some(it))).map_err(refusal)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for SignedIn {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Identity(principal) = Identity::from_request_parts(parts, state).await?;
        principal.map(Self).ok_or_else(|| {
            let detail = "Say who you are: Authorization: Bearer, and a token from signing in.";
            Problem::new(StatusCode::UNAUTHORIZED, "sign-in-required", detail)
        })
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Staff {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let SignedIn(principal) = SignedIn::from_request_parts(parts, state).await?;
        if principal.is_staff() {
            return Ok(Self(principal));
        }
        let detail = "This is for those who run the shop.";
        Err(Problem::new(StatusCode::FORBIDDEN, "staff-only", detail))
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
