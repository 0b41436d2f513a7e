//! What is known of how a message came to be set aside, and of where it was first said.

use super::{Parcel, as_text, header};
use lapin::types::{AMQPValue, FieldTable};

/// The broker's own note on those it has moved, such as what its consumer died of too often.
const X_DEATH: &str = "x-death";
/// The same in short: why it was moved the first time.
const X_FIRST_REASON: &str = "x-first-death-reason";

impl Parcel {
    /// The exchange and the key that it was first said with: as our copies have it, else as the broker
    /// noted when it moved the message, else as it came.
    pub(crate) fn origin(&self) -> (&str, &str) {
        if let (Some(exchange), Some(key)) =
            (self.header(header::EXCHANGE), self.header(header::KEY))
        {
            return (exchange, key);
        }
        self.first_death().unwrap_or((&self.exchange, &self.key))
    }

    /// Why it was set aside.
    pub(crate) fn reason(&self) -> String {
        let ours = self.header(header::REASON).map(str::to_owned);
        let brokers = || self.header(X_FIRST_REASON).map(|it| format!("broker: {it}"));
        ours.or_else(brokers).unwrap_or_default()
    }

    /// Where it came from before the broker moved it for the first time, which is the last entry.
    fn first_death(&self) -> Option<(&str, &str)> {
        let headers = self.properties.headers().as_ref()?;
        let first = table(list(headers.inner().get(X_DEATH)?)?.last()?)?;
        let exchange = as_text(first.inner().get("exchange")?)?;
        let key = as_text(list(first.inner().get("routing-keys")?)?.first()?)?;
        Some((exchange, key))
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "only lists are of interest")]
fn list(value: &AMQPValue) -> Option<&[AMQPValue]> {
    match value {
        AMQPValue::FieldArray(it) => Some(it.as_slice()),
        _ => None,
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "only tables are of interest")]
fn table(value: &AMQPValue) -> Option<&FieldTable> {
    match value {
        AMQPValue::FieldTable(it) => Some(it),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::{tests::parcel, text},
        *,
    };
    use lapin::{BasicProperties, types::FieldArray};

    #[test]
    fn what_the_broker_moved_is_known_by_its_note() {
        let mut entry = FieldTable::default();
        entry.insert("exchange".into(), text("orders_exchange"));
        let keys = FieldArray::from(vec![text("orders.confirmed")]);
        entry.insert("routing-keys".into(), AMQPValue::FieldArray(keys));
        let mut headers = FieldTable::default();
        let deaths = FieldArray::from(vec![AMQPValue::FieldTable(entry)]);
        headers.insert(X_DEATH.into(), AMQPValue::FieldArray(deaths));
        headers.insert(X_FIRST_REASON.into(), text("delivery_limit"));
        let moved = Parcel {
            exchange: String::new(),
            key: "a_queue.dead".to_owned(),
            properties: BasicProperties::default().with_headers(headers),
            body: Vec::new(),
        };
        assert_eq!(moved.origin(), ("orders_exchange", "orders.confirmed"));
        assert_eq!(moved.reason(), "broker: delivery_limit");
    }

    #[test]
    fn what_was_copied_is_known_by_ours_and_what_is_new_as_it_came() {
        let origin = ("orders_exchange", "orders.confirmed");
        assert_eq!(parcel().origin(), origin);
        let copy = parcel().again("a_queue", "asleep").dead("a_queue", "given up");
        assert_eq!((copy.origin(), copy.reason().as_str()), (origin, "given up"));
    }
}
