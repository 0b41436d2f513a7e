//! Messages as tests send them.

use crate::parcel::Parcel;
use lapin::BasicProperties;

/// A message as somebody else might send it, for tests.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Raw {
    /// The name of the exchange; none is the default exchange, which leads to the queue named by the
    /// key.
    pub exchange: String,
    /// The routing key.
    pub key: String,
    /// The property `type`.
    pub kind: Option<String>,
    /// The property `message_id`.
    pub id: Option<String>,
    /// The body.
    pub body: String,
}

impl From<Raw> for Parcel {
    fn from(raw: Raw) -> Self {
        let mut properties = BasicProperties::default();
        if let Some(kind) = raw.kind {
            properties = properties.with_type(kind.into());
        }
        if let Some(id) = raw.id {
            properties = properties.with_message_id(id.into());
        }
        Self { exchange: raw.exchange, key: raw.key, properties, body: raw.body.into_bytes() }
    }
}
