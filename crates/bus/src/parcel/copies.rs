//! The copies that are made of a message that was not dealt with.

use super::{PERSISTENT, Parcel, header, text};
use contracts::topology;
use jiff::Timestamp;
use lapin::{
    BasicProperties,
    types::{AMQPValue, FieldTable},
};

/// The longest reason that travels, in characters.
const LONGEST_REASON: usize = 1_000;

/// Headers that a copy must not carry: the broker's own notes on earlier deaths, which it would read
/// as a cycle, the routes of the sender, which a copy would be sent on again, and our notes on the last
/// try, which each copy has its own of.
const NOT_COPIED: [&str; 12] = [
    "CC",
    "BCC",
    "x-death",
    "x-delivery-count",
    "x-first-death-exchange",
    "x-first-death-queue",
    "x-first-death-reason",
    "x-last-death-exchange",
    "x-last-death-queue",
    "x-last-death-reason",
    header::ATTEMPTS,
    header::REASON,
];

impl Parcel {
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

    /// The copy of a dead letter that comes to its queue as if for the first time.
    pub(crate) fn redriven(&self, queue: &str, now: Timestamp) -> Self {
        let mut headers = self.kept_headers();
        headers.insert(header::REDRIVEN.into(), text(now.to_string()));
        let properties = self.kept_properties(queue).with_headers(headers);
        let (exchange, key) = (String::new(), queue.to_owned());
        Self { exchange, key, properties, body: self.body.clone() }
    }

    fn copy(&self, exchange: String, key: String, queue: &str, reason: &str) -> Self {
        let reason: String = reason.chars().take(LONGEST_REASON).collect();
        let mut headers = self.kept_headers();
        headers.insert(header::REASON.into(), text(reason));
        headers.insert(header::ATTEMPTS.into(), AMQPValue::LongUInt(self.attempts() + 1));
        let properties = self.kept_properties(queue).with_headers(headers);
        Self { exchange, key, properties, body: self.body.clone() }
    }

    /// What the sender noted, and where it was first said.
    fn kept_headers(&self) -> FieldTable {
        let mut kept = FieldTable::default();
        let headers = self.properties.headers().as_ref();
        for (name, value) in headers.into_iter().flat_map(|it| it.inner().iter()) {
            if !NOT_COPIED.contains(&name.as_str()) {
                kept.insert(name.clone(), value.clone());
            }
        }
        let (exchange, key) = self.origin();
        kept.insert(header::EXCHANGE.into(), text(exchange));
        kept.insert(header::KEY.into(), text(key));
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
}

#[cfg(test)]
mod tests {
    use super::{super::tests::parcel, *};

    const QUEUE: &str = topology::INVENTORY_OUTCOMES;

    #[test]
    fn a_copy_waits_longer_each_time_and_remembers_where_it_came_from() {
        let mut copy = parcel();
        let mut steps = Vec::new();
        for attempt in 1..=4 {
            copy = copy.again(QUEUE, "asleep");
            assert_eq!((copy.attempts(), copy.key.as_str()), (attempt, QUEUE));
            steps.push(copy.exchange.clone());
        }
        assert_eq!(steps, ["shop_retry_1s", "shop_retry_10s", "shop_retry_60s", "shop_retry_60s"]);
        // As it comes back: by the default exchange.
        copy.exchange.clear();
        let dead = copy.dead(QUEUE, "given up");
        assert_eq!((&*dead.exchange, &*dead.key), ("", &*topology::dead_queue(QUEUE)));
        assert_eq!(dead.header(header::EXCHANGE), Some("orders_exchange"));
        assert_eq!(dead.header(header::KEY), Some("orders.confirmed"));
        assert_eq!(dead.header(header::REASON), Some("given up"));
        assert_eq!(dead.header("cloudEvents_id"), parcel().header("cloudEvents_id"));
        assert_eq!(dead.body, parcel().body);
    }

    #[test]
    fn what_is_sent_again_comes_as_if_for_the_first_time() {
        let dead = parcel().again(QUEUE, "asleep").dead(QUEUE, "given up");
        let now = Timestamp::constant(1_800_000_100, 0);
        let again = dead.redriven(QUEUE, now);
        assert_eq!((&*again.exchange, &*again.key), ("", QUEUE));
        assert_eq!((again.attempts(), again.header(header::REASON)), (0, None));
        assert_eq!(again.header(header::REDRIVEN), Some("2027-01-15T08:01:40Z"));
        assert_eq!(again.origin(), parcel().origin());
        assert_eq!(again.id(QUEUE), parcel().id(QUEUE));
        assert_eq!(again.body, parcel().body);
        assert_eq!(again.said_at(), Some(Timestamp::constant(1_800_000_000, 0)));
        assert_eq!(again.properties.delivery_mode(), &Some(PERSISTENT));
    }

    #[test]
    fn a_copy_leaves_behind_what_would_lose_it() {
        let mut parcel = parcel();
        let mut headers = FieldTable::default();
        headers.insert("x-death".into(), text("once"));
        headers.insert("CC".into(), text("elsewhere"));
        headers.insert("traceparent".into(), text("00-1-1-01"));
        parcel.properties = BasicProperties::default()
            .with_headers(headers)
            .with_expiration("10".into())
            .with_user_id("seed".into());
        let copy = parcel.again(QUEUE, &"long ".repeat(1_000));
        assert_eq!((copy.header("x-death"), copy.header("CC")), (None, None));
        assert_eq!(copy.header("traceparent"), Some("00-1-1-01"));
        assert_eq!(copy.properties.expiration(), &None);
        assert_eq!(copy.properties.user_id(), &None);
        assert_eq!(copy.header(header::REASON).map(str::len), Some(LONGEST_REASON));
        assert_eq!(copy.id(QUEUE), parcel.id(QUEUE));
    }
}
