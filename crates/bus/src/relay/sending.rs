use crate::{
    parcel::Parcel,
    publisher::{Outcome, Publisher},
};
use futures::{FutureExt, StreamExt, future::BoxFuture, stream::FuturesUnordered};
use std::{collections::BTreeMap, future::pending, time::Duration};
use store::Unsent;
use tokio::time::{Instant, sleep_until};

/// How long nothing is sent after messages were lost, so that all that were lost go out in order.
const PAUSE: Duration = Duration::from_millis(50);

/// A message whose outcome is known.
pub(super) struct Answered {
    /// Its place among all that were ever sent.
    pub(super) place: u64,
    pub(super) unsent: Unsent,
    pub(super) outcome: Outcome,
}

/// Messages that are to be sent, and those on their way.
pub(super) struct Sending {
    publisher: Publisher,
    service: &'static str,
    count: u64,
    pending: BTreeMap<u64, Unsent>,
    not_before: Instant,
    under_way: FuturesUnordered<BoxFuture<'static, Answered>>,
}

impl Sending {
    pub(super) fn new(publisher: Publisher, service: &'static str) -> Self {
        Self {
            publisher,
            service,
            count: 0,
            pending: BTreeMap::new(),
            not_before: Instant::now(),
            under_way: FuturesUnordered::new(),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.pending.len() + self.under_way.len()
    }

    /// How many messages there ever were.
    pub(super) const fn count(&self) -> u64 {
        self.count
    }

    pub(super) fn push(&mut self, unsent: Unsent) {
        self.pending.insert(self.count, unsent);
        self.count += 1;
    }

    /// A message was lost: it goes out again, in its place.
    pub(super) fn again(&mut self, place: u64, unsent: Unsent) {
        self.pending.insert(place, unsent);
        self.not_before = Instant::now() + PAUSE;
    }

    /// Sends what is to be sent and waits for outcomes; all that are known at once come together.
    pub(super) async fn next(&mut self) -> Vec<Answered> {
        loop {
            self.send();
            let may_send = async {
                if self.pending.is_empty() {
                    pending::<()>().await;
                }
                sleep_until(self.not_before).await;
            };
            tokio::select! {
                biased;
                Some(first) = self.under_way.next() => return self.and_others(first),
                () = may_send => {}
            }
        }
    }

    fn and_others(&mut self, first: Answered) -> Vec<Answered> {
        let mut answered = vec![first];
        while let Some(Some(next)) = self.under_way.next().now_or_never() {
            answered.push(next);
        }
        answered
    }

    fn send(&mut self) {
        if Instant::now() < self.not_before {
            return;
        }
        while let Some((place, unsent)) = self.pending.pop_first() {
            let answer = self.publisher.send(Parcel::of(&unsent.envelope, self.service));
            let answered = async move {
                let outcome = answer.await.unwrap_or(Outcome::Lost);
                Answered { place, unsent, outcome }
            };
            self.under_way.push(answered.boxed());
        }
    }
}
