//! A provider that takes no real money. It keeps a book of its own in the store, which stands for the
//! outside world: whatever dies, what was done stays done, and a key that comes again is answered as
//! before.
//!
//! How it behaves follows from the token; see [`Manner`].

mod api;
mod book;
mod manner;
mod telling;

pub use book::{Entry, Kind, Outcome, balance};
pub use manner::Manner;

use super::{Answer, Provider, Request};
use crate::{
    domain::Told,
    storage,
    webhook::{Door, Secret},
};
use async_trait::async_trait;
use axum::Router;
use chassis::{
    clock::SharedClock,
    process::{Process, Stage},
};
use contracts::{ids::OrderId, message::Events};
use std::{
    future::pending,
    sync::{Mutex, PoisonError},
    time::Duration,
};
use store::{Created, Repository, Store};
use telling::{Teller, Telling};
use tokio::{sync::mpsc, time::sleep};

/// How long a slow answer takes.
const SLOWNESS: Duration = Duration::from_secs(2);
/// How many entries of the book are read at once.
const PAGE: usize = 500;

/// A provider that takes no real money.
pub struct Simulator {
    book: Repository<Entry>,
    clock: SharedClock,
    teller: Teller,
    /// What is to be told at the door; taken once by the process it is told in.
    tellings: Mutex<Option<mpsc::Receiver<Telling>>>,
}

impl std::fmt::Debug for Simulator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Simulator").field("book", &self.book).finish_non_exhaustive()
    }
}

impl Simulator {
    /// A simulator with its book in `store`, which signs its webhooks with this secret.
    pub fn new(store: &mut Store, secret: Secret, clock: SharedClock) -> Self {
        let (teller, tellings) = Teller::new(secret, clock.clone());
        Self { book: store.repository(), clock, teller, tellings: Mutex::new(Some(tellings)) }
    }

    /// All that it has done or declined to do.
    pub async fn book(&self) -> Result<Vec<Entry>, store::Error> {
        self.entries(None).await
    }

    /// All that it has done or declined to do for an order.
    pub async fn book_of(&self, order: OrderId) -> Result<Vec<Entry>, store::Error> {
        self.entries(Some(order)).await
    }

    async fn entries(&self, order: Option<OrderId>) -> Result<Vec<Entry>, store::Error> {
        book::all(&self.book, order).await
    }

    async fn perform(&self, kind: Kind, request: &Request) -> Answer {
        let manner = Manner::of(request.token.as_ref());
        let entry = match self.enter(kind, manner, request).await {
            Ok(entry) => entry,
            Err(error) => return Answer::Unknown(error.to_string()),
        };
        match entry.outcome.clone() {
            None => Answer::Unknown("the provider cannot be reached".to_owned()),
            Some(Outcome::Declined { reason }) => Answer::Declined(reason),
            Some(Outcome::Done { transaction_id }) => {
                self.tell(manner, &entry, &transaction_id).await;
                Answer::Done { transaction_id }
            }
        }
    }

    /// Writes into the book that it was asked, and what came of it when it was asked first.
    async fn enter(
        &self,
        kind: Kind,
        manner: Manner,
        request: &Request,
    ) -> Result<Entry, store::Error> {
        let now = self.clock.now();
        let mut asked = Entry::of(kind, request, now);
        asked.ask(manner, now);
        match self.book.create(asked, Events::none()).await? {
            Created::New(entry) => Ok(entry),
            Created::Existing(entry) => {
                let ask = move |it: &mut Entry| -> Result<Events, store::Error> {
                    it.ask(manner, now);
                    Ok(Events::none())
                };
                self.book.update(entry.key, None, ask).await
            }
        }
    }

    /// What is done is done; how and when that is told is another matter.
    async fn tell(&self, manner: Manner, entry: &Entry, transaction: &str) {
        let told = match entry.operation {
            Kind::Authorize => Some(Told::Authorized),
            Kind::Capture => Some(Told::Captured),
            Kind::Void | Kind::Refund => None,
        };
        let news = told.map(|told| (told, (entry.order_id, transaction, entry.amount)));
        match (manner, news) {
            (Manner::Slow, _) => sleep(SLOWNESS).await,
            (Manner::Timeout, _) if entry.calls == 1 => pending().await,
            (Manner::WebhookFirst, Some((told, about))) => self.teller.tell(told, about).await,
            (Manner::Duplicate, Some((told, about))) => self.teller.tell_twice(told, about),
            (
                Manner::Fine
                | Manner::Declined(_)
                | Manner::Timeout
                | Manner::Duplicate
                | Manner::WebhookFirst
                | Manner::CaptureDeclined
                | Manner::Unreachable,
                _,
            ) => {}
        }
    }
}

#[async_trait]
impl Provider for Simulator {
    async fn authorize(&self, request: &Request) -> Answer {
        self.perform(Kind::Authorize, request).await
    }

    async fn capture(&self, request: &Request) -> Answer {
        self.perform(Kind::Capture, request).await
    }

    async fn void(&self, request: &Request) -> Answer {
        self.perform(Kind::Void, request).await
    }

    async fn refund(&self, request: &Request) -> Answer {
        self.perform(Kind::Refund, request).await
    }

    fn routes(&self) -> Router {
        api::routes(self.book.clone())
    }

    fn attach(&self, process: Process, door: Door) -> Process {
        let tellings = self.tellings.lock().unwrap_or_else(PoisonError::into_inner).take();
        match tellings {
            // Later than the cashier, whose last questions may be told of.
            Some(tellings) => process.run(Stage::Relay, "simulated webhooks", |stop| {
                telling::deliver(door, tellings, stop)
            }),
            None => process,
        }
    }
}
