//! What is told of dead letters.

use crate::parcel::Parcel;
use contracts::ids::MessageId;
use jiff::Timestamp;
use serde::Serialize;

/// A message that was set aside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DeadLetter {
    /// The queue where it could not be handled.
    pub queue: String,
    /// Names the message.
    pub id: MessageId,
    /// The routing key it was first said with.
    pub key: String,
    /// Why it was set aside.
    pub reason: String,
    /// How often it was tried.
    pub attempts: u32,
    /// When it was first said, if that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub said_at: Option<Timestamp>,
    /// What it says, where that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
}

impl DeadLetter {
    /// What there is to tell of a message that was set aside from `queue`, but for its body.
    pub(crate) fn of(queue: &str, parcel: &Parcel) -> Self {
        Self {
            queue: queue.to_owned(),
            id: parcel.id(queue),
            key: parcel.origin().1.to_owned(),
            reason: parcel.reason(),
            attempts: parcel.attempts(),
            said_at: parcel.said_at(),
            body: None,
        }
    }

    /// The same with its body.
    pub(crate) fn whole(queue: &str, parcel: &Parcel) -> Self {
        let body = String::from_utf8_lossy(&parcel.body).into_owned();
        Self { body: Some(body), ..Self::of(queue, parcel) }
    }
}

/// How many dead letters were sent again, and how many are left.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Redriven {
    /// How many were sent again.
    pub redriven: usize,
    /// How many still lie there.
    pub left: usize,
}
