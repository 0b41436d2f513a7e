use super::{Payment, Way, later, shortened};
use crate::provider::{Answer, Request};
use contracts::{ids::RefundId, message::Events, payments::PaymentStatus};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// How long whoever claimed a payment may take to ask the provider and to note the answer. After that
/// another may.
pub const LEASE: Duration = Duration::from_secs(35);
/// The pause after the first attempt whose outcome is unknown; it doubles with each.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// The longest pause between two attempts.
const LONGEST_PAUSE: Duration = Duration::from_mins(1);

/// What is done at the provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Operation {
    /// Money is to be promised.
    Authorize,
    /// What is promised is to be taken.
    Capture,
    /// What is promised is to be given up.
    Void,
    /// Money is to be given back.
    Refund {
        /// Which refund.
        id: RefundId,
    },
}

impl Operation {
    /// Its name, in metrics and views.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Authorize => "authorize",
            Self::Capture => "capture",
            Self::Void => "void",
            Self::Refund { .. } => "refund",
        }
    }
}

/// What is to be done at the provider, and when it is tried next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Waiting {
    /// What.
    pub operation: Operation,
    /// Since when it waits, in milliseconds.
    pub since: i64,
    /// When it is tried next, in milliseconds. Whoever tries it moves this on first, and so holds it.
    pub next_attempt_at: i64,
    /// How often it was tried. Once it was, it is tried until it is known what came of it.
    pub attempts: u32,
    /// Why the last attempt came to nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl Waiting {
    fn for_the(operation: Operation, now: Timestamp) -> Self {
        let since = now.as_millisecond();
        Self { operation, since, next_attempt_at: since, attempts: 0, reason: None }
    }

    fn put_off(&mut self, reason: &str, now: Timestamp) {
        let doublings = self.attempts.saturating_sub(1).min(16);
        let pause = FIRST_PAUSE.saturating_mul(1 << doublings).min(LONGEST_PAUSE);
        self.next_attempt_at = later(now, pause);
        self.reason = Some(shortened(reason));
    }
}

impl Payment {
    /// Settles what is to be done next at the provider. What is under way stays: what came of it must
    /// be known first.
    pub(super) fn plan(&mut self, now: Timestamp) {
        if self.is_under_way() {
            return;
        }
        let known = self.waiting.take();
        self.waiting = self.next().map(|operation| match known {
            Some(waiting) if waiting.operation == operation => waiting,
            Some(_) | None => Waiting::for_the(operation, now),
        });
    }

    /// Whether the provider was asked for something, and the outcome is not known.
    pub(super) fn is_under_way(&self) -> bool {
        self.waiting.as_ref().is_some_and(|it| it.attempts > 0)
    }

    fn next(&self) -> Option<Operation> {
        if self.way() != Way::Provider {
            return None;
        }
        match self.status {
            PaymentStatus::Pending => Some(Operation::Authorize),
            PaymentStatus::Authorized if self.unwanted.is_some() => Some(Operation::Void),
            PaymentStatus::Authorized => self.capture_wanted.then_some(Operation::Capture),
            PaymentStatus::Completed => self.next_refund().map(|id| Operation::Refund { id }),
            PaymentStatus::Failed => self.is_promised.then_some(Operation::Void),
            PaymentStatus::Refunded | PaymentStatus::Voided => None,
        }
    }

    /// Whether it is due; then it belongs to the caller until the lease has run out.
    pub fn claim(&mut self, now: Timestamp) -> bool {
        match &mut self.waiting {
            Some(waiting) if waiting.next_attempt_at <= now.as_millisecond() => {
                waiting.next_attempt_at = later(now, LEASE);
                waiting.attempts = waiting.attempts.saturating_add(1);
                true
            }
            Some(_) | None => false,
        }
    }

    /// What the provider is asked for. However often it is asked, the key of one operation is the same.
    pub fn request(&self) -> Option<(Operation, Request)> {
        let operation = self.waiting.as_ref()?.operation;
        let terms = self.terms.as_ref()?;
        let (key, amount, transaction) = match operation {
            Operation::Authorize => ("authorize".to_owned(), terms.amount, None),
            Operation::Capture => {
                ("capture".to_owned(), terms.amount, self.authorization_id.clone())
            }
            Operation::Void => ("void".to_owned(), terms.amount, self.authorization_id.clone()),
            Operation::Refund { id } => {
                let amount = self.refund_of(id)?.amount;
                (format!("refund/{id}"), amount, self.transaction_id.clone())
            }
        };
        let request = Request {
            key: format!("{}/{key}", self.payment_id),
            payment_id: self.payment_id,
            order_id: self.order_id,
            amount,
            method: terms.method,
            token: terms.token.clone(),
            transaction_id: transaction,
        };
        Some((operation, request))
    }

    /// Notes what the provider answered. An answer to what is not waited for any more, since it was
    /// known before, changes nothing.
    pub fn conclude(&mut self, operation: Operation, answer: &Answer, now: Timestamp) -> Events {
        let Some(waiting) = self.waiting.as_mut().filter(|it| it.operation == operation) else {
            return Events::none();
        };
        match answer {
            Answer::Unknown(reason) => {
                waiting.put_off(reason, now);
                self.updated_at = now;
                Events::none()
            }
            Answer::Done { transaction_id } => {
                self.waiting = None;
                self.done(operation, transaction_id.clone(), now)
            }
            Answer::Declined(reason) => {
                self.waiting = None;
                self.declined(operation, shortened(reason), now)
            }
        }
    }

    fn done(&mut self, operation: Operation, transaction: String, now: Timestamp) -> Events {
        match operation {
            Operation::Authorize => self.authorized(Some(transaction), now),
            Operation::Capture => self.taken(Some(transaction), now),
            Operation::Void => self.given_up(now),
            Operation::Refund { id } => self.refund_done(id, Some(transaction), now),
        }
    }

    fn declined(&mut self, operation: Operation, reason: String, now: Timestamp) -> Events {
        match operation {
            Operation::Authorize | Operation::Capture => self.failed(reason, now),
            // Nobody will use the promise, and it ends by itself at some time.
            Operation::Void => self.given_up(now),
            Operation::Refund { id } => {
                self.refund_declined(id, reason, now);
                Events::none()
            }
        }
    }

    /// The provider keeps no promise any more. A payment that has failed stays so.
    fn given_up(&mut self, now: Timestamp) -> Events {
        match self.status {
            PaymentStatus::Authorized => self.voided(now),
            PaymentStatus::Pending
            | PaymentStatus::Completed
            | PaymentStatus::Failed
            | PaymentStatus::Refunded
            | PaymentStatus::Voided => {
                self.is_promised = false;
                self.updated_at = now;
                Events::none()
            }
        }
    }
}
