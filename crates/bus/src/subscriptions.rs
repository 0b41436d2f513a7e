//! Who hears what: from the table of handlers follow the decoder, the check against the topology, and
//! the labels of the metrics.

use crate::parcel::Parcel;
use chassis::class::{self, Class, Classify, Disposition};
use contracts::{ids::MessageId, message::Message, topology};
use futures::future::{BoxFuture, FutureExt, ready};
use std::{collections::BTreeMap, fmt, future::Future, sync::Arc};

/// A message that arrived.
#[derive(Clone, Debug)]
pub struct Delivery<M> {
    /// Names the message; the cause of whatever the handler does. A redelivery has the same one.
    pub id: MessageId,
    /// What is said.
    pub body: M,
    /// Which try this is, from 1.
    pub attempt: u32,
}

/// What is to become of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It was dealt with.
    Done,
    /// It is to be tried again later, for this reason.
    Again(String),
    /// What is needed for it is not there: it is tried again however often that takes, since the message
    /// is not at fault.
    Waiting(String),
    /// It is to be set aside, for this reason.
    Dead(String),
}

type Handler = Arc<dyn Fn(&Parcel, MessageId) -> BoxFuture<'static, Verdict> + Send + Sync>;

/// What is heard on one queue.
#[derive(Clone)]
pub struct Subscriptions {
    queue: &'static str,
    handlers: BTreeMap<&'static str, Handler>,
    mistakes: Vec<String>,
}

impl fmt::Debug for Subscriptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let heard: Vec<_> = self.handlers.keys().collect();
        f.debug_struct("Subscriptions")
            .field("queue", &self.queue)
            .field("heard", &heard)
            .finish_non_exhaustive()
    }
}

/// Subscriptions that do not fit the topology.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the subscriptions of {queue} do not fit the topology: {}", mistakes.join(", "))]
pub struct Incomplete {
    queue: &'static str,
    mistakes: Vec<String>,
}

impl Subscriptions {
    /// Nothing is heard on the queue yet.
    #[must_use]
    pub fn of(queue: &'static str) -> Self {
        Self { queue, handlers: BTreeMap::new(), mistakes: Vec::new() }
    }

    /// Hears `M`, the argument of the handler, which is a method of a service that is cheap to clone.
    #[must_use]
    pub fn on<S, M, F, Fut, E>(mut self, service: &S, handler: F) -> Self
    where
        S: Clone + Send + Sync + 'static,
        M: Message,
        F: Fn(S, Delivery<M>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), E>> + Send + 'static,
        E: Classify,
    {
        let service = service.clone();
        let handle: Handler = Arc::new(move |parcel, id| match decode::<M>(parcel, id) {
            Ok(delivery) => judge(handler(service.clone(), delivery)).boxed(),
            Err(error) => ready(Verdict::Dead(format!("undecodable: {error}"))).boxed(),
        });
        if self.handlers.insert(M::KEY, handle).is_some() {
            self.mistakes.push(format!("{} is heard twice", M::KEY));
        }
        self
    }

    /// The same, once it is sure that exactly what is bound to the queue is heard on it.
    pub fn complete(mut self) -> Result<Self, Incomplete> {
        let queue = topology::queues().into_iter().find(|it| it.name == self.queue);
        if queue.is_none() {
            self.mistakes.push("there is no such queue".to_owned());
        }
        let bound: Vec<_> = queue.into_iter().flat_map(|it| it.bindings).map(|it| it.key).collect();
        let heard: Vec<_> = self.handlers.keys().copied().collect();
        let unheard = bound.iter().filter(|key| !heard.contains(key));
        let unbound = heard.iter().filter(|key| !bound.contains(key));
        let unheard = unheard.map(|key| format!("{key} is bound and not heard"));
        let unbound = unbound.map(|key| format!("{key} is heard and not bound"));
        self.mistakes.extend(unheard.chain(unbound));
        if self.mistakes.is_empty() {
            Ok(self)
        } else {
            Err(Incomplete { queue: self.queue, mistakes: self.mistakes })
        }
    }

    /// The name of the queue.
    #[must_use]
    pub fn queue(&self) -> &'static str {
        self.queue
    }

    /// The kind of message that a parcel holds, if somebody hears that.
    pub(crate) fn kind(&self, parcel: &Parcel) -> Option<&'static str> {
        parcel.kinds().find_map(|kind| self.handlers.get_key_value(kind)).map(|(key, _)| *key)
    }

    /// Lets the handler for `kind` deal with the parcel.
    pub(crate) fn handle(
        &self,
        kind: &'static str,
        parcel: &Parcel,
        id: MessageId,
    ) -> BoxFuture<'static, Verdict> {
        match self.handlers.get(kind) {
            Some(handler) => handler(parcel, id),
            None => ready(Verdict::Dead(format!("unheard: nobody hears {kind}"))).boxed(),
        }
    }
}

fn decode<M: Message>(parcel: &Parcel, id: MessageId) -> serde_json::Result<Delivery<M>> {
    let body = serde_json::from_slice(&parcel.body)?;
    Ok(Delivery { id, body, attempt: parcel.attempts() + 1 })
}

async fn judge<E: Classify>(work: impl Future<Output = Result<(), E>>) -> Verdict {
    let Err(error) = work.await else { return Verdict::Done };
    let reason = format!("{}: {}", error.code(), class::chain(&error));
    if error.class() == Class::Unavailable {
        return Verdict::Waiting(reason);
    }
    match error.class().disposition() {
        Disposition::Ack => Verdict::Done,
        Disposition::Retry => Verdict::Again(reason),
        Disposition::DeadLetter => Verdict::Dead(reason),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use contracts::orders::{OrderCancelled, OrderConfirmed, StockWanted};
    use std::convert::Infallible;

    #[derive(Clone)]
    struct Nobody;

    #[derive(Debug, thiserror::Error)]
    #[error("never")]
    struct Never(Infallible);

    impl Classify for Never {
        fn class(&self) -> Class {
            match self.0 {}
        }

        fn code(&self) -> &'static str {
            match self.0 {}
        }
    }

    impl Nobody {
        #[expect(clippy::unused_async, reason = "as handlers are")]
        async fn hear<M>(self, _it: Delivery<M>) -> Result<(), Never> {
            Ok(())
        }
    }

    #[test]
    fn what_is_bound_is_heard() {
        let complete = Subscriptions::of(topology::INVENTORY_OUTCOMES)
            .on(&Nobody, Nobody::hear::<OrderConfirmed>)
            .on(&Nobody, Nobody::hear::<OrderCancelled>);
        assert!(complete.complete().is_ok());
    }

    #[test]
    fn each_mistake_is_told() {
        let wrong = Subscriptions::of(topology::INVENTORY_OUTCOMES)
            .on(&Nobody, Nobody::hear::<OrderConfirmed>)
            .on(&Nobody, Nobody::hear::<OrderConfirmed>)
            .on(&Nobody, Nobody::hear::<StockWanted>);
        let told = wrong.complete().unwrap_err().to_string();
        for mistake in [
            "orders.confirmed is heard twice",
            "orders.cancelled is bound and not heard",
            "orders.inventoryupdate is heard and not bound",
        ] {
            assert!(told.contains(mistake), "{told}");
        }
        let nowhere = Subscriptions::of("nowhere").complete().unwrap_err().to_string();
        assert!(nowhere.contains("there is no such queue"), "{nowhere}");
    }
}
