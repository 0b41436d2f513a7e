//! What goes wrong at the broker in this process, as a simulation wants it. What it decides may depend
//! on nothing but what it is asked and on its own seed, so that a run can be repeated.

use crate::parcel::Parcel;
use std::time::Duration;

/// Decides what goes wrong. It is asked while the broker is locked, so it must not use the broker.
pub trait Faults: Send + 'static {
    /// What becomes of a message that a service publishes: what it says, a copy that is to be tried
    /// again, one that is set aside, one that is sent again.
    fn on_publish(&mut self, _it: &Passing<'_>) -> Publishing {
        Publishing::Well
    }

    /// What becomes of a message that is about to be delivered from a queue.
    fn on_delivery(&mut self, _it: &Passing<'_>) -> Delivering {
        Delivering::Well
    }
}

/// A message that passes by.
#[derive(Clone, Copy, Debug)]
pub struct Passing<'a> {
    /// Names the message, if its sender has.
    pub id: &'a str,
    /// What kind of message it is: the routing key it was first said with.
    pub kind: &'a str,
    /// Where it is published; the default exchange has no name.
    pub exchange: &'a str,
    /// Its routing key, or the queue that it is delivered from.
    pub to: &'a str,
    /// How often it was tried before.
    pub attempts: u32,
}

impl<'a> Passing<'a> {
    pub(super) fn of(parcel: &'a Parcel, to: &'a str) -> Self {
        Self {
            id: parcel.message_id(),
            kind: parcel.kinds().next().unwrap_or_default(),
            exchange: &parcel.exchange,
            to,
            attempts: parcel.attempts(),
        }
    }
}

/// What becomes of a message that is published.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Publishing {
    /// It arrives, and its sender learns of it.
    #[default]
    Well,
    /// The broker cannot take it, and says so.
    Refuse,
    /// The connection ends before it arrives.
    LoseMessage,
    /// It arrives, and the connection ends before its sender learns of it.
    LoseConfirm,
}

/// What becomes of a message that is to be delivered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Delivering {
    /// It is delivered.
    #[default]
    Well,
    /// It is delivered, and once more behind all that waits.
    Twice,
    /// It comes so much later, behind others that were behind it. Then it is asked about again.
    Later(Duration),
    /// It is delivered and dealt with, and the acknowledgement is lost: it comes again.
    LoseAck,
}
