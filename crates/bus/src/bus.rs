//! The handle that services are given.

use crate::{
    config::Config,
    consumer::Worker,
    dead_letters::{DeadLetters, Look},
    memory::Memory,
    publisher::Publisher,
    rabbit::Rabbit,
    relay::Relay,
    subscriptions::Subscriptions,
};
use axum::Router;
use chassis::{
    clock::{SharedClock, SystemClock},
    health::Check,
    process::{Process, Stage},
};
use contracts::topology::Queue;
use std::sync::Arc;
use store::Outboxes;
use tokio::{sync::Mutex, task::JoinSet};
use tokio_util::sync::CancellationToken;

/// A way to the broker, for one service. Cheap to clone.
#[derive(Clone)]
pub struct Bus {
    broker: Broker,
    service: &'static str,
    clock: SharedClock,
    /// Those who look at dead letters take turns.
    turns: Arc<Mutex<()>>,
}

/// Where the broker is.
#[derive(Clone, Debug)]
pub(crate) enum Broker {
    Rabbit(Arc<Rabbit>),
    Memory(Memory),
}

impl Broker {
    /// A publisher, and the task that works for it, which ends when it is dropped.
    fn publisher(&self) -> (Publisher, JoinSet<()>) {
        match self {
            Self::Memory(memory) => (Publisher::Memory(memory.clone()), JoinSet::new()),
            Self::Rabbit(rabbit) => rabbit.publisher(),
        }
    }

    /// Begins to look at what was set aside from a queue.
    pub(crate) async fn look(&self, queue: &Queue) -> anyhow::Result<Look> {
        let publisher = self.publisher();
        match self {
            Self::Memory(memory) => Ok(Look::at_memory(memory.look(queue.dead()), publisher)),
            Self::Rabbit(rabbit) => {
                Ok(Look::at_rabbit(rabbit.look(queue.dead()).await?, publisher))
            }
        }
    }
}

impl std::fmt::Debug for Bus {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Bus")
            .field("broker", &self.broker)
            .field("service", &self.service)
            .finish_non_exhaustive()
    }
}

impl Bus {
    /// A way to RabbitMQ for the service of this name. It connects when it is first used, so a process
    /// may start before its broker.
    #[must_use]
    pub fn connect(service: &'static str, config: &Config) -> Self {
        Self::over(Broker::Rabbit(Arc::new(Rabbit::new(service, config))), service)
    }

    /// A way to a broker of its own in this process.
    #[must_use]
    pub fn memory() -> Self {
        Self::within(&Memory::new(), "shop")
    }

    /// A way to a broker in this process for the service of this name.
    #[must_use]
    pub fn within(broker: &Memory, service: &'static str) -> Self {
        Self::over(Broker::Memory(broker.clone()), service)
    }

    fn over(broker: Broker, service: &'static str) -> Self {
        Self { broker, service, clock: Arc::new(SystemClock), turns: Arc::default() }
    }

    /// The same, going by another clock: it decides which messages of an outbox are old.
    #[must_use]
    pub fn with_clock(mut self, clock: SharedClock) -> Self {
        self.clock = clock;
        self
    }

    /// Lets a process hear. It fails at once when the subscriptions do not fit the topology.
    #[must_use]
    pub fn consume(&self, process: Process, subscriptions: Subscriptions) -> Process {
        let bus = self.clone();
        let queue = subscriptions.queue();
        process.run(Stage::Consume, queue, move |stop| bus.consume_until(subscriptions, stop))
    }

    /// Lets a process say what waits in its outboxes.
    #[must_use]
    pub fn relay(&self, process: Process, outboxes: Outboxes) -> Process {
        let bus = self.clone();
        process.run(Stage::Relay, "relay", move |stop| bus.relay_until(outboxes, stop))
    }

    /// Hears until told to stop, then finishes what is in hand.
    pub async fn consume_until(
        self,
        subscriptions: Subscriptions,
        stop: CancellationToken,
    ) -> anyhow::Result<()> {
        let subscriptions = subscriptions.complete()?;
        match self.broker {
            Broker::Memory(memory) => {
                let publisher = Publisher::Memory(memory.clone());
                let worker = Arc::new(Worker::new(subscriptions, publisher, stop.clone()));
                memory.consume(worker, stop).await;
            }
            Broker::Rabbit(rabbit) => rabbit.consume(subscriptions, stop).await,
        }
        Ok(())
    }

    /// Says what waits in the outboxes until told to stop; then says what is left.
    pub async fn relay_until(
        self,
        outboxes: Outboxes,
        stop: CancellationToken,
    ) -> anyhow::Result<()> {
        let Outboxes { fresh, all } = outboxes;
        let (publisher, _window) = self.broker.publisher();
        Relay::new(publisher, all, self.service, self.clock).run(fresh, stop).await;
        Ok(())
    }

    /// What was set aside from the queues of this service.
    #[must_use]
    pub fn dead_letters(&self) -> DeadLetters {
        let Self { broker, service, clock, turns } = self.clone();
        DeadLetters::new(broker, service, clock, turns)
    }

    /// The routes by which staff see to dead letters: `GET /staff/dead-letters` lists those of all queues
    /// of this service, `GET /staff/dead-letters/{queue}/{id}` shows one with its body,
    /// `POST /staff/dead-letters/{queue}/{id}/redrive` sends it again, and
    /// `POST /staff/dead-letters/{queue}/redrive` all of a queue. The gateway leads nobody there, since
    /// messages name people; they are reached from inside the cluster.
    pub fn staff_routes(&self) -> Router {
        self.dead_letters().routes()
    }

    /// Whether the broker is there. For a service that only hears; one that serves goes on without,
    /// since what it has to say waits in its outbox.
    #[must_use]
    pub fn check(&self) -> Check {
        let broker = self.broker.clone();
        Arc::new(move || {
            let state = match &broker {
                Broker::Memory(_) => Ok(()),
                Broker::Rabbit(rabbit) => rabbit.check(),
            };
            Box::pin(std::future::ready(state))
        })
    }
}
