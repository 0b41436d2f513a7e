//! Handing messages to the broker.

use crate::{memory::Memory, parcel::Parcel};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};

/// What the broker made of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It is safe with the broker.
    Confirmed,
    /// There is no queue that wants it.
    Returned,
    /// The broker cannot take it, such as when a queue is full.
    Nacked,
    /// Nobody knows: the connection went away before the answer came.
    Lost,
}

/// A message that is to be published, and who waits for the outcome.
#[derive(Debug)]
pub(crate) struct Order {
    pub(crate) parcel: Parcel,
    pub(crate) answer: oneshot::Sender<Outcome>,
}

/// The answer, still to come; without one the message is [`Outcome::Lost`].
pub(crate) type Answer = oneshot::Receiver<Outcome>;

/// A way to the broker.
#[derive(Clone, Debug)]
pub(crate) enum Publisher {
    /// To a window on a channel (`rabbit::window`). Not bounded: whoever sends bounds what it has on
    /// its way.
    Rabbit(mpsc::UnboundedSender<Order>),
    /// To the broker in this process.
    Memory(Memory),
}

impl Publisher {
    /// Hands a message over. Messages arrive in the order in which they were handed over.
    pub(crate) fn send(&self, parcel: Parcel) -> Answer {
        let (answer, outcome) = oneshot::channel();
        match self {
            Self::Rabbit(window) => {
                // Without a window the sender is dropped here, and the message is lost for sure.
                let _gone = window.send(Order { parcel, answer });
            }
            Self::Memory(memory) => {
                let _gone = answer.send(memory.publish(parcel));
            }
        }
        outcome
    }

    /// Hands a message over and waits for the outcome.
    pub(crate) async fn publish(&self, parcel: Parcel, patience: Duration) -> Outcome {
        match tokio::time::timeout(patience, self.send(parcel)).await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(_gone)) => Outcome::Lost,
            Err(_elapsed) => Outcome::Lost,
        }
    }
}
