//! The use cases, one method per verb.

use crate::{
    Error,
    domain::{Kind, Letter, Mail, Outcome},
    metrics, storage,
};
use bus::Delivery;
use chassis::clock::SharedClock;
use contracts::{
    ids::MailId,
    inventory::InventoryUpdated,
    message::Events,
    orders::{CustomerNotified, Notification},
    text::EmailAddress,
};
use futures::future::try_join_all;
use std::sync::Arc;
use store::{Created, Repository, Store};
use tokio::sync::mpsc;

/// How many fresh mails wait for the postman; what does not fit is found by his sweep.
const FRESH: usize = 8_192;
/// How many steps are made at most towards the oldest unsent mail.
const STEPS: usize = 64;

/// What can be done with mails. Cheap to clone.
#[derive(Clone)]
pub struct Mails {
    mails: Repository<Mail>,
    clock: SharedClock,
    stakeholders: Arc<[EmailAddress]>,
    /// Whether mails are sent, or only kept.
    are_sent: bool,
    fresh: mpsc::Sender<MailId>,
}

impl std::fmt::Debug for Mails {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mails").field("are_sent", &self.are_sent).finish_non_exhaustive()
    }
}

impl Mails {
    /// The mails in `store`, and the ids of those that are new.
    pub fn new(
        store: &mut Store,
        clock: SharedClock,
        stakeholders: Vec<EmailAddress>,
        are_sent: bool,
    ) -> (Self, mpsc::Receiver<MailId>) {
        let (fresh, receiver) = mpsc::channel(FRESH);
        let stakeholders = stakeholders.into();
        (Self { mails: store.repository(), clock, stakeholders, are_sent, fresh }, receiver)
    }

    /// A customer is to be told what becomes of an order; once about each thing.
    pub async fn customer_notified(self, it: Delivery<CustomerNotified>) -> Result<(), Error> {
        let kind = match it.body.notification {
            Notification::Received => Kind::Received,
            Notification::Confirmed => Kind::Confirmed,
            Notification::Refused => Kind::Refused,
        };
        let id = MailId::derived(&format!("{}/{}", it.body.order.order_id, kind.name()));
        self.write(id, it.body.order.email.clone(), kind, Letter::to_customer(&it.body)).await
    }

    /// Stock has changed: all stakeholders are told. A reservation may be announced several times, and
    /// is one thing to tell.
    pub async fn inventory_updated(self, it: Delivery<InventoryUpdated>) -> Result<(), Error> {
        let letter = Letter::to_stakeholder(&it.body);
        let cause = it.body.order_id.map_or_else(|| it.id.to_string(), |order| order.to_string());
        try_join_all(self.stakeholders.iter().map(|to| {
            let id = MailId::derived(&format!("{cause}/{to}"));
            self.write(id, to.clone(), Kind::Stock, letter.clone())
        }))
        .await?;
        Ok(())
    }

    pub(crate) async fn write(
        &self,
        id: MailId,
        to: EmailAddress,
        kind: Kind,
        letter: Letter,
    ) -> Result<(), Error> {
        let (written, outcome) = if self.are_sent {
            (Mail::queued(id, to, kind, letter, self.clock.now()), "queued")
        } else {
            (Mail::kept(id, to, kind, letter, self.clock.now()), "kept")
        };
        if let Created::New(mail) = self.mails.create(written, Events::none()).await? {
            metrics::MAILS.with_label_values(&[kind.name(), outcome]).inc();
            // What finds no room, or nobody who listens, is found by the sweep.
            let _handed_over = self.fresh.try_send(mail.mail_id);
        }
        Ok(())
    }

    /// The mail, if it is due and nobody else has it in hand.
    pub(crate) async fn claim(&self, id: MailId) -> Result<Option<Mail>, Error> {
        let now = self.clock.now();
        let claim = move |mail: &mut Mail| {
            if mail.claim(now) { Ok(Events::none()) } else { Err(NotClaimed::NotDue) }
        };
        match self.mails.update(id, None, claim).await {
            Ok(mail) => Ok(Some(mail)),
            Err(NotClaimed::NotDue) => Ok(None),
            Err(NotClaimed::Store(error)) => Err(error.into()),
        }
    }

    /// Notes what came of an attempt to send a mail.
    pub(crate) async fn conclude(&self, id: MailId, outcome: Outcome) -> Result<(), Error> {
        let now = self.clock.now();
        let conclude = move |mail: &mut Mail| -> Result<Events, Error> {
            mail.conclude(&outcome, now);
            Ok(Events::none())
        };
        self.mails.update(id, None, conclude).await.map(drop)
    }

    /// Mails that are to be tried now.
    pub(crate) async fn due(&self) -> Result<Vec<MailId>, Error> {
        let found = self.mails.find(&storage::due(self.clock.now())).await?;
        Ok(found.into_iter().map(|it| it.mail_id).collect())
    }

    /// Measures for how long the oldest unsent mail has waited. As the store finds mails in no order of
    /// time, it is asked for any that is older than the last, until there is none.
    pub(crate) async fn measure(&self) -> Result<(), Error> {
        let now = self.clock.now().as_millisecond();
        let mut oldest = now;
        for _ in 0..STEPS {
            let older = self.mails.find(&storage::unsent_since(oldest - 1)).await?.pop();
            match older.and_then(|it| it.waiting) {
                Some(waiting) => oldest = waiting.since,
                None => break,
            }
        }
        metrics::OLDEST.set((now - oldest) / 1_000);
        Ok(())
    }

    /// A page of mails, and whether there is more.
    pub(crate) async fn list(
        &self,
        to: Option<&EmailAddress>,
        after: Option<MailId>,
        limit: usize,
    ) -> Result<(Vec<Mail>, bool), Error> {
        let mut found = self.mails.find(&storage::page(to, after, limit + 1)).await?;
        let has_more = found.len() > limit;
        found.truncate(limit);
        Ok((found, has_more))
    }
}

/// Why a mail is not the caller's to send.
enum NotClaimed {
    NotDue,
    Store(store::Error),
}

impl From<store::Error> for NotClaimed {
    fn from(error: store::Error) -> Self {
        Self::Store(error)
    }
}
