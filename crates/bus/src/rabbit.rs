//! RabbitMQ, by lapin. What lapin leaves to its user is done here: connections, channels and consumers
//! are made again, with a growing pause, until they stand.

mod confirms;
mod consuming;
mod link;
mod look;
mod trouble;
mod window;

use crate::{config::Config, consumer::Worker, publisher::Publisher, subscriptions::Subscriptions};
use link::Link;
pub(crate) use look::Look;
use std::sync::Arc;
use tokio::{sync::mpsc, task::JoinSet};
use tokio_util::sync::CancellationToken;
use window::Window;

/// A broker elsewhere. What is said and what is heard go over connections of their own: a broker that
/// is short of memory stops listening to those who publish, and acknowledgements must still get through.
#[derive(Debug)]
pub(crate) struct Rabbit {
    publish: Arc<Link>,
    consume: Arc<Link>,
    prefetch: u16,
}

impl Rabbit {
    pub(crate) fn new(service: &'static str, config: &Config) -> Self {
        let link = |purpose| Arc::new(Link::new(&config.rabbitmq_url, service, purpose));
        Self {
            publish: link("publish"),
            consume: link("consume"),
            prefetch: config.rabbitmq_prefetch,
        }
    }

    /// A publisher over a channel of its own, and the task that works for it, which ends when it is
    /// dropped.
    pub(crate) fn publisher(&self) -> (Publisher, JoinSet<()>) {
        let (orders, waiting) = mpsc::unbounded_channel();
        let mut tasks = JoinSet::new();
        tasks.spawn(Window::new(self.publish.clone(), waiting).run());
        (Publisher::Rabbit(orders), tasks)
    }

    /// Hears until told to stop.
    pub(crate) async fn consume(&self, subscriptions: Subscriptions, stop: CancellationToken) {
        let (publisher, _window) = self.publisher();
        let worker = Worker::new(subscriptions, publisher, stop.clone());
        consuming::consume(&self.consume, Arc::new(worker), self.prefetch, stop).await;
    }

    /// Begins to look at the messages of a queue.
    pub(crate) async fn look(&self, queue: String) -> anyhow::Result<Look> {
        Ok(Look::open(&self.consume, queue).await?)
    }

    /// Whether the connections stand that are in use.
    pub(crate) fn check(&self) -> Result<(), String> {
        self.publish.check()?;
        self.consume.check()
    }
}
