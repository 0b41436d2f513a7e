//! A message as the broker carries it, and the notes that are left on it on its way.

use contracts::{ids::MessageId, message::Envelope, topology};
use lapin::{
    BasicProperties,
    types::{AMQPValue, FieldTable, LongString, ShortString},
};
use sha2::{Digest, Sha256};

/// The headers that this crate writes.
pub mod header {
    /// How often the message has been tried.
    pub const ATTEMPTS: &str = "shop-attempts";
    /// Why it was not dealt with the last time.
    pub const REASON: &str = "shop-reason";
    /// The exchange it was first said on.
    pub const EXCHANGE: &str = "shop-exchange";
    /// The routing key it was first said with.
    pub const KEY: &str = "shop-key";
}

/// A copy that outlives the broker.
const PERSISTENT: u8 = 2;
/// The longest reason that travels, in characters.
const LONGEST_REASON: usize = 1_000;

/// Headers that a copy must not carry: the broker's own notes on earlier deaths, which it would read
/// as a cycle, and the routes of the sender, which a copy would be sent on again.
const NOT_COPIED: [&str; 9] = [
    "CC",
    "BCC",
    "x-death",
    "x-delivery-count",
    "x-first-death-exchange",
    "x-first-death-queue",
    "x-first-death-reason",
    "x-last-death-exchange",
    "x-last-death-queue",
];

/// A message on its way, or in a queue.
#[derive(Clone, Debug)]
pub(crate) struct Parcel {
    pub(crate) exchange: String,
    pub(crate) key: String,
    pub(crate) properties: BasicProperties,
    pub(crate) body: Vec<u8>,
}

impl Parcel {
    /// A message of ours, with the CloudEvents attributes in its headers.
    pub(crate) fn of(envelope: &Envelope, service: &str) -> Self {
        let id = envelope.id.to_string();
        let mut headers = FieldTable::default();
        for (name, value) in [
            ("cloudEvents_specversion", "1.0".to_owned()),
            ("cloudEvents_id", id.clone()),
            ("cloudEvents_type", envelope.key.clone()),
            ("cloudEvents_source", format!("/{service}")),
            ("cloudEvents_subject", envelope.subject.clone()),
            ("cloudEvents_time", envelope.time.to_string()),
        ] {
            headers.insert(name.into(), text(value));
        }
        let properties = BasicProperties::default()
            .with_delivery_mode(PERSISTENT)
            .with_content_type("application/json".into())
            .with_message_id(id.into())
            .with_type(envelope.key.as_str().into())
            .with_timestamp(u64::try_from(envelope.time.as_second()).unwrap_or_default())
            .with_app_id(service.into())
            .with_headers(headers);
        Self {
            exchange: envelope.exchange.name().to_owned(),
            key: envelope.key.clone(),
            properties,
            body: envelope.body.clone().into_bytes(),
        }
    }

    /// The names that say what kind of message it is, the surest first: the `type`, the routing key it
    /// was first said with, the one it came with.
    pub(crate) fn kinds(&self) -> impl Iterator<Item = &str> {
        let kind = self.properties.kind().as_ref().map(ShortString::as_str);
        kind.into_iter().chain(self.header(header::KEY)).chain([self.key.as_str()])
    }

    /// Its id. A message from elsewhere may have none of ours; then it follows from what it has and
    /// from its body, so that it is the same one when it is delivered again.
    pub(crate) fn id(&self, queue: &str) -> MessageId {
        let given = self.message_id();
        given.parse().unwrap_or_else(|_foreign| {
            let mut hash = Sha256::new();
            for part in [queue.as_bytes(), given.as_bytes(), &self.body] {
                hash.update(part.len().to_be_bytes());
                hash.update(part);
            }
            MessageId::derived(&format!("{:x}", hash.finalize()))
        })
    }

    /// The id that it was given, or nothing.
    pub(crate) fn message_id(&self) -> &str {
        self.properties.message_id().as_ref().map_or("", |it| it.as_str())
    }

    /// How often it has been tried before.
    pub(crate) fn attempts(&self) -> u32 {
        let headers = self.properties.headers().as_ref();
        let attempts = headers.and_then(|it| it.inner().get(header::ATTEMPTS));
        attempts.and_then(number).unwrap_or_default()
    }

    /// The copy that waits in a delay queue until it is tried again.
    pub(crate) fn again(&self, queue: &str, reason: &str) -> Self {
        let tried = usize::try_from(self.attempts()).unwrap_or(usize::MAX);
        let last = topology::RETRY_STEPS.len() - 1;
        let step = topology::RETRY_STEPS[tried.min(last)];
        self.copy(step.name.to_owned(), queue.to_owned(), queue, reason)
    }

    /// The copy that is set aside for a person to look at.
    pub(crate) fn dead(&self, queue: &str, reason: &str) -> Self {
        self.copy(String::new(), topology::dead_queue(queue), queue, reason)
    }

    fn copy(&self, exchange: String, key: String, queue: &str, reason: &str) -> Self {
        let reason: String = reason.chars().take(LONGEST_REASON).collect();
        let mut headers = self.kept_headers();
        let came_from = [(header::EXCHANGE, &self.exchange), (header::KEY, &self.key)];
        for (name, value) in came_from {
            if !headers.contains_key(name) {
                headers.insert(name.into(), text(value.clone()));
            }
        }
        headers.insert(header::REASON.into(), text(reason));
        headers.insert(header::ATTEMPTS.into(), AMQPValue::LongUInt(self.attempts() + 1));
        let properties = self.kept_properties(queue).with_headers(headers);
        Self { exchange, key, properties, body: self.body.clone() }
    }

    fn kept_headers(&self) -> FieldTable {
        let mut kept = FieldTable::default();
        let headers = self.properties.headers().as_ref();
        for (name, value) in headers.into_iter().flat_map(|it| it.inner().iter()) {
            if !NOT_COPIED.contains(&name.as_str()) {
                kept.insert(name.clone(), value.clone());
            }
        }
        kept
    }

    /// What describes the message is kept; what told the broker how to treat it is not. An expiry
    /// would lose the copy, and the name of another user would have it refused.
    fn kept_properties(&self, queue: &str) -> BasicProperties {
        let was = &self.properties;
        let mut kept = BasicProperties::default()
            .with_delivery_mode(PERSISTENT)
            .with_message_id(self.id(queue).to_string().into());
        if let Some(it) = was.content_type() {
            kept = kept.with_content_type(it.clone());
        }
        if let Some(it) = was.content_encoding() {
            kept = kept.with_content_encoding(it.clone());
        }
        if let Some(it) = was.correlation_id() {
            kept = kept.with_correlation_id(it.clone());
        }
        if let Some(it) = was.timestamp() {
            kept = kept.with_timestamp(*it);
        }
        if let Some(it) = was.kind() {
            kept = kept.with_type(it.clone());
        }
        if let Some(it) = was.app_id() {
            kept = kept.with_app_id(it.clone());
        }
        kept
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "only texts are of interest")]
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        match self.properties.headers().as_ref()?.inner().get(name)? {
            AMQPValue::LongString(text) => std::str::from_utf8(text.as_bytes()).ok(),
            AMQPValue::ShortString(text) => Some(text.as_str()),
            _ => None,
        }
    }
}

fn text(value: String) -> AMQPValue {
    AMQPValue::LongString(LongString::from(value))
}

/// A number, however wide it was sent.
#[expect(clippy::wildcard_enum_match_arm, reason = "only numbers are of interest")]
fn number(value: &AMQPValue) -> Option<u32> {
    match value {
        AMQPValue::ShortShortUInt(it) => Some(u32::from(*it)),
        AMQPValue::ShortUInt(it) => Some(u32::from(*it)),
        AMQPValue::LongUInt(it) => Some(*it),
        AMQPValue::ShortShortInt(it) => u32::try_from(*it).ok(),
        AMQPValue::ShortInt(it) => u32::try_from(*it).ok(),
        AMQPValue::LongInt(it) => u32::try_from(*it).ok(),
        AMQPValue::LongLongInt(it) => u32::try_from(*it).ok(),
        _ => None,
    }
}
