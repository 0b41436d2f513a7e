//! Consumes one queue on one channel, and begins anew when that ends.

use super::{
    link::{Error, Link, answer, stand},
    trouble::Trouble,
};
use crate::{
    consumer::{Fate, Worker},
    metrics::CONSUMING,
    parcel::Parcel,
};
use futures::StreamExt;
use lapin::{
    Acker, Channel, Connection, Consumer,
    message::Delivery,
    options::{
        BasicAckOptions, BasicCancelOptions, BasicConsumeOptions, BasicNackOptions, BasicQosOptions,
    },
    types::FieldTable,
};
use std::{sync::Arc, time::Duration};
use tokio::{
    task::JoinSet,
    time::{interval, sleep},
};
use tokio_util::sync::CancellationToken;

/// How often it is looked whether the channel still stands.
const LOOK: Duration = Duration::from_secs(1);

/// A queue that is being consumed.
struct Session {
    connection: Arc<Connection>,
    channel: Channel,
    deliveries: Consumer,
}

/// Lets the worker deal with what is in its queue until told to stop, and then with what is in hand.
pub(super) async fn consume(
    link: &Link,
    worker: Arc<Worker>,
    prefetch: u16,
    stop: CancellationToken,
) {
    let queue = worker.queue();
    let consuming = CONSUMING.with_label_values(&[queue]);
    let mut trouble = Trouble::with(format!("consuming {queue}"));
    // Outlives a session: a handler finishes its work even if it cannot acknowledge it any more.
    let mut tasks = JoinSet::new();
    while !stop.is_cancelled() {
        let opened = tokio::select! {
            () = stop.cancelled() => break,
            opened = Session::open(link, queue, prefetch) => opened,
        };
        let ended = match opened {
            Ok(mut session) => {
                tracing::info!(queue, "consuming");
                consuming.set(1);
                let ended = session.run(&worker, &mut tasks, &stop).await;
                consuming.set(0);
                ended
            }
            Err(error) => Err(error),
        };
        link.observe();
        let Err(reason) = ended else { return };
        tokio::select! {
            () = stop.cancelled() => {}
            () = sleep(trouble.wait(&reason)) => {}
        }
    }
    finish(&mut tasks).await;
}

impl Session {
    async fn open(link: &Link, queue: &str, prefetch: u16) -> Result<Self, Error> {
        let (connection, channel) = link.channel().await?;
        answer(channel.basic_qos(prefetch, BasicQosOptions::default())).await?;
        let options = BasicConsumeOptions::default();
        let consume =
            channel.basic_consume(queue.into(), "".into(), options, FieldTable::default());
        let deliveries = answer(consume).await?;
        Ok(Self { connection, channel, deliveries })
    }

    /// Starts a task for each delivery until told to stop or until nothing comes any more.
    async fn run(
        &mut self,
        worker: &Arc<Worker>,
        tasks: &mut JoinSet<()>,
        stop: &CancellationToken,
    ) -> Result<(), Error> {
        let mut looks = interval(LOOK);
        loop {
            tokio::select! {
                () = stop.cancelled() => break,
                delivery = self.deliveries.next() => match delivery {
                    Some(delivery) => { tasks.spawn(deal(worker.clone(), delivery?)); }
                    None => return Err(Error::Ended("the broker ended the consumer")),
                },
                Some(_done) = tasks.join_next(), if !tasks.is_empty() => {}
                _now = looks.tick() => if !stand(&self.connection, &self.channel) {
                    return Err(Error::Ended("the channel is gone"));
                },
            }
        }
        self.close(tasks).await;
        Ok(())
    }

    /// Takes no more, finishes what is in hand, and closes the channel: its answer says that the broker
    /// has seen all acknowledgements.
    async fn close(&self, tasks: &mut JoinSet<()>) {
        let tag = self.deliveries.tag();
        let cancelled = answer(self.channel.basic_cancel(tag, BasicCancelOptions::default())).await;
        finish(tasks).await;
        let closed = answer(self.channel.close(200, "stopping".into())).await;
        if let Err(error) = cancelled.and(closed) {
            tracing::debug!(%error, "the channel ended before it was closed");
        }
    }
}

async fn finish(tasks: &mut JoinSet<()>) {
    while tasks.join_next().await.is_some() {}
}

async fn deal(worker: Arc<Worker>, delivery: Delivery) {
    let Delivery { exchange, routing_key, properties, data, acker, .. } = delivery;
    let exchange = exchange.as_str().to_owned();
    let key = routing_key.as_str().to_owned();
    let fate = worker.work(Parcel { exchange, key, properties, body: data }).await;
    // An answer that does not arrive means that the message comes again, which is harmless.
    if let Err(error) = tell(&acker, fate).await {
        tracing::debug!(%error, ?fate, "could not be told to the broker");
    }
}

async fn tell(acker: &Acker, fate: Fate) -> lapin::Result<bool> {
    match fate {
        Fate::Ack => acker.ack(BasicAckOptions::default()).await,
        Fate::Requeue => {
            acker.nack(BasicNackOptions { requeue: true, ..BasicNackOptions::default() }).await
        }
    }
}
