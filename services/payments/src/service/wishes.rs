use super::Payments;
use crate::{
    Error,
    domain::{Payment, Refused, Terms},
};
use bus::Delivery;
use contracts::{
    ids::{MessageId, OrderId},
    message::Events,
    orders::{CaptureWanted, PaymentUnwanted, PaymentWanted},
};
use store::Created;

impl Payments {
    /// An order wants money: it is promised, or awaited, once.
    pub async fn payment_wanted(self, it: Delivery<PaymentWanted>) -> Result<(), Error> {
        let (order, now, cause) = (it.body.order_id, self.clock.now(), it.id);
        let terms = Terms::from(it.body);
        if terms.amount.amount_minor < 0 {
            return Err(Error::Negative(order));
        }
        let (payment, events) = Payment::wanted(order, terms.clone(), self.transfer_deadline, now);
        match self.payments.create(payment, events).await? {
            Created::New(payment) => {
                self.handed_over(payment);
                Ok(())
            }
            Created::Existing(_) => {
                let again = move |it: &mut Payment| {
                    it.wanted_again(&terms, now).map_err(|refused| {
                        let is_another = matches!(refused, Refused::OtherTerms(_));
                        if is_another { Error::Changed(order) } else { refused.into() }
                    })
                };
                self.follow(order, cause, again).await
            }
        }
    }

    /// The money that is promised for an order is to be taken.
    pub async fn capture_wanted(self, it: Delivery<CaptureWanted>) -> Result<(), Error> {
        let (order, now) = (it.body.order_id, self.clock.now());
        let capture = move |it: &mut Payment| {
            it.capture_wanted(now).map_err(|refused| {
                let is_early = refused == Refused::Undecided;
                if is_early { Error::Undecided(order) } else { refused.into() }
            })
        };
        self.follow(order, it.id, capture).await
    }

    /// An order wants no money any more, whether it has wanted some before or not.
    pub async fn payment_unwanted(self, it: Delivery<PaymentUnwanted>) -> Result<(), Error> {
        let (cause, now) = (it.id, self.clock.now());
        let PaymentUnwanted { order_id: order, reason } = it.body;
        let (never_wanted, events) = Payment::never_wanted(order, &reason, now);
        match self.payments.create(never_wanted, events).await? {
            Created::New(_) => Ok(()),
            Created::Existing(_) => {
                let give_up = move |it: &mut Payment| -> Result<Events, Error> {
                    Ok(it.unwanted(&reason, now))
                };
                self.follow(order, cause, give_up).await
            }
        }
    }

    async fn follow(
        &self,
        order: OrderId,
        cause: MessageId,
        wish: impl Fn(&mut Payment) -> Result<Events, Error> + Send + 'static,
    ) -> Result<(), Error> {
        match self.payments.update(Payment::id_of(order), cause, wish).await {
            Ok(payment) => {
                self.handed_over(payment);
                Ok(())
            }
            Err(Error::Store(store::Error::Missing { .. })) => Err(Error::Early(order)),
            Err(error) => Err(error),
        }
    }
}
