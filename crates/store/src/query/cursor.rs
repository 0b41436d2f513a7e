//! A place in a result, as a client carries it from one page to the next.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::{fmt, str::FromStr};

/// Marks the last item of a page. As text it is safe in a URL, and no more than a token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cursor {
    /// The list that it is of.
    pub list: String,
    /// The value of the field that orders the result, when it is not the id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<Value>,
    /// The id.
    pub id: String,
}

/// The text is no cursor, or one of another list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is no cursor of this list: use the one that came with the page before, or none")]
pub struct NoCursor;

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let json = serde_json::to_vec(self).map_err(|_never| fmt::Error)?;
        f.write_str(&BASE64_URL_SAFE_NO_PAD.encode(json))
    }
}

impl FromStr for Cursor {
    type Err = NoCursor;

    fn from_str(text: &str) -> Result<Self, NoCursor> {
        let json = BASE64_URL_SAFE_NO_PAD.decode(text).map_err(|_told| NoCursor)?;
        let cursor: Self = serde_json::from_slice(&json).map_err(|_told| NoCursor)?;
        let has_place = |it: &Value| it.is_number() || it.is_string() || it.is_boolean();
        if cursor.value.as_ref().is_none_or(has_place) { Ok(cursor) } else { Err(NoCursor) }
    }
}
