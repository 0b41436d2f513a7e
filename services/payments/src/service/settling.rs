use super::Payments;
use crate::{
    Error,
    domain::{Operation, Payment},
    metrics,
    provider::Answer,
    storage,
};
use contracts::{ids::PaymentId, message::Events};

/// How many steps are made at most towards the payment that has waited longest.
const STEPS: usize = 64;

impl Payments {
    /// The payment, if it is due and nobody else has it in hand.
    pub(crate) async fn claim(&self, id: PaymentId) -> Result<Option<Payment>, Error> {
        let now = self.clock.now();
        let claim = move |payment: &mut Payment| {
            if payment.claim(now) { Ok(Events::none()) } else { Err(NotClaimed::NotDue) }
        };
        match self.payments.update(id, None, claim).await {
            Ok(payment) => Ok(Some(payment)),
            Err(NotClaimed::NotDue) => Ok(None),
            Err(NotClaimed::Store(error)) => Err(error.into()),
        }
    }

    /// Notes what the provider answered.
    pub(crate) async fn conclude(
        &self,
        id: PaymentId,
        operation: Operation,
        answer: Answer,
    ) -> Result<(), Error> {
        let now = self.clock.now();
        let conclude = move |payment: &mut Payment| -> Result<Events, Error> {
            Ok(payment.conclude(operation, &answer, now))
        };
        let concluded = self.payments.update(id, None, conclude).await?;
        self.handed_over(concluded);
        Ok(())
    }

    /// Payments for which the provider is to be asked now.
    pub(crate) async fn due(&self) -> Result<Vec<PaymentId>, Error> {
        let found = self.payments.find(&storage::due(self.clock.now())).await?;
        Ok(found.into_iter().map(|it| it.payment_id).collect())
    }

    /// Ends the wait for transfers that did not come in time; says how many there were.
    pub async fn expire_overdue(&self) -> Result<usize, Error> {
        let now = self.clock.now();
        let overdue = self.payments.find(&storage::overdue(now)).await?;
        for payment in &overdue {
            let expire = move |it: &mut Payment| -> Result<Events, Error> { Ok(it.expire(now)) };
            self.payments.update(payment.payment_id, None, expire).await?;
        }
        Ok(overdue.len())
    }

    /// Measures for how long the provider has been asked in vain. As the store finds payments in no
    /// order of time, it is asked for any that waits longer than the last, until there is none.
    pub(crate) async fn measure(&self) -> Result<(), Error> {
        let now = self.clock.now().as_millisecond();
        let mut oldest = now;
        for _ in 0..STEPS {
            let older = self.payments.find(&storage::waiting_since(oldest - 1)).await?.pop();
            match older.and_then(|it| it.waiting) {
                Some(waiting) => oldest = waiting.since,
                None => break,
            }
        }
        metrics::OLDEST.set((now - oldest) / 1_000);
        Ok(())
    }
}

/// Why a payment is not the caller's to settle.
enum NotClaimed {
    NotDue,
    Store(store::Error),
}

impl From<store::Error> for NotClaimed {
    fn from(error: store::Error) -> Self {
        Self::Store(error)
    }
}
