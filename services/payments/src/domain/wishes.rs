use super::{Payment, Refused, Terms, Way, later, shortened};
use contracts::{ids::OrderId, message::Events, payments::PaymentStatus};
use jiff::Timestamp;
use std::time::Duration;

/// Why a payment fails whose transfer did not come.
pub(super) const TOO_LATE: &str = "The transfer did not arrive in time";
/// Why a transfer goes back that came after all.
pub(super) const LATE: &str = "The transfer arrived when it was no longer wanted";

impl Payment {
    /// Money is wanted for an order. A transfer is awaited for so long.
    #[must_use]
    pub fn wanted(
        order: OrderId,
        terms: Terms,
        patience: Duration,
        now: Timestamp,
    ) -> (Self, Events) {
        let (way, is_nothing) = (terms.way(), terms.amount.amount_minor == 0);
        let mut payment = Self::blank(order, Some(terms), now);
        let events = match way {
            Way::Provider => {
                payment.plan(now);
                Events::none()
            }
            Way::Hand => payment.authorized(None, now),
            Way::Transfer if is_nothing => payment.taken(None, now),
            Way::Transfer => {
                payment.deadline_at = Some(later(now, patience));
                Events::none()
            }
        };
        (payment, events)
    }

    /// The order asks again and is answered again. One that was not wanted before it was wanted learns
    /// what it would have been.
    pub fn wanted_again(&mut self, terms: &Terms, now: Timestamp) -> Result<Events, Refused> {
        match &self.terms {
            Some(known) if known.asks_the_same(terms) => {}
            Some(_) => return Err(Refused::OtherTerms(self.status)),
            None => {
                self.terms = Some(terms.clone());
                self.updated_at = now;
            }
        }
        Ok(self.answer(now))
    }

    /// The same, asked by somebody whose request must be the same in all it says.
    pub fn wanted_exactly(&mut self, terms: &Terms, now: Timestamp) -> Result<Events, Refused> {
        match &self.terms {
            Some(known) if known != terms => Err(Refused::OtherTerms(self.status)),
            Some(_) | None => self.wanted_again(terms, now),
        }
    }

    /// What is promised is to be taken. Of a payment that is no longer wanted nothing is.
    pub fn capture_wanted(&mut self, now: Timestamp) -> Result<Events, Refused> {
        match self.status {
            _ if self.unwanted.is_some() => Ok(self.answer(now)),
            PaymentStatus::Pending => Err(Refused::Undecided),
            PaymentStatus::Authorized => Ok(self.capture(None, now)),
            PaymentStatus::Completed
            | PaymentStatus::Failed
            | PaymentStatus::Refunded
            | PaymentStatus::Voided => Ok(self.answer(now)),
        }
    }

    fn capture(&mut self, transaction: Option<String>, now: Timestamp) -> Events {
        match self.way() {
            Way::Provider => {
                self.capture_wanted = true;
                self.updated_at = now;
                self.plan(now);
                Events::none()
            }
            Way::Hand | Way::Transfer => self.taken(transaction, now),
        }
    }

    /// No money is wanted any more: what is promised is given up, what was taken goes back. What is
    /// under way is waited for.
    pub fn unwanted(&mut self, reason: &str, now: Timestamp) -> Events {
        match self.status {
            PaymentStatus::Failed | PaymentStatus::Refunded | PaymentStatus::Voided => {
                self.answer(now)
            }
            PaymentStatus::Pending | PaymentStatus::Authorized => {
                self.note_unwanted(reason, now);
                let by_provider = self.is_under_way() || self.is_promised;
                if by_provider {
                    self.plan(now);
                    Events::none()
                } else {
                    self.voided(now)
                }
            }
            PaymentStatus::Completed => {
                let why = self.note_unwanted(reason, now);
                self.give_back_the_rest(&why, now)
            }
        }
    }

    /// The first reason stays.
    pub(super) fn note_unwanted(&mut self, reason: &str, now: Timestamp) -> String {
        self.updated_at = now;
        self.unwanted.get_or_insert_with(|| shortened(reason)).clone()
    }

    /// Staff want it given up. What was taken must be refunded instead.
    pub fn void(&mut self, reason: &str, now: Timestamp) -> Result<Events, Refused> {
        match self.status {
            PaymentStatus::Pending | PaymentStatus::Authorized | PaymentStatus::Voided => {
                Ok(self.unwanted(reason, now))
            }
            status @ (PaymentStatus::Completed
            | PaymentStatus::Failed
            | PaymentStatus::Refunded) => Err(Refused::Status { action: "voided", status }),
        }
    }

    /// Staff carry it on: a transfer has arrived, or what is promised is to be taken.
    pub fn process(
        &mut self,
        transaction: Option<String>,
        now: Timestamp,
    ) -> Result<Events, Refused> {
        let (action, status) = ("processed", self.status);
        match (self.way(), status) {
            (Way::Transfer, _) => self.transfer_received(transaction, now),
            (_, PaymentStatus::Authorized) if self.unwanted.is_some() => {
                Err(Refused::Unwanted { action, status })
            }
            (_, PaymentStatus::Authorized) => Ok(self.capture(transaction, now)),
            (
                Way::Provider | Way::Hand,
                PaymentStatus::Pending
                | PaymentStatus::Completed
                | PaymentStatus::Failed
                | PaymentStatus::Refunded
                | PaymentStatus::Voided,
            ) => Err(Refused::Status { action, status }),
        }
    }

    /// A transfer has arrived. One that nobody waits for any more is taken note of and goes back.
    pub(super) fn transfer_received(
        &mut self,
        transaction: Option<String>,
        now: Timestamp,
    ) -> Result<Events, Refused> {
        match self.status {
            PaymentStatus::Pending => Ok(self.taken(transaction, now)),
            PaymentStatus::Failed | PaymentStatus::Voided => {
                self.note_unwanted(LATE, now);
                Ok(self.taken(transaction, now))
            }
            status @ (PaymentStatus::Authorized
            | PaymentStatus::Completed
            | PaymentStatus::Refunded) => Err(Refused::Status { action: "processed", status }),
        }
    }

    /// A transfer that did not come in time is waited for no longer.
    pub fn expire(&mut self, now: Timestamp) -> Events {
        let is_over = self.deadline_at.is_some_and(|it| it <= now.as_millisecond());
        if is_over && self.status == PaymentStatus::Pending {
            self.failed(TOO_LATE.to_owned(), now)
        } else {
            Events::none()
        }
    }
}
