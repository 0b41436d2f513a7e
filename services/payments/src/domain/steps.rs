use super::{Payment, Way};
use contracts::{message::Events, payments::PaymentStatus};
use jiff::Timestamp;

impl Payment {
    /// What was promised: it can be taken, or given up.
    pub(super) fn authorized(&mut self, transaction: Option<String>, now: Timestamp) -> Events {
        self.waiting = None;
        self.authorization_id = transaction;
        self.is_promised = self.way() == Way::Provider;
        self.becomes(PaymentStatus::Authorized, None, now);
        self.plan(now);
        if self.unwanted.is_some() { Events::none() } else { self.say_authorized(now) }
    }

    /// The money is there. If nobody wants it any more, it goes back at once.
    pub(super) fn taken(&mut self, transaction: Option<String>, now: Timestamp) -> Events {
        self.waiting = None;
        self.deadline_at = None;
        self.is_promised = false;
        self.transaction_id = transaction;
        self.captured = self.terms.as_ref().map(|it| it.amount);
        let why = self.unwanted.clone();
        self.becomes(PaymentStatus::Completed, why.clone(), now);
        match why {
            Some(why) => self.give_back_the_rest(&why, now),
            None => self.say_captured(now),
        }
    }

    /// There will be no money. A promise that nobody will use is given up.
    pub(super) fn failed(&mut self, reason: String, now: Timestamp) -> Events {
        self.waiting = None;
        self.deadline_at = None;
        self.becomes(PaymentStatus::Failed, Some(reason), now);
        self.plan(now);
        self.say_failed(now)
    }

    /// What was promised, if anything, is given up.
    pub(super) fn voided(&mut self, now: Timestamp) -> Events {
        self.waiting = None;
        self.deadline_at = None;
        self.is_promised = false;
        self.becomes(PaymentStatus::Voided, self.unwanted.clone(), now);
        self.say_voided(now)
    }
}
