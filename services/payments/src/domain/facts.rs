use super::{Payment, Refund, RefundState};
use contracts::{
    ids::MessageId,
    message::Events,
    payments::{
        PaymentAuthorized, PaymentCaptured, PaymentFailed, PaymentRefunded, PaymentStatus,
        PaymentVoided,
    },
};
use jiff::Timestamp;

impl Payment {
    /// Says again how it stands, for whoever asks again. What is not settled is said once it is.
    pub(super) fn answer(&self, now: Timestamp) -> Events {
        let is_wanted = self.unwanted.is_none();
        match self.status {
            PaymentStatus::Authorized if is_wanted => self.say_authorized(now),
            PaymentStatus::Completed if is_wanted => self.say_captured(now),
            PaymentStatus::Pending | PaymentStatus::Authorized | PaymentStatus::Completed => {
                Events::none()
            }
            PaymentStatus::Failed => self.say_failed(now),
            PaymentStatus::Voided => self.say_voided(now),
            PaymentStatus::Refunded => {
                let mut done = self.refunds.iter().rev();
                let last = done.find(|it| it.state == RefundState::Done);
                last.map_or_else(Events::none, |it| self.say_refunded(it, now))
            }
        }
    }

    pub(super) fn say_authorized(&self, now: Timestamp) -> Events {
        let Some(terms) = &self.terms else { return Events::none() };
        let (payment_id, order_id) = (self.payment_id, self.order_id);
        let fact = PaymentAuthorized { payment_id, order_id, amount: terms.amount };
        Events::none().and_as(self.named("authorized"), now, &fact)
    }

    pub(super) fn say_captured(&self, now: Timestamp) -> Events {
        let Some(amount) = self.captured else { return Events::none() };
        let (payment_id, order_id) = (self.payment_id, self.order_id);
        let transaction_id = self.transaction_id.clone();
        let fact = PaymentCaptured { payment_id, order_id, amount, transaction_id };
        Events::none().and_as(self.named("captured"), now, &fact)
    }

    pub(super) fn say_failed(&self, now: Timestamp) -> Events {
        let (payment_id, order_id) = (self.payment_id, self.order_id);
        let reason = self.reason.clone().unwrap_or_default();
        let fact = PaymentFailed { payment_id, order_id, reason };
        Events::none().and_as(self.named("failed"), now, &fact)
    }

    pub(super) fn say_voided(&self, now: Timestamp) -> Events {
        let fact = PaymentVoided { payment_id: self.payment_id, order_id: self.order_id };
        Events::none().and_as(self.named("voided"), now, &fact)
    }

    pub(super) fn say_refunded(&self, refund: &Refund, now: Timestamp) -> Events {
        let fact = PaymentRefunded {
            payment_id: self.payment_id,
            order_id: self.order_id,
            refund_id: refund.refund_id,
            amount: refund.amount,
            refunded: self.refunded().unwrap_or(refund.amount),
            is_full: self.status == PaymentStatus::Refunded,
            reason: refund.reason.clone(),
        };
        Events::none().and_as(self.named(&format!("refunded/{}", refund.refund_id)), now, &fact)
    }

    /// The message that says this of this payment, however often it is said.
    fn named(&self, fact: &str) -> MessageId {
        MessageId::derived(&format!("{}/{fact}", self.payment_id))
    }
}
