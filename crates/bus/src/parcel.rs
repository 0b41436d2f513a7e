//! A message as the broker carries it, and the notes that are left on it on its way.

mod copies;
mod death;

use contracts::{
    ids::MessageId,
    message::{Envelope, SAID_AT},
    registry,
};
use jiff::Timestamp;
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
    /// When it was sent again after it had been set aside.
    pub const REDRIVEN: &str = "shop-redriven-at";
}

/// A copy that outlives the broker.
const PERSISTENT: u8 = 2;
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
        let mut headers = FieldTable::default();
        for (name, value) in envelope.attributes(service) {
            headers.insert(name.into(), text(value));
        }
        let properties = BasicProperties::default()
            .with_delivery_mode(PERSISTENT)
            .with_content_type("application/json".into())
            .with_message_id(envelope.id.to_string().into())
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

    /// Whether it is to come back when no queue takes it. The keys of copies are names of queues.
    pub(crate) fn must_be_heard(&self) -> bool {
        registry::must_be_heard(&self.key)
    }

    /// When it was first said, if that is known.
    pub(crate) fn said_at(&self) -> Option<Timestamp> {
        let told = self.header(SAID_AT).and_then(|it| it.parse().ok());
        let second = || i64::try_from((*self.properties.timestamp())?).ok();
        told.or_else(|| Timestamp::from_second(second()?).ok())
    }

    /// The names that say what kind of message it is, the surest first: the `type`, the routing key it
    /// was first said with, the one it came with.
    pub(crate) fn kinds(&self) -> impl Iterator<Item = &str> {
        let kind = self.properties.kind().as_ref().map(ShortString::as_str);
        kind.into_iter().chain(self.header(header::KEY)).chain([self.key.as_str()])
    }

    /// Its id. A message from elsewhere may have none of ours; then it follows from what it has, from
    /// its kind and from its body, so that it is the same one when it is delivered again.
    pub(crate) fn id(&self, queue: &str) -> MessageId {
        let given = self.message_id();
        given.parse().unwrap_or_else(|_foreign| {
            let mut hash = Sha256::new();
            let kind = self.kinds().next().unwrap_or_default();
            for part in [queue.as_bytes(), given.as_bytes(), kind.as_bytes(), &self.body] {
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

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        as_text(self.properties.headers().as_ref()?.inner().get(name)?)
    }
}

/// A text, however it was sent.
#[expect(clippy::wildcard_enum_match_arm, reason = "only texts are of interest")]
fn as_text(value: &AMQPValue) -> Option<&str> {
    match value {
        AMQPValue::LongString(text) => std::str::from_utf8(text.as_bytes()).ok(),
        AMQPValue::ShortString(text) => Some(text.as_str()),
        _ => None,
    }
}

fn text(value: impl Into<String>) -> AMQPValue {
    AMQPValue::LongString(LongString::from(value.into()))
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

#[cfg(test)]
mod tests {
    use super::*;
    use contracts::{ids::OrderId, orders::OrderConfirmed};
    use jiff::Timestamp;

    const QUEUE: &str = "some_queue";

    pub(super) fn parcel() -> Parcel {
        let message = OrderConfirmed { order_id: OrderId::derived("a") };
        let time = Timestamp::constant(1_800_000_000, 0);
        Parcel::of(&Envelope::seal(MessageId::derived("m"), time, &message), "orders")
    }

    #[test]
    fn a_message_carries_the_attributes_of_an_event() {
        let parcel = parcel();
        assert_eq!(
            (parcel.exchange.as_str(), parcel.key.as_str()),
            ("orders_exchange", "orders.confirmed")
        );
        assert_eq!(parcel.id(QUEUE), MessageId::derived("m"));
        assert_eq!(parcel.kinds().next(), Some("orders.confirmed"));
        assert_eq!(parcel.header("cloudEvents_time"), Some("2027-01-15T08:00:00Z"));
        assert_eq!(parcel.header("cloudEvents_source"), Some("/orders"));
        let subject = OrderId::derived("a").to_string();
        assert_eq!(parcel.header("cloudEvents_subject"), Some(subject.as_str()));
        assert_eq!(parcel.properties.timestamp(), &Some(1_800_000_000));
    }
}
