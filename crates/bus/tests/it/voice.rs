//! A service that has something to say: its outbox is a list in memory.

use crate::Backend;
use async_trait::async_trait;
use chassis::clock::SharedClock;
use contracts::{
    catalog,
    customers::{CustomerRegistered, CustomerState},
    ids::{CustomerId, MessageId, OrderId},
    message::{Envelope, Message},
    orders::{OrderCancelled, OrderConfirmed},
    registry::TERMINAL,
    text::{EmailAddress, Name},
};
use jiff::{SignedDuration, Timestamp};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};
use store::{Outbox, Outboxes, Unsent};
use tokio::{sync::mpsc, task::JoinHandle};
use tokio_util::sync::CancellationToken;

const COLLECTION: &str = "orders";

/// An outbox that can be looked at.
#[derive(Default)]
pub(crate) struct Waiting {
    waiting: Mutex<BTreeMap<MessageId, Unsent>>,
    settlings: AtomicUsize,
}

impl Waiting {
    pub(crate) fn len(&self) -> usize {
        self.waiting.lock().unwrap().len()
    }

    /// How many messages with this key wait.
    pub(crate) fn count(&self, key: &str) -> usize {
        self.waiting.lock().unwrap().values().filter(|it| it.envelope.key == key).count()
    }

    /// How often something was settled.
    pub(crate) fn settlings(&self) -> usize {
        self.settlings.load(Ordering::Relaxed)
    }
}

#[async_trait]
impl Outbox for Waiting {
    fn collection(&self) -> &'static str {
        COLLECTION
    }

    async fn sweep(&self, before: Timestamp, limit: usize) -> Result<Vec<Unsent>, store::Error> {
        let waiting = self.waiting.lock().unwrap();
        let old = waiting.values().filter(|it| it.envelope.time < before);
        Ok(old.take(limit).cloned().collect())
    }

    async fn settle(&self, confirmed: &[Unsent]) -> Result<(), store::Error> {
        self.settlings.fetch_add(1, Ordering::Relaxed);
        let mut waiting = self.waiting.lock().unwrap();
        for it in confirmed {
            waiting.remove(&it.envelope.id);
        }
        Ok(())
    }
}

/// A service that says things.
pub(crate) struct Voice {
    pub(crate) outbox: Arc<Waiting>,
    fresh: mpsc::Sender<Unsent>,
    clock: SharedClock,
    stop: CancellationToken,
    task: JoinHandle<anyhow::Result<()>>,
}

impl Voice {
    /// Relays from an empty outbox.
    pub(crate) fn new(backend: &Backend) -> Self {
        let outbox = Arc::new(Waiting::default());
        let (fresh, receiver) = mpsc::channel(8_192);
        let outboxes = Outboxes { fresh: receiver, all: vec![outbox.clone()] };
        let stop = CancellationToken::new();
        let clock = backend.clock();
        let bus = backend.bus(catalog::ORDERS).with_clock(clock.clone());
        let relaying = bus.relay_until(outboxes, stop.clone());
        Self { outbox, fresh, clock, stop, task: crate::spawn(relaying) }
    }

    /// Says that an order is confirmed.
    pub(crate) fn confirm(&self, order: OrderId) {
        self.say(&OrderConfirmed { order_id: order });
    }

    /// Says that many orders are confirmed.
    pub(crate) fn confirm_many(&self, count: usize) -> BTreeSet<OrderId> {
        let orders: BTreeSet<_> = std::iter::repeat_with(OrderId::fresh).take(count).collect();
        for it in &orders {
            self.confirm(*it);
        }
        orders
    }

    /// Says that an order is cancelled.
    pub(crate) fn cancel(&self, order: OrderId) {
        self.say(&OrderCancelled { order_id: order, reason: "out of stock".to_owned() });
    }

    /// Says something that nobody in the shop hears.
    pub(crate) fn register(&self) {
        assert!(TERMINAL.contains(&CustomerRegistered::KEY));
        let customer = CustomerState {
            customer_id: CustomerId::fresh(),
            email: EmailAddress::parse("ada@example.com").unwrap(),
            first_name: Name::parse("Ada").unwrap(),
            last_name: Name::parse("Lovelace").unwrap(),
            revision: 1,
        };
        self.say(&CustomerRegistered { customer });
    }

    fn say<M: Message>(&self, message: &M) {
        let unsent = self.keep(message, SignedDuration::ZERO);
        // What does not fit is found by the sweep.
        let _full = self.fresh.try_send(unsent);
    }

    /// Saves that an order was confirmed a while ago, and tells nobody.
    pub(crate) fn confirm_quietly(&self, order: OrderId, age: SignedDuration) {
        self.keep(&OrderConfirmed { order_id: order }, age);
    }

    fn keep<M: Message>(&self, message: &M, age: SignedDuration) -> Unsent {
        let envelope = Envelope::seal(MessageId::fresh(), self.clock.now() - age, message);
        let document = envelope.subject.clone();
        let unsent = Unsent { collection: COLLECTION, document, envelope };
        self.outbox.waiting.lock().unwrap().insert(unsent.envelope.id, unsent.clone());
        unsent
    }

    /// Stops the relay and waits for its last words.
    pub(crate) async fn end(self) -> Arc<Waiting> {
        self.stop.cancel();
        self.task.await.unwrap().unwrap();
        self.outbox
    }
}
