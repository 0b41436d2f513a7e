//! A service that hears what became of orders, and behaves as it is told.

use bus::{Delivery, Subscriptions};
use chassis::class::{Class, Classify};
use contracts::{
    ids::{MessageId, OrderId},
    orders::{OrderCancelled, OrderConfirmed},
    topology::INVENTORY_OUTCOMES,
};
use futures::future::{BoxFuture, FutureExt, ready};
use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
};
use tokio::{task::JoinHandle, time::Instant};
use tokio_util::sync::CancellationToken;

use crate::Backend;

/// What it hears on.
pub(crate) const QUEUE: &str = INVENTORY_OUTCOMES;

/// Why it did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error("the store sleeps")]
    Asleep,
    #[error("somebody else is at it")]
    Early,
    #[error("there is nothing to confirm")]
    Refused,
}

impl Classify for Failure {
    fn class(&self) -> Class {
        match self {
            Self::Asleep => Class::Unavailable,
            Self::Early => Class::Conflict,
            Self::Refused => Class::Refused,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Asleep => "store-asleep",
            Self::Early => "too-early",
            Self::Refused => "nothing-to-confirm",
        }
    }
}

/// Something that was heard.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Heard {
    pub(crate) id: MessageId,
    pub(crate) order: OrderId,
    pub(crate) attempt: u32,
    pub(crate) at: Instant,
}

type Behaviour = Arc<dyn Fn(Heard) -> BoxFuture<'static, Result<(), Failure>> + Send + Sync>;

#[derive(Clone)]
pub(crate) struct Ear {
    heard: Arc<Mutex<Vec<Heard>>>,
    behaviour: Behaviour,
}

impl Ear {
    /// It agrees with everything.
    pub(crate) fn content() -> Self {
        Self::that(|_| ready(Ok(())).boxed())
    }

    /// It does this.
    pub(crate) fn that(
        behaviour: impl Fn(Heard) -> BoxFuture<'static, Result<(), Failure>> + Send + Sync + 'static,
    ) -> Self {
        Self { heard: Arc::default(), behaviour: Arc::new(behaviour) }
    }

    pub(crate) fn heard(&self) -> Vec<Heard> {
        self.heard.lock().unwrap().clone()
    }

    pub(crate) fn orders(&self) -> BTreeSet<OrderId> {
        self.heard().iter().map(|it| it.order).collect()
    }

    pub(crate) fn subscriptions(&self) -> Subscriptions {
        Subscriptions::of(QUEUE).on(self, Self::confirmed).on(self, Self::cancelled)
    }

    /// Listens until the token is cancelled.
    pub(crate) fn listen(&self, backend: &Backend) -> Listening {
        let stop = CancellationToken::new();
        let bus = backend.bus(contracts::catalog::INVENTORY);
        let consuming = bus.consume_until(self.subscriptions(), stop.clone());
        Listening { stop, task: crate::spawn(consuming) }
    }

    async fn confirmed(self, it: Delivery<OrderConfirmed>) -> Result<(), Failure> {
        self.hear(it.id, it.body.order_id, it.attempt).await
    }

    async fn cancelled(self, it: Delivery<OrderCancelled>) -> Result<(), Failure> {
        self.hear(it.id, it.body.order_id, it.attempt).await
    }

    async fn hear(self, id: MessageId, order: OrderId, attempt: u32) -> Result<(), Failure> {
        let heard = Heard { id, order, attempt, at: Instant::now() };
        self.heard.lock().unwrap().push(heard);
        (self.behaviour)(heard).await
    }
}

/// Somebody who listens.
pub(crate) struct Listening {
    pub(crate) stop: CancellationToken,
    pub(crate) task: JoinHandle<anyhow::Result<()>>,
}

impl Listening {
    /// Asks to stop, and waits for the end.
    pub(crate) async fn end(self) {
        self.stop.cancel();
        self.task.await.unwrap().unwrap();
    }
}
