//! The brokers that the facts are checked on, behind one face.

use crate::management::Management;
use bus::{Bus, Config, DeadLetter, Memory, Raw};
use chassis::clock::{Clock, SharedClock, SystemClock};
use clap::Parser;
use contracts::catalog::Service;
use jiff::Timestamp;
use std::sync::Arc;
use tokio::time::Instant;

/// A broker.
#[derive(Clone)]
pub(crate) enum Backend {
    Memory(Memory),
    Rabbit(Arc<Management>),
}

/// A clock that stands still when tokio's does.
struct TokioClock {
    start: Instant,
}

impl Clock for TokioClock {
    fn now(&self) -> Timestamp {
        let start = Timestamp::constant(1_800_000_000, 0);
        start.saturating_add(self.start.elapsed()).unwrap_or(Timestamp::MAX)
    }
}

#[derive(Parser)]
struct Arguments {
    #[command(flatten)]
    bus: Config,
}

impl Backend {
    pub(crate) fn memory() -> Self {
        Self::Memory(Memory::new())
    }

    /// A virtual host of its own on the real broker, as the operator sets it up.
    pub(crate) async fn rabbit(fact: &str) -> Option<Self> {
        let amqp = testkit::backend("TEST_RABBITMQ_URL")?;
        let management = testkit::backend("TEST_RABBITMQ_MANAGEMENT_URL")?;
        let virtual_host = format!("bus-{}-{fact}", std::process::id());
        let management = Management::new(&amqp, &management, virtual_host);
        management.set_up().await;
        Some(Self::Rabbit(Arc::new(management)))
    }

    /// Takes everything away again.
    pub(crate) async fn end(self) {
        if let Self::Rabbit(management) = self {
            management.take_down().await;
        }
    }

    /// The way to the broker that a service has, with its own user and permissions.
    pub(crate) fn bus(&self, service: Service) -> Bus {
        match self {
            Self::Memory(memory) => Bus::within(memory, service.name),
            Self::Rabbit(management) => {
                let url = management.url_of(service);
                let arguments = ["test", "--rabbitmq-url", &url];
                Bus::connect(service.name, &Arguments::parse_from(arguments).bus)
            }
        }
    }

    /// The time that goes with the broker: held still with tokio's where that is.
    pub(crate) fn clock(&self) -> SharedClock {
        match self {
            Self::Memory(_) => Arc::new(TokioClock { start: Instant::now() }),
            Self::Rabbit(_) => Arc::new(SystemClock),
        }
    }

    /// Publishes a message as somebody else might.
    pub(crate) async fn publish(&self, raw: Raw) {
        match self {
            Self::Memory(memory) => assert!(memory.send(raw)),
            Self::Rabbit(management) => management.publish(raw).await,
        }
    }

    /// What was set aside.
    pub(crate) async fn dead_letters(&self, queue: &str) -> Vec<DeadLetter> {
        match self {
            Self::Memory(memory) => memory.dead_letters(queue),
            Self::Rabbit(management) => management.dead_letters(queue).await,
        }
    }

    /// How many messages wait in a queue to be delivered.
    pub(crate) async fn waiting(&self, queue: &str) -> usize {
        match self {
            Self::Memory(memory) => memory.waiting(queue),
            Self::Rabbit(management) => management.waiting(queue).await,
        }
    }

    pub(crate) async fn unbind(&self, queue: &str, key: &str) {
        match self {
            Self::Memory(memory) => memory.unbind(queue, key),
            Self::Rabbit(management) => management.unbind(queue, key).await,
        }
    }

    pub(crate) async fn delete(&self, queue: &str) {
        match self {
            Self::Memory(memory) => memory.delete(queue),
            Self::Rabbit(management) => management.delete(queue).await,
        }
    }

    /// Makes again what is missing, as the operator does.
    pub(crate) async fn repair(&self) {
        match self {
            Self::Memory(memory) => memory.repair(),
            Self::Rabbit(management) => management.declare().await,
        }
    }

    /// Does what a bad network does.
    pub(crate) async fn disturb(&self) {
        match self {
            Self::Memory(memory) => memory.lose_confirms(50),
            Self::Rabbit(management) => management.close_connections().await,
        }
    }
}
