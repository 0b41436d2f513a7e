//! Fields of bodies that need care.

use serde::{Deserialize, Deserializer, de::Error as _};
use serde_json::Value;

/// A text that is not repeated, not even when it should have been a text and is none.
#[expect(missing_debug_implementations, reason = "it is secret")]
pub struct Secret(pub String);

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        match Value::deserialize(from)? {
            Value::String(text) => Ok(Self(text)),
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::Array(_)
            | Value::Object(_) => Err(D::Error::custom("must be a text")),
        }
    }
}

/// What is there, which may not be `null`.
pub fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    from: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(from).map(Some)
}
