//! What was set aside: listed, read, and sent again by the service that owns the queue.
//!
//! A look takes dead letters out one by one without acknowledging them, and gives them back in their
//! places at its end. Whatever ends it early gives them back too, and dead queues count no deliveries, so
//! looking loses nothing and ages nothing. Looks of one process take turns. What another process is
//! looking at is not seen meanwhile.

mod error;
mod letter;
mod look;
mod routes;

pub use routes::STAFF_ACCESS;

use crate::{bus::Broker, metrics::REDRIVEN, publisher::Outcome};
use chassis::clock::SharedClock;
use contracts::{
    ids::MessageId,
    topology::{Queue, queues},
};
pub use error::DeadLetterError;
pub use letter::{DeadLetter, Redriven};
pub(crate) use look::{Found, Look};
use std::{fmt, sync::Arc, time::Duration};
use tokio::{
    sync::Mutex,
    time::{Instant, timeout},
};

/// How many dead letters are looked at in one go. They are in the hands of one process meanwhile.
pub(crate) const MOST: usize = 1_000;
/// How long one go may take. Less than a service works on a request.
const DEADLINE: Duration = Duration::from_secs(15);
/// How long letters are sent again before those who asked are told how far that came.
const BUDGET: Duration = Duration::from_secs(8);
/// How long the broker may take to confirm what is sent again.
const PATIENCE: Duration = Duration::from_secs(5);

/// The dead letters of one service's queues. Cheap to clone.
#[derive(Clone)]
pub struct DeadLetters {
    broker: Broker,
    service: &'static str,
    clock: SharedClock,
    turns: Arc<Mutex<()>>,
}

impl fmt::Debug for DeadLetters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeadLetters").field("service", &self.service).finish_non_exhaustive()
    }
}

impl DeadLetters {
    pub(crate) fn new(
        broker: Broker,
        service: &'static str,
        clock: SharedClock,
        turns: Arc<Mutex<()>>,
    ) -> Self {
        Self { broker, service, clock, turns }
    }

    /// The queues of the service.
    #[must_use]
    pub fn queues(&self) -> Vec<&'static str> {
        let own = queues().into_iter().filter(|it| it.service.name == self.service);
        own.map(|it| it.name).collect()
    }

    /// The dead letters of a queue without their bodies, oldest first, and whether there are more.
    pub async fn list(
        &self,
        queue: &str,
        limit: usize,
    ) -> Result<(Vec<DeadLetter>, bool), DeadLetterError> {
        let queue = self.own(queue)?;
        self.in_turn(async {
            let mut look = self.broker.look(&queue).await?;
            let (mut letters, mut has_more) = (Vec::new(), false);
            while letters.len() < limit.min(MOST) {
                let Some(found) = look.next().await? else { break };
                letters.push(DeadLetter::of(queue.name, &found.parcel));
                has_more = found.left > 0;
            }
            look.end().await;
            Ok((letters, has_more))
        })
        .await
    }

    /// One dead letter with its body.
    pub async fn get(&self, queue: &str, id: MessageId) -> Result<DeadLetter, DeadLetterError> {
        let queue = self.own(queue)?;
        self.in_turn(async {
            let mut look = self.broker.look(&queue).await?;
            let found = find(&mut look, queue.name, id).await?;
            look.end().await;
            Ok(DeadLetter::whole(queue.name, &found.parcel))
        })
        .await
    }

    /// Sends one dead letter to its queue again.
    pub async fn redrive(&self, queue: &str, id: MessageId) -> Result<(), DeadLetterError> {
        let queue = self.own(queue)?;
        self.in_turn(async {
            let mut look = self.broker.look(&queue).await?;
            let found = find(&mut look, queue.name, id).await?;
            self.send_again(&mut look, queue.name, found).await?;
            look.end().await;
            Ok(())
        })
        .await
    }

    /// Sends dead letters of a queue to it again, at most so many, oldest first. One that is set aside
    /// anew meanwhile is left there.
    pub async fn redrive_all(
        &self,
        queue: &str,
        limit: usize,
    ) -> Result<Redriven, DeadLetterError> {
        let queue = self.own(queue)?;
        self.in_turn(async {
            let mut look = self.broker.look(&queue).await?;
            let redriven = self.send_all(&mut look, queue.name, limit.min(MOST)).await?;
            look.end().await;
            Ok(redriven)
        })
        .await
    }

    /// Goes on until enough is sent, time is up, or something fails. That is told only when nothing was
    /// sent before; else it is more important how much was.
    async fn send_all(
        &self,
        look: &mut Look,
        queue: &'static str,
        limit: usize,
    ) -> Result<Redriven, DeadLetterError> {
        let (start, mut most, mut done) = (Instant::now(), limit, Redriven::default());
        while done.redriven < most && start.elapsed() < BUDGET {
            match self.send_next(look, queue).await {
                Ok(None) => break,
                Ok(Some(left)) => {
                    // What is set aside from now on comes behind those that lie there now.
                    most = if done.redriven == 0 { most.min(left + 1) } else { most };
                    done = Redriven { redriven: done.redriven + 1, left };
                }
                Err(error) if done.redriven == 0 => return Err(error),
                Err(error) => {
                    tracing::warn!(queue, %error, sent = done.redriven, "not all could be sent again");
                    break;
                }
            }
        }
        Ok(done)
    }

    /// Sends the next letter again; says how many are left behind it, unless there was none.
    async fn send_next(
        &self,
        look: &mut Look,
        queue: &'static str,
    ) -> Result<Option<usize>, DeadLetterError> {
        let Some(found) = look.next().await? else { return Ok(None) };
        let left = found.left;
        self.send_again(look, queue, found).await?;
        Ok(Some(left))
    }

    /// Hands a copy to the queue. Once that is confirmed, the letter itself is superfluous; whoever dies
    /// in between leaves both, which is the same message twice.
    async fn send_again(
        &self,
        look: &mut Look,
        queue: &'static str,
        found: Found,
    ) -> Result<(), DeadLetterError> {
        let copy = found.parcel.redriven(queue, self.clock.now());
        let id = copy.id(queue);
        match look.publisher.publish(copy, PATIENCE).await {
            Outcome::Confirmed => look.remove(found.place).await?,
            Outcome::Returned => return Err(DeadLetterError::NotTaken { outcome: "returned" }),
            Outcome::Nacked => return Err(DeadLetterError::NotTaken { outcome: "refused" }),
            Outcome::Lost => return Err(DeadLetterError::NotTaken { outcome: "not confirmed" }),
        }
        tracing::info!(queue, message.id = %id, "sent again");
        REDRIVEN.with_label_values(&[queue]).inc();
        Ok(())
    }

    /// The queue of this name, if it is the service's.
    fn own(&self, name: &str) -> Result<Queue, DeadLetterError> {
        let mut own = queues().into_iter().filter(|it| it.service.name == self.service);
        let no_such = || DeadLetterError::NoSuchQueue { queue: name.to_owned() };
        own.find(|it| it.name == name).ok_or_else(no_such)
    }

    /// Looks when those before have looked, and not for ever.
    async fn in_turn<T>(
        &self,
        work: impl Future<Output = Result<T, DeadLetterError>> + Send,
    ) -> Result<T, DeadLetterError> {
        let work = async {
            let _turn = self.turns.lock().await;
            work.await
        };
        timeout(DEADLINE, work).await.unwrap_or(Err(DeadLetterError::Silence))
    }
}

async fn find(
    look: &mut Look,
    queue: &'static str,
    id: MessageId,
) -> Result<Found, DeadLetterError> {
    for _ in 0..MOST {
        match look.next().await? {
            Some(found) if found.parcel.id(queue) == id => return Ok(found),
            Some(_another) => {}
            None => break,
        }
    }
    Err(DeadLetterError::NoSuchLetter { queue, id })
}
