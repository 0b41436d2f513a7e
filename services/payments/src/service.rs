//! The use cases, one method per verb.

mod settling;
mod wishes;

use crate::{
    Error,
    domain::{Notice, Payment, Refused, Terms},
    storage,
};
use chassis::{clock::SharedClock, gateway::OrderSource, http::IfMatch, problem::Misfit};
use contracts::{
    ids::{MessageId, OrderId, PaymentId, RefundId},
    message::Events,
    money::Money,
    payments::PaymentStatus,
};
use std::{sync::Arc, time::Duration};
use store::{Created, Page, Repository, Store};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// How many payments wait for the cashier; what does not fit is found by its sweep.
const FRESH: usize = 8_192;
/// How often transfers are looked for that did not come in time.
const SWEEP: Duration = Duration::from_secs(1);

/// What can be done with payments. Cheap to clone.
#[derive(Clone)]
pub struct Payments {
    payments: Repository<Payment>,
    orders: Arc<dyn OrderSource>,
    clock: SharedClock,
    transfer_deadline: Duration,
    fresh: mpsc::Sender<PaymentId>,
}

impl std::fmt::Debug for Payments {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Payments")
            .field("transfer_deadline", &self.transfer_deadline)
            .finish_non_exhaustive()
    }
}

impl Payments {
    /// The payments in `store`, and the ids of those for which the provider is to be asked. Of what
    /// they are for, `orders` knows.
    pub fn new(
        store: &mut Store,
        orders: Arc<dyn OrderSource>,
        clock: SharedClock,
        transfer_deadline: Duration,
    ) -> (Self, mpsc::Receiver<PaymentId>) {
        let (fresh, receiver) = mpsc::channel(FRESH);
        let payments = store.repository();
        (Self { payments, orders, clock, transfer_deadline, fresh }, receiver)
    }

    /// A payment.
    pub async fn payment(&self, id: PaymentId) -> Result<Payment, Error> {
        Ok(self.payments.get(&id).await?)
    }

    /// The payment of an order.
    pub async fn of_order(&self, order: OrderId) -> Result<Payment, Error> {
        let found = self.payments.look_up(&Payment::id_of(order)).await?;
        found.ok_or(Error::NoPayment(order))
    }

    /// A page of payments, the newest first.
    pub async fn list(
        &self,
        status: Option<PaymentStatus>,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<Page<Payment>, Error> {
        Ok(self.payments.page_after(&storage::listed(status), cursor, limit).await?)
    }

    /// Begins the payment of an order, or finds the one that it has if it is the same. An order that
    /// is not known here yet must be there, and be paid so.
    pub async fn begin(&self, order: OrderId, terms: Terms) -> Result<Created<Payment>, Error> {
        if self.payments.look_up(&Payment::id_of(order)).await?.is_none() {
            let known = self.orders.order(order).await?.ok_or_else(Misfit::no_such_order)?;
            terms.pays_for(&known)?;
        }
        let now = self.clock.now();
        let (payment, events) = Payment::wanted(order, terms.clone(), self.transfer_deadline, now);
        match self.payments.create(payment, events).await? {
            Created::New(payment) => Ok(Created::New(self.handed_over(payment))),
            Created::Existing(payment) => {
                let again = move |it: &mut Payment| Ok(it.wanted_exactly(&terms, now)?);
                self.change(payment.payment_id, again).await.map(Created::Existing)
            }
        }
    }

    /// Carries a payment on: a transfer has arrived, or what is promised is to be taken.
    pub async fn process(
        &self,
        id: PaymentId,
        condition: IfMatch,
        transaction: Option<String>,
    ) -> Result<Payment, Error> {
        let now = self.clock.now();
        self.revise(id, condition, move |it| it.process(transaction.clone(), now)).await
    }

    /// Gives up what is promised.
    pub async fn void(
        &self,
        id: PaymentId,
        condition: IfMatch,
        reason: String,
    ) -> Result<Payment, Error> {
        let now = self.clock.now();
        self.revise(id, condition, move |it| it.void(&reason, now)).await
    }

    /// Gives money back: a part, or all that is left. A refund that is there already is asked for again,
    /// whatever the revision was when it was asked for first.
    pub async fn refund(
        &self,
        id: PaymentId,
        condition: IfMatch,
        refund: RefundId,
        (amount, reason): (Option<Money>, String),
    ) -> Result<Payment, Error> {
        let now = self.clock.now();
        let give_back = move |it: &mut Payment| {
            let is_known = it.refunds.iter().any(|it| it.refund_id == refund);
            let condition = if is_known { &IfMatch::default() } else { &condition };
            unless_stale(condition, it)?;
            Ok(it.refund(refund, amount, &reason, now)?)
        };
        self.change(id, give_back).await
    }

    /// Somebody outside tells of a payment. What is told under the same name is one thing.
    pub(crate) async fn told(&self, name: &str, notice: Notice) -> Result<(), Error> {
        let (now, order) = (self.clock.now(), notice.order_id);
        let cause = MessageId::derived(&format!("webhook/{name}"));
        let hear = move |it: &mut Payment| -> Result<Events, Error> { Ok(it.hear(&notice, now)?) };
        match self.payments.update(Payment::id_of(order), cause, hear).await {
            Ok(payment) => {
                self.handed_over(payment);
                Ok(())
            }
            Err(Error::Store(store::Error::Missing { .. })) => Err(Error::NoPayment(order)),
            Err(error) => Err(error),
        }
    }

    /// Changes a payment by hand, if the caller has the present revision in mind.
    async fn revise(
        &self,
        id: PaymentId,
        condition: IfMatch,
        change: impl Fn(&mut Payment) -> Result<Events, Refused> + Send + 'static,
    ) -> Result<Payment, Error> {
        let revise = move |it: &mut Payment| {
            unless_stale(&condition, it)?;
            Ok(change(it)?)
        };
        self.change(id, revise).await
    }

    /// Changes a payment by hand. The cause is its own: a write that is tried again, since its answer
    /// was lost, changes once.
    async fn change(
        &self,
        id: PaymentId,
        change: impl Fn(&mut Payment) -> Result<Events, Error> + Send + 'static,
    ) -> Result<Payment, Error> {
        let changed = self.payments.update(id, MessageId::fresh(), change).await?;
        Ok(self.handed_over(changed))
    }

    /// Tells the cashier at once if there is something to do at the provider.
    fn handed_over(&self, payment: Payment) -> Payment {
        let now = self.clock.now().as_millisecond();
        if payment.waiting.as_ref().is_some_and(|it| it.next_attempt_at <= now) {
            // What finds no room, or nobody who listens, is found by the sweep.
            let _handed_over = self.fresh.try_send(payment.payment_id);
        }
        payment
    }
}

/// Refuses a caller who has another revision in mind than the present one.
fn unless_stale(condition: &IfMatch, payment: &Payment) -> Result<(), Error> {
    let revision = payment.revision;
    if condition.allows(revision) { Ok(()) } else { Err(Error::Stale(revision)) }
}

/// Ends the wait for transfers that did not come in time, until it is told to stop.
pub(crate) async fn sweep(payments: Payments, stop: CancellationToken) -> anyhow::Result<()> {
    while stop.run_until_cancelled(tokio::time::sleep(SWEEP)).await.is_some() {
        if let Err(error) = payments.expire_overdue().await {
            tracing::warn!(%error, "cannot look for transfers that did not come");
        }
    }
    Ok(())
}
