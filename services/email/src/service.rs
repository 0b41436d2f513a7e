//! The use cases, one method per verb.

use crate::{
    Error,
    domain::{Draft, Kind, Letter, Mail, Outcome},
    metrics,
    storage::{self, Wanted},
};
use bus::Delivery;
use chassis::clock::SharedClock;
use contracts::{
    ids::{MailId, OrderId},
    inventory::{InventoryUpdated, LowStock},
    message::Events,
    orders::{CustomerNotified, Notification},
    text::EmailAddress,
};
use futures::future::try_join_all;
use std::sync::Arc;
use store::{Created, Page, Repository, Store};
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
        let (order, kind) = (&it.body.order, kind(it.body.notification));
        let thing = format!("{}/{}", order.order_id, kind.name());
        let name = match &it.body.about {
            Some(which) => format!("{thing}/{which}"),
            None => thing,
        };
        let draft = Draft {
            mail_id: MailId::derived(&name),
            to: order.email.clone(),
            kind,
            order_id: Some(order.order_id),
            letter: Letter::to_customer(&it.body),
        };
        self.write(draft).await
    }

    /// Stock has changed: all stakeholders are told. A reservation may be announced several times, and
    /// is one thing to tell.
    pub async fn inventory_updated(self, it: Delivery<InventoryUpdated>) -> Result<(), Error> {
        let letter = Letter::to_stakeholder(&it.body);
        let order = it.body.order_id;
        let cause = order.map_or_else(|| it.id.to_string(), |order| order.to_string());
        self.tell_stakeholders(&cause, Kind::Stock, order, &letter).await
    }

    /// Little is left of a product: all stakeholders are told.
    pub async fn stock_low(self, it: Delivery<LowStock>) -> Result<(), Error> {
        let letter = Letter::of_low_stock(&it.body);
        self.tell_stakeholders(&it.id.to_string(), Kind::LowStock, None, &letter).await
    }

    async fn tell_stakeholders(
        &self,
        cause: &str,
        kind: Kind,
        order_id: Option<OrderId>,
        letter: &Letter,
    ) -> Result<(), Error> {
        try_join_all(self.stakeholders.iter().map(|to| {
            let mail_id = MailId::derived(&format!("{cause}/{to}"));
            self.write(Draft { mail_id, to: to.clone(), kind, order_id, letter: letter.clone() })
        }))
        .await?;
        Ok(())
    }

    pub(crate) async fn write(&self, draft: Draft) -> Result<(), Error> {
        let (kind, now) = (draft.kind, self.clock.now());
        let (written, outcome) = if self.are_sent {
            (Mail::queued(draft, now), "queued")
        } else {
            (Mail::kept(draft, now), "kept")
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

    /// A mail.
    pub(crate) async fn mail(&self, id: MailId) -> Result<Mail, Error> {
        Ok(self.mails.get(&id).await?)
    }

    /// A page of mails.
    pub(crate) async fn list(
        &self,
        wanted: &Wanted,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<Page<Mail>, Error> {
        Ok(self.mails.page_after(&storage::listed(wanted), cursor, limit).await?)
    }
}

const fn kind(notification: Notification) -> Kind {
    match notification {
        Notification::Received => Kind::Received,
        Notification::Confirmed => Kind::Confirmed,
        Notification::Refused => Kind::Refused,
        Notification::PaymentFailed => Kind::PaymentFailed,
        Notification::Shipped => Kind::Shipped,
        Notification::Delivered => Kind::Delivered,
        Notification::Cancelled => Kind::Cancelled,
        Notification::Refunded => Kind::Refunded,
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
