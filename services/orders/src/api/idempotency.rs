//! `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header-07): a quoted string, also taken
//! unquoted, since many clients send it so.

use crate::domain::IdempotencyKey;
use axum::http::{HeaderMap, StatusCode};
use chassis::{identity::Principal, problem::Problem};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;

/// How long a key may be.
const LONGEST: usize = 255;

/// The key of a request, if it has one.
pub(super) fn key(
    route: &str,
    asking: Option<&Principal>,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<Option<IdempotencyKey>, Problem> {
    let mut values = headers.get_all("idempotency-key").iter();
    let Some(value) = values.next() else { return Ok(None) };
    let text = value.to_str().ok().map(|it| it.trim().trim_matches('"'));
    let is_key = |it: &&str| {
        (1..=LONGEST).contains(&it.len()) && it.bytes().all(|byte| byte.is_ascii_graphic())
    };
    let key = text.filter(is_key).filter(|_| values.next().is_none()).ok_or_else(malformed)?;
    Ok(Some(IdempotencyKey {
        // Guests share one room of keys, so theirs must be hard to guess.
        principal: asking.map_or_else(|| "guest".to_owned(), |it| it.id.clone()),
        route: route.to_owned(),
        key: key.to_owned(),
        fingerprint: fingerprint(body),
    }))
}

fn malformed() -> Problem {
    let detail = format!(
        "Send one Idempotency-Key of 1 to {LONGEST} visible ASCII characters without blanks."
    );
    Problem::new(StatusCode::BAD_REQUEST, "malformed-idempotency-key", detail)
}

fn fingerprint(body: &[u8]) -> String {
    Sha256::digest(body).iter().fold(String::with_capacity(64), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ok = write!(text, "{byte:02x}");
        text
    })
}
