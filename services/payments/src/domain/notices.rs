use super::{Payment, Refused, Way};
use contracts::{ids::OrderId, message::Events, money::Money, payments::PaymentStatus, text::Name};
use jiff::Timestamp;

/// What somebody outside tells of the payment of an order, without being asked. It may come before the
/// answer to a question, after it, twice, or never.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// What has happened.
    pub told: Told,
    /// The order that was paid for.
    pub order_id: OrderId,
    /// What the teller calls it.
    pub transaction_id: Name,
    /// How much it was.
    pub amount: Money,
}

/// What has happened, as a provider or a bank tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// Money is promised.
    Authorized,
    /// Money was taken.
    Captured,
    /// A transfer has arrived.
    TransferReceived,
}

impl Payment {
    /// Hears what it is told: the same steps as by an answer, and none that was made already.
    pub fn hear(&mut self, notice: &Notice, now: Timestamp) -> Result<Events, Refused> {
        let status = self.status;
        let Some(terms) = &self.terms else {
            return Err(Refused::Status { action: told(notice.told), status });
        };
        if terms.amount != notice.amount {
            let (wanted, told) = (terms.amount, notice.amount);
            return Err(Refused::OtherAmount { wanted, told });
        }
        let transaction = notice.transaction_id.to_string();
        match (notice.told, self.way()) {
            (Told::Authorized, Way::Provider) => self.hear_authorized(transaction, now),
            (Told::Captured, Way::Provider) => self.hear_captured(transaction, now),
            (Told::TransferReceived, Way::Transfer) => self.hear_received(transaction, now),
            (Told::Authorized | Told::Captured, Way::Hand | Way::Transfer)
            | (Told::TransferReceived, Way::Provider | Way::Hand) => {
                Err(Refused::Status { action: told(notice.told), status })
            }
        }
    }

    fn hear_authorized(&mut self, transaction: String, now: Timestamp) -> Result<Events, Refused> {
        if self.status == PaymentStatus::Pending {
            return Ok(self.authorized(Some(transaction), now));
        }
        let was_promised = self.history.iter().any(|it| it.status == PaymentStatus::Authorized);
        if was_promised && self.authorization_id.is_none() {
            self.authorization_id = Some(transaction);
            self.updated_at = now;
            return Ok(Events::none());
        }
        self.known(self.authorization_id.as_ref(), &transaction)
    }

    fn hear_captured(&mut self, transaction: String, now: Timestamp) -> Result<Events, Refused> {
        match self.status {
            PaymentStatus::Pending => {
                // Who takes money was promised it; that was told as well, and comes later or never.
                let _said_with_the_capture = self.authorized(None, now);
                Ok(self.taken(Some(transaction), now))
            }
            PaymentStatus::Authorized => Ok(self.taken(Some(transaction), now)),
            PaymentStatus::Failed | PaymentStatus::Voided => {
                self.note_unwanted("The money was taken when it was no longer wanted", now);
                Ok(self.taken(Some(transaction), now))
            }
            PaymentStatus::Completed | PaymentStatus::Refunded => {
                self.known(self.transaction_id.as_ref(), &transaction)
            }
        }
    }

    fn hear_received(&mut self, transaction: String, now: Timestamp) -> Result<Events, Refused> {
        match (self.status, &self.transaction_id) {
            (PaymentStatus::Completed | PaymentStatus::Refunded, None) => {
                // Staff were faster, and did not know what the bank calls it.
                self.transaction_id = Some(transaction);
                self.updated_at = now;
                Ok(Events::none())
            }
            (PaymentStatus::Completed | PaymentStatus::Refunded, Some(known)) => {
                self.known(Some(known), &transaction)
            }
            (
                PaymentStatus::Pending
                | PaymentStatus::Authorized
                | PaymentStatus::Failed
                | PaymentStatus::Voided,
                _,
            ) => self.transfer_received(Some(transaction), now),
        }
    }

    /// What is told a second time changes nothing; another transaction is another matter.
    fn known(&self, known: Option<&String>, told: &String) -> Result<Events, Refused> {
        if known == Some(told) {
            Ok(Events::none())
        } else {
            Err(Refused::OtherTransaction(self.status))
        }
    }
}

const fn told(it: Told) -> &'static str {
    match it {
        Told::Authorized => "authorized",
        Told::Captured => "captured",
        Told::TransferReceived => "received by transfer",
    }
}
