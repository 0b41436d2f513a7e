//! Publishes on one channel, with a window of messages that the broker has not answered for yet, and
//! begins anew when that ends.

use super::{
    confirms::Confirms,
    link::{Error, Link, answer, stand},
};
use crate::{backoff::Backoff, publisher::Order};
use lapin::{Channel, Connection, options::ConfirmSelectOptions};
use std::{future::poll_fn, sync::Arc, time::Duration};
use tokio::{
    sync::mpsc,
    time::{Instant, interval, sleep},
};

/// How many messages may be without an answer.
const WINDOW: usize = 512;
/// How long to wait before a channel is made anew, at first and at most.
const AGAIN: (Duration, Duration) = (Duration::from_millis(200), Duration::from_secs(5));
/// A channel that lived this long was well. One that ends sooner may end by what is published on it,
/// such as to an exchange that is missing.
const WELL: Duration = Duration::from_secs(10);
/// How often it is looked whether the channel still stands.
const LOOK: Duration = Duration::from_secs(1);
/// How long the broker may take to answer for a message before the channel is given up.
const SILENCE: Duration = Duration::from_secs(30);

/// Publishes whatever is ordered, over channel after channel.
pub(super) struct Window {
    link: Arc<Link>,
    orders: mpsc::UnboundedReceiver<Order>,
    confirms: Confirms,
}

impl Window {
    pub(super) fn new(link: Arc<Link>, orders: mpsc::UnboundedReceiver<Order>) -> Self {
        Self { link, orders, confirms: Confirms::default() }
    }

    /// Publishes until nobody can order any more.
    pub(super) async fn run(mut self) {
        let mut backoff = Backoff::new(AGAIN.0, AGAIN.1);
        loop {
            let start = Instant::now();
            let ended = self.session().await;
            if start.elapsed() > WELL {
                backoff.reset();
            }
            self.link.observe();
            self.confirms.lose();
            let Err(reason) = ended else { return };
            let wait = backoff.wait();
            tracing::warn!(%reason, ?wait, "not publishing, beginning anew");
            sleep(wait).await;
        }
    }

    async fn session(&mut self) -> Result<(), Error> {
        let (connection, channel) = self.link.channel().await?;
        answer(channel.confirm_select(ConfirmSelectOptions::default())).await?;
        self.publish(&connection, &Arc::new(channel)).await
    }

    async fn publish(
        &mut self,
        connection: &Connection,
        channel: &Arc<Channel>,
    ) -> Result<(), Error> {
        let mut looks = interval(LOOK);
        let mut batch = Vec::new();
        loop {
            let room = WINDOW - self.confirms.len();
            tokio::select! {
                answered = poll_fn(|context| self.confirms.poll(context)) => answered?,
                count = self.orders.recv_many(&mut batch, room), if room > 0 => {
                    if count == 0 {
                        return Ok(());
                    }
                    batch.drain(..).for_each(|order| self.confirms.send(channel, order));
                }
                _now = looks.tick() => self.look(connection, channel)?,
            }
        }
    }

    /// Gives the channel up when it is gone, or when the broker has stopped answering and has not said
    /// that it is short of something.
    fn look(&self, connection: &Connection, channel: &Channel) -> Result<(), Error> {
        if !stand(connection, channel) {
            return Err(Error::Ended("the channel is gone"));
        }
        let is_silent = self.confirms.oldest().is_some_and(|sent| sent.elapsed() > SILENCE);
        if is_silent && !connection.status().blocked() {
            return Err(Error::Ended("the broker does not confirm"));
        }
        Ok(())
    }
}
