//! Where mails are kept, and how they are found.

use crate::domain::Mail;
use contracts::{ids::MailId, text::EmailAddress};
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

/// A page of mails, to one person or to all: what comes after a mail, in the order of ids.
pub(crate) fn page(to: Option<&EmailAddress>, after: Option<MailId>, limit: usize) -> Find {
    let wanted = to.map_or_else(Find::all, |it| Find::by("to", it));
    wanted.after(after.map(|it| it.to_string())).limit(limit)
}
