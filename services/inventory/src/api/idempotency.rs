//! `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header-07): a quoted string, also taken
//! unquoted, since many clients send it so.

use crate::domain::Key;
use axum::http::{HeaderMap, StatusCode};
use chassis::problem::Problem;
use contracts::ids::MessageId;

/// How long a key may be.
const LONGEST: usize = 255;

/// The key of a request, if it has one.
pub(super) fn key(route: &str, headers: &HeaderMap, body: &[u8]) -> Result<Option<Key>, Problem> {
    let mut values = headers.get_all("idempotency-key").iter();
    let Some(value) = values.next() else { return Ok(None) };
    let text = value.to_str().ok().map(|it| it.trim().trim_matches('"'));
    let is_key = |it: &&str| {
        (1..=LONGEST).contains(&it.len()) && it.bytes().all(|byte| byte.is_ascii_graphic())
    };
    let key = text.filter(is_key).filter(|_| values.next().is_none()).ok_or_else(malformed)?;
    Ok(Some(Key {
        id: MessageId::derived(&format!("{route} {key}")),
        fingerprint: MessageId::derived(&String::from_utf8_lossy(body)),
    }))
}

fn malformed() -> Problem {
    let detail = format!(
        "Send one Idempotency-Key of 1 to {LONGEST} visible ASCII characters without blanks."
    );
    Problem::new(StatusCode::BAD_REQUEST, "malformed-idempotency-key", detail)
}
