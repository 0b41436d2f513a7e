//! What a message is, and the envelope it travels in.

use crate::{catalog::Service, ids::MessageId, topology::Exchange};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// Something that one service says and others may hear.
pub trait Message: Serialize + DeserializeOwned + JsonSchema + Send + 'static {
    /// Who says it.
    const BY: Service;
    /// The routing key, which is also the type of the event.
    const KEY: &'static str;
    /// Where it is said.
    const EXCHANGE: Exchange;
    /// What it means, in one sentence, for the reference.
    const MEANING: &'static str;

    /// What it is about, such as the id of the order.
    fn subject(&self) -> String;
}

/// The header that tells when a message was said.
pub const SAID_AT: &str = "cloudEvents_time";

/// A message on its way: what an outbox holds and the broker carries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Envelope {
    /// Names the message; a hearer that meets it again has nothing left to do.
    pub id: MessageId,
    /// The routing key.
    pub key: String,
    /// Where it is published.
    pub exchange: Exchange,
    /// What it is about.
    pub subject: String,
    /// When it was said.
    pub time: Timestamp,
    /// The message as JSON.
    pub body: String,
}

impl Envelope {
    /// Puts a message into an envelope with this id, said at this time.
    ///
    /// # Panics
    /// When the message has no JSON form, which plain data with text keys always has.
    #[expect(clippy::expect_used, reason = "a message is plain data with text keys")]
    pub fn seal<M: Message>(id: MessageId, time: Timestamp, message: &M) -> Self {
        Self {
            id,
            key: M::KEY.to_owned(),
            exchange: M::EXCHANGE,
            subject: message.subject(),
            time,
            body: serde_json::to_string(message).expect("a message always has a JSON form"),
        }
    }

    /// The attributes of an event (CloudEvents 1.0.2, AMQP binding), by the names of their headers; `by` is the
    /// name of the service that says it.
    #[must_use]
    pub fn attributes(&self, by: &str) -> [(&'static str, String); 6] {
        [
            ("cloudEvents_specversion", "1.0".to_owned()),
            ("cloudEvents_id", self.id.to_string()),
            ("cloudEvents_type", self.key.clone()),
            ("cloudEvents_source", format!("/{by}")),
            ("cloudEvents_subject", self.subject.clone()),
            (SAID_AT, self.time.to_string()),
        ]
    }
}

/// The messages that a decision causes, in the order in which they are to be said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Events(Vec<Envelope>);

impl Events {
    /// Nothing is said.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// Adds a message under a new id.
    #[must_use]
    pub fn and<M: Message>(self, time: Timestamp, message: &M) -> Self {
        self.and_as(MessageId::fresh(), time, message)
    }

    /// Adds a message under a given id; one that is derived from its cause makes a repetition the
    /// same message.
    #[must_use]
    pub fn and_as<M: Message>(mut self, id: MessageId, time: Timestamp, message: &M) -> Self {
        self.0.push(Envelope::seal(id, time, message));
        self
    }

    /// Whether nothing is said.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The envelopes, in order.
    #[must_use]
    pub fn into_envelopes(self) -> Vec<Envelope> {
        self.0
    }
}
