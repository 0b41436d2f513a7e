//! Where mails are kept, and how they are found.

use crate::domain::{Kind, Mail, State};
use contracts::{
    ids::{MailId, OrderId},
    text::EmailAddress,
};
use jiff::Timestamp;
use store::{Aggregate, Find, Index};

/// How many due mails are taken at once.
pub(crate) const BATCH: usize = 200;

impl Aggregate for Mail {
    type Id = MailId;
    const COLLECTION: &'static str = "mails";
    const INDEXES: &'static [Index] = &[
        Index { name: "due", fields: &["waiting.nextAttemptAt"], unique: false },
        Index { name: "unsent", fields: &["waiting.since"], unique: false },
        Index { name: "receiver", fields: &["to"], unique: false },
        Index { name: "order", fields: &["orderId"], unique: false },
        Index { name: "kind", fields: &["kind"], unique: false },
        Index { name: "state", fields: &["state"], unique: false },
    ];

    fn id(&self) -> MailId {
        self.mail_id
    }
}

/// Mails that are to be tried now.
pub(crate) fn due(now: Timestamp) -> Find {
    Find::at_most("waiting.nextAttemptAt", now.as_millisecond()).limit(BATCH)
}

/// A mail that has waited at least since a time in milliseconds.
pub(crate) fn unsent_since(time: i64) -> Find {
    Find::at_most("waiting.since", time).limit(1)
}

/// Which mails are wanted: those for which all that is given holds.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wanted {
    pub(crate) to: Option<EmailAddress>,
    pub(crate) order_id: Option<OrderId>,
    pub(crate) kind: Option<Kind>,
    pub(crate) state: Option<State>,
}

/// The mails that are wanted, in the order of ids.
pub(crate) fn listed(wanted: &Wanted) -> Find {
    let Wanted { to, order_id, kind, state } = wanted;
    let find = to.iter().fold(Find::all(), |find, it| find.and("to", it));
    let find = order_id.iter().fold(find, |find, it| find.and("orderId", it));
    let find = kind.iter().fold(find, |find, it| find.and("kind", it));
    state.iter().fold(find, |find, it| find.and("state", it))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn no_query_scans_the_collection() {
        let all = Wanted::default();
        let to = Some(EmailAddress::parse("ada@example.com").unwrap());
        let queries = [
            due(Timestamp::UNIX_EPOCH),
            unsent_since(0),
            listed(&all).after(Some(MailId::derived("mail").to_string())),
            listed(&Wanted { to, ..all.clone() }),
            listed(&Wanted { order_id: Some(OrderId::derived("order")), ..all.clone() }),
            listed(&Wanted { kind: Some(Kind::Shipped), ..all.clone() }),
            listed(&Wanted { state: Some(State::Failed), ..all }),
        ];
        let mongodb = testkit::backend("TEST_MONGODB_URI");
        let scans = store::proof::scans::<Mail>(mongodb, &queries).await.unwrap();
        assert_eq!(scans, Vec::<String>::new());
    }
}
