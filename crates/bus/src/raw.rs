//! Messages as tests send and find them.

use crate::parcel::{Parcel, header};
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

/// A message that was set aside, for tests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeadLetter {
    /// Its id.
    pub id: String,
    /// The routing key it was first said with.
    pub key: String,
    /// Why it was set aside.
    pub reason: String,
    /// How often it was tried.
    pub attempts: u32,
    /// The body.
    pub body: String,
}

impl From<&Parcel> for DeadLetter {
    fn from(parcel: &Parcel) -> Self {
        let header = |name| parcel.header(name).unwrap_or_default().to_owned();
        Self {
            id: parcel.message_id().to_owned(),
            key: header(header::KEY),
            reason: header(header::REASON),
            attempts: parcel.attempts(),
            body: String::from_utf8_lossy(&parcel.body).into_owned(),
        }
    }
}
