//! Which messages the broker has answered for, and how.
//!
//! This takes care: lapin hands a returned message to whichever confirm it completes next, and when the
//! broker confirms several messages at once, lapin completes them in any order. So a confirm that
//! carries nothing proves nothing by itself. What is sure: the return of a message comes before its
//! confirm, so when the confirm is complete, the return has been carried by it or by one completed
//! before, or waits behind the return that the confirm itself carries. Hence
//!
//! - a confirm counts only after all others that are complete by then have been looked at,
//! - a returned message is known by its id, not by the confirm that carried it,
//! - a confirm that carries the return of another message leaves its own outcome open.

use crate::{
    parcel::Parcel,
    publisher::{Order, Outcome},
};
use futures::{FutureExt, future::BoxFuture};
use lapin::{Channel, Confirmation, message::BasicReturnMessage, options::BasicPublishOptions};
use std::{
    collections::BTreeSet,
    mem::take,
    sync::Arc,
    task::{Context, Poll},
};
use tokio::{sync::oneshot, time::Instant};

/// The messages on one channel that the broker has not answered for, in the order of sending.
#[derive(Default)]
pub(super) struct Confirms(Vec<Unanswered>);

struct Unanswered {
    id: String,
    answer: oneshot::Sender<Outcome>,
    sent: Instant,
    is_returned: bool,
    confirm: BoxFuture<'static, lapin::Result<Confirmation>>,
    confirmation: Option<Confirmation>,
}

impl Confirms {
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// When the message was sent that waits longest.
    pub(super) fn oldest(&self) -> Option<Instant> {
        self.0.first().map(|it| it.sent)
    }

    /// Sends a message, unless whoever ordered it has given up. It leaves at the next
    /// [`poll`](Self::poll), after those before it.
    pub(super) fn send(&mut self, channel: &Arc<Channel>, order: Order) {
        let Order { parcel, answer } = order;
        if !answer.is_closed() {
            let id = parcel.message_id().to_owned();
            self.push(id, answer, publish(channel.clone(), parcel).boxed());
        }
    }

    fn push(
        &mut self,
        id: String,
        answer: oneshot::Sender<Outcome>,
        confirm: BoxFuture<'static, lapin::Result<Confirmation>>,
    ) {
        let sent = Instant::now();
        self.0.push(Unanswered {
            id,
            answer,
            sent,
            is_returned: false,
            confirm,
            confirmation: None,
        });
    }

    /// Ready when messages were answered for, or when the channel failed. It looks at all messages
    /// again until a whole look has found nothing new: whatever was complete when an answer was found
    /// has then been seen, too.
    pub(super) fn poll(&mut self, context: &mut Context<'_>) -> Poll<lapin::Result<()>> {
        let mut is_ready = false;
        while self.look(context)? {
            is_ready = true;
        }
        if !is_ready {
            return Poll::Pending;
        }
        self.tell();
        Poll::Ready(Ok(()))
    }

    fn look(&mut self, context: &mut Context<'_>) -> lapin::Result<bool> {
        let mut found = false;
        for it in self.0.iter_mut().filter(|it| it.confirmation.is_none()) {
            if let Poll::Ready(confirmation) = it.confirm.poll_unpin(context) {
                it.confirmation = Some(confirmation?);
                found = true;
            }
        }
        Ok(found)
    }

    /// Tells those who wait what has become of their messages.
    fn tell(&mut self) {
        let carried = self.0.iter().filter_map(|it| returned(it.confirmation.as_ref()?));
        let returned: BTreeSet<String> = carried.map(message_id).collect();
        for it in &mut self.0 {
            it.is_returned |= returned.contains(&it.id);
        }
        let (answered, waiting) =
            take(&mut self.0).into_iter().partition(|it| it.confirmation.is_some());
        self.0 = waiting;
        let answered: Vec<Unanswered> = answered;
        for it in answered {
            let outcome = it.outcome();
            it.tell(outcome);
        }
    }

    /// Nobody will answer any more.
    pub(super) fn lose(&mut self) {
        for it in take(&mut self.0) {
            it.tell(Outcome::Lost);
        }
    }
}

impl Unanswered {
    fn outcome(&self) -> Outcome {
        let carried = self.confirmation.as_ref().and_then(returned).map(message_id);
        match &self.confirmation {
            _ if self.is_returned => Outcome::Returned,
            Some(Confirmation::Nack(_)) => Outcome::Nacked,
            Some(Confirmation::Ack(_)) if carried.is_none() => Outcome::Confirmed,
            Some(Confirmation::Ack(_) | Confirmation::NotRequested) | None => Outcome::Lost,
        }
    }

    fn tell(self, outcome: Outcome) {
        // Whoever asked may have given up; then the message comes again, which is harmless.
        let _given_up = self.answer.send(outcome);
    }
}

async fn publish(channel: Arc<Channel>, parcel: Parcel) -> lapin::Result<Confirmation> {
    let mandatory = parcel.must_be_heard();
    let options = BasicPublishOptions { mandatory, ..BasicPublishOptions::default() };
    let Parcel { exchange, key, properties, body } = parcel;
    channel.basic_publish(exchange.into(), key.into(), options, &body, properties).await?.await
}

fn returned(confirmation: &Confirmation) -> Option<&BasicReturnMessage> {
    match confirmation {
        Confirmation::Ack(message) | Confirmation::Nack(message) => message.as_ref(),
        Confirmation::NotRequested => None,
    }
}

fn message_id(message: &BasicReturnMessage) -> String {
    let id = message.delivery.properties.message_id().as_ref();
    id.map_or_else(String::new, |it| it.as_str().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::{channel::oneshot as promise, task::noop_waker};
    use lapin::{BasicProperties, message::Delivery};

    /// Sends messages `a`, `b`, … and completes their confirms in the order given.
    fn outcomes(completed: &[(&str, Confirmation)], count: usize) -> Vec<Option<Outcome>> {
        let mut confirms = Confirms::default();
        let mut promises = std::collections::BTreeMap::new();
        let mut answers = Vec::new();
        for id in ["a", "b", "c", "d"].into_iter().take(count) {
            let (answer, outcome) = oneshot::channel();
            let (promise, confirm) = promise::channel::<Confirmation>();
            confirms.push(id.to_owned(), answer, confirm.map(|it| Ok(it.unwrap())).boxed());
            promises.insert(id, promise);
            answers.push(outcome);
        }
        for (id, confirmation) in completed {
            let copy = match confirmation {
                Confirmation::Ack(it) => Confirmation::Ack(it.as_ref().map(copy)),
                Confirmation::Nack(it) => Confirmation::Nack(it.as_ref().map(copy)),
                Confirmation::NotRequested => Confirmation::NotRequested,
            };
            promises.remove(id).unwrap().send(copy).unwrap();
        }
        let waker = noop_waker();
        let _ready = confirms.poll(&mut Context::from_waker(&waker));
        // Those that still wait must not be lost with their promises.
        let told = answers.into_iter().map(|mut it| it.try_recv().ok()).collect();
        drop(promises);
        told
    }

    fn copy(message: &BasicReturnMessage) -> BasicReturnMessage {
        the_return_of(&message_id(message))
    }

    fn the_return_of(id: &str) -> BasicReturnMessage {
        let mut delivery = Delivery::mock(0, "e".into(), "k".into(), false, Vec::new());
        delivery.properties = BasicProperties::default().with_message_id(id.into());
        BasicReturnMessage { delivery, reply_code: 312, reply_text: "NO_ROUTE".into() }
    }

    fn ack(returned: Option<&str>) -> Confirmation {
        Confirmation::Ack(returned.map(the_return_of))
    }

    #[test]
    fn what_is_confirmed_alone_is_confirmed() {
        let told = outcomes(&[("b", ack(None))], 2);
        assert_eq!(told, [None, Some(Outcome::Confirmed)]);
    }

    #[test]
    fn a_return_carried_by_another_confirm_is_still_a_return() {
        let told = outcomes(&[("b", ack(Some("a"))), ("a", ack(None)), ("c", ack(None))], 3);
        assert_eq!(
            told,
            [
                Some(Outcome::Returned),
                Some(Outcome::Lost), // open: its own return could wait behind the one it carried
                Some(Outcome::Confirmed),
            ]
        );
    }

    #[test]
    fn returns_that_were_carried_crosswise_are_both_returns() {
        let told = outcomes(&[("a", ack(Some("b"))), ("b", ack(Some("a")))], 2);
        assert_eq!(told, [Some(Outcome::Returned), Some(Outcome::Returned)]);
    }

    #[test]
    fn what_the_broker_cannot_take_is_nacked() {
        let told = outcomes(&[("a", Confirmation::Nack(None))], 1);
        assert_eq!(told, [Some(Outcome::Nacked)]);
    }
}
