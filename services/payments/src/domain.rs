//! What a payment is and how it changes. Synchronous; knows no database and no provider.
//!
//! Money moves at the provider, and what came of a call may stay unknown. So a payment never assumes:
//! what is under way is asked about again, under the same key, until it is known, and only then is the
//! next step made. A wish that comes meanwhile is noted and followed after that.
//!
//! - `wishes`: what the order and staff want.
//! - `settling`: what is still to be done at the provider, and what came of it.
//! - `notices`: what the provider tells by itself, earlier or later than its answers.
//! - `refunds`: money that goes back.
//! - `steps`: from one state to the next.
//! - `facts`: what is said of it all.

mod facts;
mod notices;
mod refunds;
mod refusal;
mod settling;
mod steps;
mod wishes;

pub use notices::{Notice, Told};
pub use refunds::{MOST_REFUNDS, Refund, RefundState};
pub use refusal::{Refused, word};
pub use settling::{LEASE, Operation, Waiting};

use chassis::{gateway::KnownOrder, problem::Misfit};
use contracts::{
    ids::{CustomerId, OrderId, PaymentId, RefundId},
    message::Events,
    money::Money,
    orders::PaymentWanted,
    payments::{PaymentMethod, PaymentStatus},
    text::Name,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// How much of a reason that others give is kept, in characters.
const LONGEST_REASON: usize = 300;

/// The payment of one order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Payment {
    /// Names it; follows from the order.
    pub payment_id: PaymentId,
    /// Counts its changes, from 1.
    #[serde(default)]
    pub revision: u64,
    /// What it is for.
    pub order_id: OrderId,
    /// What is to be paid, and how. Unknown as long as the order has only said that it wants nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terms: Option<Terms>,
    /// Where it stands.
    pub status: PaymentStatus,
    /// Why it stands there, where there is more to say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Why no money is wanted any more. From then on none is taken, and what was taken goes back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unwanted: Option<String>,
    /// Whether what is promised is to be taken.
    #[serde(default)]
    pub capture_wanted: bool,
    /// Whether the provider keeps a promise that is neither used nor given up.
    #[serde(default)]
    pub is_promised: bool,
    /// What the provider calls the promise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorization_id: Option<String>,
    /// What it calls the taking.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transaction_id: Option<String>,
    /// How much was taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub captured: Option<Money>,
    /// What goes back or went back, in order.
    #[serde(default)]
    pub refunds: Vec<Refund>,
    /// Where it has stood, oldest first.
    pub history: Vec<Step>,
    /// When it was first heard of.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// What is to be done at the provider, while there is something.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiting: Option<Waiting>,
    /// Until when a transfer is awaited, in milliseconds; only while it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deadline_at: Option<i64>,
}

/// What is to be paid, and how.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Terms {
    /// How much.
    pub amount: Money,
    /// How.
    pub method: PaymentMethod,
    /// Who pays, if they have an account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_id: Option<CustomerId>,
    /// What the provider knows the card by. Never shown to anybody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<Name>,
}

impl From<PaymentWanted> for Terms {
    fn from(it: PaymentWanted) -> Self {
        let PaymentWanted { order_id: _, customer_id, amount, method, token } = it;
        Self { amount, method, customer_id, token }
    }
}

/// A step of a payment's way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Where it has stood from then on.
    pub status: PaymentStatus,
    /// When it came there.
    pub at: Timestamp,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// How money comes to the shop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// By a provider, which promises first.
    Provider,
    /// Into the hand of whoever brings the parcel; or not at all, when there is nothing to pay.
    Hand,
    /// By a bank, by itself, at some time.
    Transfer,
}

impl Terms {
    const fn way(&self) -> Way {
        match self.method {
            PaymentMethod::BankTransfer => Way::Transfer,
            PaymentMethod::CashOnDelivery => Way::Hand,
            PaymentMethod::CreditCard | PaymentMethod::Paypal => {
                if self.amount.amount_minor == 0 {
                    Way::Hand
                } else {
                    Way::Provider
                }
            }
        }
    }

    /// Whether this pays for an order: what it costs, and in the way that it says.
    ///
    /// # Errors
    /// With the field that does not fit.
    pub fn pays_for(&self, order: &KnownOrder) -> Result<(), Misfit> {
        if self.amount != order.total {
            let detail = format!("must be {}, which is what the order costs", order.total);
            return Err(Misfit::new("not-what-it-costs", "#/amount", detail));
        }
        if self.method != order.payment_method {
            let detail = "must be the method that the order was placed with";
            return Err(Misfit::new("not-how-it-is-paid", "#/paymentMethod", detail));
        }
        Ok(())
    }

    /// Whether both ask for the same sum in the same way.
    fn asks_the_same(&self, other: &Self) -> bool {
        self.amount == other.amount && self.method == other.method
    }
}

impl Payment {
    /// The id of the payment of an order.
    #[must_use]
    pub fn id_of(order: OrderId) -> PaymentId {
        PaymentId::derived(&order.to_string())
    }

    fn blank(order: OrderId, terms: Option<Terms>, now: Timestamp) -> Self {
        let mut payment = Self {
            payment_id: Self::id_of(order),
            revision: 1,
            order_id: order,
            terms,
            status: PaymentStatus::Pending,
            reason: None,
            unwanted: None,
            capture_wanted: false,
            is_promised: false,
            authorization_id: None,
            transaction_id: None,
            captured: None,
            refunds: Vec::new(),
            history: Vec::new(),
            created_at: now,
            updated_at: now,
            waiting: None,
            deadline_at: None,
        };
        payment.becomes(PaymentStatus::Pending, None, now);
        payment
    }

    /// A payment whose order wants no money before it has wanted any: should that wish still come, it
    /// finds this, and nothing is charged.
    #[must_use]
    pub fn never_wanted(order: OrderId, reason: &str, now: Timestamp) -> (Self, Events) {
        let mut payment = Self::blank(order, None, now);
        payment.unwanted = Some(shortened(reason));
        let events = payment.voided(now);
        (payment, events)
    }

    fn way(&self) -> Way {
        self.terms.as_ref().map_or(Way::Hand, Terms::way)
    }

    fn becomes(&mut self, status: PaymentStatus, reason: Option<String>, now: Timestamp) {
        self.status = status;
        self.reason.clone_from(&reason);
        self.updated_at = now;
        self.history.push(Step { status, at: now, reason });
    }

    fn refund_of(&self, id: RefundId) -> Option<&Refund> {
        self.refunds.iter().find(|it| it.refund_id == id)
    }
}

fn later(now: Timestamp, by: Duration) -> i64 {
    now.saturating_add(by).unwrap_or(Timestamp::MAX).as_millisecond()
}

/// As much of a reason as is worth keeping.
fn shortened(reason: &str) -> String {
    reason.chars().take(LONGEST_REASON).collect()
}

#[cfg(test)]
mod tests;
