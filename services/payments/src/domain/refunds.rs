use super::{Payment, Refused, Way};
use contracts::{
    ids::RefundId,
    message::Events,
    money::{Money, MoneyError},
    payments::PaymentStatus,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// In how many parts a payment can be given back at most: it is one document, and grows with each.
pub const MOST_REFUNDS: usize = 100;
/// After how many refunds that the provider has declined only staff try again.
const MOST_DECLINED: usize = 20;

/// Money that goes back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Refund {
    /// Names it.
    pub refund_id: RefundId,
    /// How much.
    pub amount: Money,
    /// Whether it was asked for as all that was left. Of those made before this was noted nobody knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_rest: Option<bool>,
    /// Why.
    pub reason: String,
    /// Where it stands.
    pub state: RefundState,
    /// What the provider calls it; or why it declined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// When it was wanted.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// Where a refund stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RefundState {
    /// It is to be made.
    Pending,
    /// The money went back.
    Done,
    /// The provider will not make it.
    Declined,
}

impl Refund {
    /// Whether it is what somebody asks for who names this amount, or all that is left.
    fn is_asked_by(&self, amount: Option<Money>, reason: &str) -> bool {
        let is_rest = self.is_rest.is_none_or(|it| it == amount.is_none());
        self.reason == reason && is_rest && amount.is_none_or(|it| it == self.amount)
    }
}

impl Payment {
    /// Gives back a part, or all that is left. The same refund is made once.
    pub fn refund(
        &mut self,
        id: RefundId,
        amount: Option<Money>,
        reason: &str,
        now: Timestamp,
    ) -> Result<Events, Refused> {
        if let Some(known) = self.refund_of(id) {
            return if known.is_asked_by(amount, reason) {
                Ok(Events::none())
            } else {
                Err(Refused::OtherRefund)
            };
        }
        let status = self.status;
        let Some(left) = self.left()?.filter(|_| status == PaymentStatus::Completed) else {
            return Err(Refused::Status { action: "refunded", status });
        };
        let is_rest = amount.is_none();
        let amount = amount.unwrap_or(left);
        let rest = left.minus(amount)?;
        if rest.amount_minor < 0 || left.amount_minor == 0 {
            return Err(Refused::TooMuch { left, status });
        }
        if amount.amount_minor <= 0 {
            return Err(Refused::NotPositive);
        }
        if self.refunds.len() >= MOST_REFUNDS {
            return Err(Refused::TooManyRefunds(status));
        }
        Ok(self.begin_refund(id, amount, is_rest, reason, now))
    }

    /// All that is left is to go back. What is on its way already is said once it is there. A refund
    /// that the provider has declined is followed by another.
    pub(super) fn give_back_the_rest(&mut self, reason: &str, now: Timestamp) -> Events {
        let Ok(Some(left)) = self.left() else { return Events::none() };
        let is_on_its_way = left.amount_minor == 0 && self.next_refund().is_some();
        let declined = self.refunds.iter().filter(|it| it.state == RefundState::Declined);
        if is_on_its_way || declined.count() >= MOST_DECLINED {
            return Events::none();
        }
        let name = format!("{}/unwanted/{}", self.payment_id, self.refunds.len());
        self.begin_refund(RefundId::derived(&name), left, true, reason, now)
    }

    fn begin_refund(
        &mut self,
        refund_id: RefundId,
        amount: Money,
        is_rest: bool,
        reason: &str,
        now: Timestamp,
    ) -> Events {
        let (state, reason) = (RefundState::Pending, reason.to_owned());
        let (created_at, updated_at) = (now, now);
        self.updated_at = now;
        let note = None;
        self.refunds.push(Refund {
            refund_id,
            amount,
            is_rest: Some(is_rest),
            reason,
            state,
            note,
            created_at,
            updated_at,
        });
        match self.way() {
            Way::Provider => {
                self.plan(now);
                Events::none()
            }
            // Cash and transfers go back by hand; here it is noted that they do.
            Way::Hand | Way::Transfer => self.refund_done(refund_id, None, now),
        }
    }

    pub(super) fn refund_done(
        &mut self,
        id: RefundId,
        transaction: Option<String>,
        now: Timestamp,
    ) -> Events {
        let Some(refund) = self.settle(id, RefundState::Done, transaction, now) else {
            return Events::none();
        };
        if self.refunded() == self.captured {
            self.becomes(PaymentStatus::Refunded, Some(refund.reason.clone()), now);
        }
        self.plan(now);
        self.say_refunded(&refund, now)
    }

    pub(super) fn refund_declined(&mut self, id: RefundId, reason: String, now: Timestamp) {
        self.settle(id, RefundState::Declined, Some(reason), now);
        self.plan(now);
    }

    fn settle(
        &mut self,
        id: RefundId,
        state: RefundState,
        note: Option<String>,
        now: Timestamp,
    ) -> Option<Refund> {
        self.updated_at = now;
        let refund = self.refunds.iter_mut().find(|it| it.refund_id == id)?;
        (refund.state, refund.note, refund.updated_at) = (state, note, now);
        Some(refund.clone())
    }

    /// The refund that is to be made next.
    pub(super) fn next_refund(&self) -> Option<RefundId> {
        let mut pending = self.refunds.iter().filter(|it| it.state == RefundState::Pending);
        pending.next().map(|it| it.refund_id)
    }

    /// How much went back, of what was taken.
    #[must_use]
    pub fn refunded(&self) -> Option<Money> {
        // Never more than was taken, so there is always a sum.
        self.sum(&[RefundState::Done]).ok().flatten()
    }

    /// How much of what was taken is neither back nor on its way back.
    fn left(&self) -> Result<Option<Money>, MoneyError> {
        let gone = self.sum(&[RefundState::Pending, RefundState::Done])?;
        self.captured.zip(gone).map(|(captured, gone)| captured.minus(gone)).transpose()
    }

    fn sum(&self, states: &[RefundState]) -> Result<Option<Money>, MoneyError> {
        let mut counted = self.refunds.iter().filter(|it| states.contains(&it.state));
        self.captured
            .map(|it| counted.try_fold(it.nothing(), |sum, refund| sum.plus(refund.amount)))
            .transpose()
    }
}
