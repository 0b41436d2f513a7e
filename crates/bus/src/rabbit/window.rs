//! Publishes on one channel, with a window of messages that the broker has not answered for yet, and
//! begins anew when that ends.

use super::{
    confirms::Confirms,
    link::{Error, Link, answer, stand},
    trouble::Trouble,
};
use crate::publisher::Order;
use lapin::{Channel, Connection, options::ConfirmSelectOptions};
use std::{future::poll_fn, sync::Arc, time::Duration};
use tokio::{
    sync::mpsc,
    time::{interval, sleep},
};

/// How many messages may be without an answer.
const WINDOW: usize = 512;
/// How often it is looked whether the channel still stands.
const LOOK: Duration = Duration::from_secs(1);
/// How long the broker may take to answer for a message before the channel is given up.
const SILENCE: Duration = Duration::from_secs(30);

/// Publishes whatever is ordered, over channel after channel.
pub(super) struct Window {
    link: Arc<Link>,
    orders: mpsc::UnboundedReceiver<Order>,
    /// What was ordered and is not sent yet.
    batch: Vec<Order>,
    confirms: Confirms,
}

impl Window {
    pub(super) fn new(link: Arc<Link>, orders: mpsc::UnboundedReceiver<Order>) -> Self {
        Self { link, orders, batch: Vec::new(), confirms: Confirms::default() }
    }

    /// Publishes until nobody can order any more. It connects when the first order comes: few of those
    /// who hear ever need a copy.
    pub(super) async fn run(mut self) {
        if self.orders.recv_many(&mut self.batch, WINDOW).await == 0 {
            return;
        }
        let mut trouble = Trouble::with("publishing");
        loop {
            let ended = self.session().await;
            self.link.observe();
            self.confirms.lose();
            let Err(reason) = ended else { return };
            sleep(trouble.wait(&reason)).await;
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
        loop {
            self.batch.drain(..).for_each(|order| self.confirms.send(channel, order));
            let room = WINDOW.saturating_sub(self.confirms.len());
            tokio::select! {
                answered = poll_fn(|context| self.confirms.poll(context)) => answered?,
                count = self.orders.recv_many(&mut self.batch, room), if room > 0 => {
                    if count == 0 {
                        return Ok(());
                    }
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
