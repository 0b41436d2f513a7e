//! What happens to one delivery, whatever broker it came from.

use crate::{
    backoff::Backoff,
    metrics::{DELIVERIES, HANDLING},
    parcel::Parcel,
    publisher::{Outcome, Publisher},
    subscriptions::{Subscriptions, Verdict},
};
use contracts::{ids::MessageId, topology::MOST_ATTEMPTS};
use futures::FutureExt;
use std::{any::Any, panic::AssertUnwindSafe, time::Duration};
use tokio::time::{Instant, sleep, timeout};
use tokio_util::sync::CancellationToken;

/// How long a handler may work on one delivery.
const DEADLINE: Duration = Duration::from_secs(30);
/// How long the broker may take to confirm a copy.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long to wait before a copy is offered again, at first and at most.
const AGAIN: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(30));
/// How often a copy is offered: for about two minutes, which is longer than the operator takes to make
/// a missing delay queue again. To hand the delivery back instead would count as a failed delivery each
/// time, and the broker sets aside what has too many of those.
const OFFERS: u32 = 8;
/// What a message is called in metrics that nobody hears.
const UNKNOWN: &str = "unknown";

/// What the broker is told about a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It is done with, one way or another.
    Ack,
    /// It is to be delivered again.
    Requeue,
}

/// Deals with the deliveries of one queue.
#[derive(Debug)]
pub(crate) struct Worker {
    subscriptions: Subscriptions,
    publisher: Publisher,
    stop: CancellationToken,
}

impl Worker {
    /// A worker that does not wait for the broker any more once it is told to stop.
    pub(crate) fn new(
        subscriptions: Subscriptions,
        publisher: Publisher,
        stop: CancellationToken,
    ) -> Self {
        Self { subscriptions, publisher, stop }
    }

    pub(crate) fn queue(&self) -> &'static str {
        self.subscriptions.queue()
    }

    /// Hands a message to its handler. What the handler did not deal with is copied to where it waits
    /// or rests; only a confirmed copy makes the original superfluous.
    pub(crate) async fn work(&self, parcel: Parcel) -> Fate {
        let id = parcel.id(self.queue());
        let kind = self.subscriptions.kind(&parcel);
        let verdict = self.judge(kind, &parcel, id).await;
        let (outcome, copy) = self.follow(&parcel, id, verdict);
        let is_safe = match copy {
            Some(copy) => self.is_safe(copy, id).await,
            None => true,
        };
        let (outcome, fate) =
            if is_safe { (outcome, Fate::Ack) } else { ("requeued", Fate::Requeue) };
        DELIVERIES.with_label_values(&[self.queue(), kind.unwrap_or(UNKNOWN), outcome]).inc();
        fate
    }

    async fn judge(&self, kind: Option<&'static str>, parcel: &Parcel, id: MessageId) -> Verdict {
        let Some(kind) = kind else {
            let kinds: Vec<_> = parcel.kinds().collect();
            return Verdict::Dead(format!("unheard: nobody here hears {}", kinds.join(" or ")));
        };
        let start = Instant::now();
        let handling =
            AssertUnwindSafe(async { self.subscriptions.handle(kind, parcel, id).await });
        let verdict = match timeout(DEADLINE, handling.catch_unwind()).await {
            Ok(Ok(verdict)) => verdict,
            Ok(Err(panic)) => Verdict::Dead(format!("bug: {}", said(&*panic))),
            Err(_elapsed) => Verdict::Again(format!("too-slow: not done within {DEADLINE:?}")),
        };
        HANDLING.with_label_values(&[self.queue(), kind]).observe(start.elapsed().as_secs_f64());
        verdict
    }

    /// What follows from a verdict: how it is counted, and the copy that is needed.
    fn follow(
        &self,
        parcel: &Parcel,
        id: MessageId,
        verdict: Verdict,
    ) -> (&'static str, Option<Parcel>) {
        let queue = self.queue();
        let attempt = parcel.attempts() + 1;
        match verdict {
            Verdict::Done => ("done", None),
            Verdict::Waiting(reason) => {
                tracing::info!(queue, message.id = %id, attempt, reason, "tried again later");
                ("retried", Some(parcel.again(queue, &reason)))
            }
            Verdict::Again(reason) if attempt < MOST_ATTEMPTS => {
                tracing::info!(queue, message.id = %id, attempt, reason, "tried again later");
                ("retried", Some(parcel.again(queue, &reason)))
            }
            Verdict::Again(reason) | Verdict::Dead(reason) => {
                tracing::error!(queue, message.id = %id, attempt, reason, "set aside");
                ("dead", Some(parcel.dead(queue, &reason)))
            }
        }
    }

    /// Whether a copy is safe with the broker, in the end. If not, its original is delivered again.
    async fn is_safe(&self, copy: Parcel, id: MessageId) -> bool {
        let mut backoff = Backoff::new(AGAIN.0, AGAIN.1);
        for _ in 0..OFFERS {
            let outcome = self.publisher.publish(copy.clone(), PATIENCE).await;
            if outcome == Outcome::Confirmed {
                return true;
            }
            tracing::warn!(queue = self.queue(), message.id = %id, ?outcome, "no copy was taken");
            tokio::select! {
                biased;
                () = self.stop.cancelled() => return false,
                () = sleep(backoff.wait()) => {}
            }
        }
        false
    }
}

/// What a panic said.
fn said(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("a handler panicked")
}
