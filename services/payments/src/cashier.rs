//! Asks the provider: for what is fresh at once, and for what waits when it is due.

use crate::{
    Payments, Provider,
    domain::{LEASE, Operation, Payment},
    metrics,
    provider::{Answer, Request},
    storage::BATCH,
};
use contracts::ids::PaymentId;
use futures::{Stream, StreamExt, stream};
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::mpsc,
    time::{sleep, timeout},
};
use tokio_util::sync::CancellationToken;

/// How many questions are with the provider at once.
const AT_ONCE: usize = 32;
/// How often payments are looked for that are due.
const SWEEP: Duration = Duration::from_secs(1);
/// How often it is measured how far behind the payments are.
const MEASURE: Duration = Duration::from_secs(15);
/// How long the claim may take to be durable; the lease counts from before that.
const CLAIM: Duration = Duration::from_secs(10);
/// How long the provider may take to answer. What it does not say by then is unknown.
const ATTEMPT: Duration = Duration::from_secs(10);
/// How long its answer may take to be noted. All three together end before the lease does.
const NOTE: Duration = Duration::from_secs(10);
/// How long to wait before noting is tried again.
const PAUSE: Duration = Duration::from_secs(1);

const _: () = assert!(CLAIM.as_secs() + ATTEMPT.as_secs() + NOTE.as_secs() < LEASE.as_secs());

/// Asks the provider.
#[derive(Clone)]
pub(crate) struct Cashier {
    payments: Payments,
    provider: Arc<dyn Provider>,
}

impl Cashier {
    pub(crate) fn new(payments: Payments, provider: Arc<dyn Provider>) -> Self {
        Self { payments, provider }
    }

    /// Works until told to stop, and then finishes what is in hand.
    pub(crate) async fn run(
        self,
        mut fresh: mpsc::Receiver<PaymentId>,
        stop: CancellationToken,
    ) -> anyhow::Result<()> {
        let fresh = stream::poll_fn(move |context| fresh.poll_recv(context));
        let settling = stream::select(fresh, due(self.payments.clone()).boxed())
            .take_until(stop.cancelled())
            .for_each_concurrent(AT_ONCE, |id| {
                let cashier = self.clone();
                async move { cashier.settle(id).await }
            });
        let measuring = stop.run_until_cancelled(self.measure());
        let _stopped = futures::join!(settling, measuring);
        Ok(())
    }

    async fn settle(&self, id: PaymentId) {
        match self.payments.claim(id).await {
            Ok(Some(payment)) => self.ask_for(&payment).await,
            Ok(None) => {} // another has it, or had it
            Err(error) => tracing::warn!(payment.id = %id, %error, "cannot take a payment in hand"),
        }
    }

    async fn ask_for(&self, payment: &Payment) {
        let Some((operation, request)) = payment.request() else {
            return tracing::error!(payment.id = %payment.payment_id, "nothing can be asked for it");
        };
        let asking = timeout(ATTEMPT, self.ask(operation, &request)).await;
        let answer =
            asking.unwrap_or_else(|_elapsed| Answer::Unknown(format!("no answer in {ATTEMPT:?}")));
        tell(operation, &request, &answer);
        self.note(payment.payment_id, operation, answer).await;
    }

    async fn ask(&self, operation: Operation, request: &Request) -> Answer {
        match operation {
            Operation::Authorize => self.provider.authorize(request).await,
            Operation::Capture => self.provider.capture(request).await,
            Operation::Void => self.provider.void(request).await,
            Operation::Refund { .. } => self.provider.refund(request).await,
        }
    }

    /// Notes an answer. What is not noted is asked again, with the same key, so nothing is done twice.
    async fn note(&self, id: PaymentId, operation: Operation, answer: Answer) {
        let noting = async {
            while let Err(error) = self.payments.conclude(id, operation, answer.clone()).await {
                tracing::warn!(payment.id = %id, %error, "cannot note what the provider answered");
                sleep(PAUSE).await;
            }
        };
        if timeout(NOTE, noting).await.is_err() {
            tracing::error!(payment.id = %id, ?answer, "the provider will be asked again");
        }
    }

    async fn measure(&self) {
        loop {
            if let Err(error) = self.payments.measure().await {
                tracing::warn!(%error, "cannot measure how long payments wait");
            }
            sleep(MEASURE).await;
        }
    }
}

/// Payments that are due, looked for now and then, and at once where there may be more.
fn due(payments: Payments) -> impl Stream<Item = PaymentId> + Send {
    let batches = stream::unfold((payments, Duration::ZERO), |(payments, pause)| async move {
        sleep(pause).await;
        let found = payments.due().await.unwrap_or_else(|error| {
            tracing::warn!(%error, "cannot look for payments that are due");
            Vec::new()
        });
        let pause = if found.len() < BATCH { SWEEP } else { Duration::ZERO };
        Some((stream::iter(found), (payments, pause)))
    });
    batches.flatten()
}

fn tell(operation: Operation, request: &Request, answer: &Answer) {
    let (order, what) = (request.order_id, operation.name());
    let label = match answer {
        Answer::Done { transaction_id } => {
            tracing::debug!(order.id = %order, operation = what, transaction_id, "done");
            "done"
        }
        Answer::Declined(reason) => {
            match operation {
                Operation::Authorize | Operation::Capture => {
                    tracing::info!(order.id = %order, operation = what, reason, "declined");
                }
                // Money of others that stays where it does not belong is for staff to look after.
                Operation::Void | Operation::Refund { .. } => {
                    tracing::error!(order.id = %order, operation = what, reason, "declined");
                }
            }
            "declined"
        }
        Answer::Unknown(reason) => {
            tracing::warn!(order.id = %order, operation = what, reason, "asked again later");
            "unknown"
        }
    };
    metrics::ANSWERS.with_label_values(&[what, label]).inc();
}

#[cfg(test)]
mod tests;
