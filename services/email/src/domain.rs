//! What a mail is and how it changes. Synchronous; knows no database and no mail server.

mod letter;

pub use letter::Letter;

use contracts::{
    ids::{MailId, OrderId},
    text::EmailAddress,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// How long whoever claimed a mail may take to send it and to note that. After that another may.
pub const LEASE: Duration = Duration::from_secs(45);
/// The pause after the first attempt that failed; it doubles with each.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// The longest pause between two attempts.
const LONGEST_PAUSE: Duration = Duration::from_mins(1);
/// For how long a mail is tried that cannot be sent (RFC 5321 §4.5.4.1).
const PATIENCE: Duration = Duration::from_hours(5 * 24);

/// A mail to one person about one thing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Mail {
    /// Names it; its Message-ID is made of this.
    pub mail_id: MailId,
    /// Who it is to.
    pub to: EmailAddress,
    /// What it is about.
    pub kind: Kind,
    /// The order that it is about, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_id: Option<OrderId>,
    /// What it says.
    pub letter: Letter,
    /// Where it stands.
    pub state: State,
    /// How often it was tried to send it.
    #[serde(default)]
    pub attempts: u32,
    /// Why it is not sent, as the last attempt found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// When it was written.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// When it is tried next; only while it is queued.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiting: Option<Waiting>,
}

/// A mail before it is known whether it will be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// What the mail will be called; it follows from what it tells to whom.
    pub mail_id: MailId,
    /// Who it is to.
    pub to: EmailAddress,
    /// What it is about.
    pub kind: Kind,
    /// The order that it is about, if there is one.
    pub order_id: Option<OrderId>,
    /// What it says.
    pub letter: Letter,
}

/// What a mail is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A customer's order has arrived.
    Received,
    /// A customer's order will be carried out.
    Confirmed,
    /// A customer's order will not be carried out.
    Refused,
    /// A customer's order was not paid.
    PaymentFailed,
    /// A customer's parcel is on its way.
    Shipped,
    /// A customer's parcel has arrived.
    Delivered,
    /// A customer's order was called off.
    Cancelled,
    /// A customer was given money back.
    Refunded,
    /// Stock has changed.
    Stock,
    /// Little is left of a product.
    LowStock,
}

impl Kind {
    /// Its name, in metrics and in the ids of mails.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Confirmed => "confirmed",
            Self::Refused => "refused",
            Self::PaymentFailed => "payment_failed",
            Self::Shipped => "shipped",
            Self::Delivered => "delivered",
            Self::Cancelled => "cancelled",
            Self::Refunded => "refunded",
            Self::Stock => "stock",
            Self::LowStock => "low_stock",
        }
    }
}

/// Where a mail stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// It is to be sent.
    Queued,
    /// The mail server has it.
    Sent,
    /// There was no mail server when it was written; it is kept for reading.
    Kept,
    /// It will not be sent; the reason is beside it.
    Failed,
}

/// When a queued mail is tried next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Waiting {
    /// Since when it waits, in milliseconds.
    pub since: i64,
    /// When it is tried next, in milliseconds. Whoever tries it moves this on first, and so holds it.
    pub next_attempt_at: i64,
}

/// What came of an attempt to send a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The server has it.
    Sent,
    /// The server will never take it.
    Refused(String),
    /// It cannot be sent now.
    PutOff(String),
}

impl Mail {
    /// Writes a mail that is to be sent.
    pub fn queued(draft: Draft, now: Timestamp) -> Self {
        let since = now.as_millisecond();
        let waiting = Some(Waiting { since, next_attempt_at: since });
        Self { state: State::Queued, waiting, ..Self::kept(draft, now) }
    }

    /// Writes a mail that is only kept.
    pub fn kept(draft: Draft, now: Timestamp) -> Self {
        let Draft { mail_id, to, kind, order_id, letter } = draft;
        Self {
            mail_id,
            to,
            kind,
            order_id,
            letter,
            state: State::Kept,
            attempts: 0,
            reason: None,
            created_at: now,
            updated_at: now,
            waiting: None,
        }
    }

    /// Whether it is due; then it belongs to the caller until the lease has run out.
    pub fn claim(&mut self, now: Timestamp) -> bool {
        match &mut self.waiting {
            Some(waiting) if waiting.next_attempt_at <= now.as_millisecond() => {
                waiting.next_attempt_at = later(now, LEASE);
                self.attempts = self.attempts.saturating_add(1);
                true
            }
            Some(_) | None => false,
        }
    }

    /// Notes what came of an attempt. A mail that is sent stays so, whatever a slower one found.
    pub fn conclude(&mut self, outcome: &Outcome, now: Timestamp) {
        match outcome {
            _ if self.waiting.is_none() => {}
            Outcome::Sent => self.become_final(State::Sent, None, now),
            Outcome::Refused(why) => self.become_final(State::Failed, Some(why.clone()), now),
            Outcome::PutOff(why) => self.put_off(why.clone(), now),
        }
    }

    fn put_off(&mut self, reason: String, now: Timestamp) {
        let too_late = later(self.created_at, PATIENCE) <= now.as_millisecond();
        let Some(waiting) = self.waiting.as_mut().filter(|_| !too_late) else {
            return self.become_final(State::Failed, Some(reason), now);
        };
        let doublings = self.attempts.saturating_sub(1).min(16);
        let pause = FIRST_PAUSE.saturating_mul(1 << doublings).min(LONGEST_PAUSE);
        waiting.next_attempt_at = later(now, pause);
        self.reason = Some(reason);
        self.updated_at = now;
    }

    fn become_final(&mut self, state: State, reason: Option<String>, now: Timestamp) {
        self.state = state;
        self.reason = reason;
        self.waiting = None;
        self.updated_at = now;
    }
}

fn later(now: Timestamp, by: Duration) -> i64 {
    now.saturating_add(by).unwrap_or(Timestamp::MAX).as_millisecond()
}

#[cfg(test)]
mod tests;
