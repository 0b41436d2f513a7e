use crate::{
    domain::Told,
    webhook::{Door, Secret, Signed, signed},
};
use chassis::clock::SharedClock;
use contracts::{ids::OrderId, money::Money};
use futures::StreamExt;
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;

/// How many webhooks wait to be delivered at most; more are lost, as happens outside.
const QUEUE: usize = 1_024;
/// How many are delivered at once.
const AT_ONCE: usize = 8;

/// A webhook on its way, and whom to tell that it was delivered.
pub(super) struct Telling {
    webhook: Signed,
    delivered: Option<oneshot::Sender<()>>,
}

/// Sends webhooks.
pub(super) struct Teller {
    secret: Secret,
    clock: SharedClock,
    way: mpsc::Sender<Telling>,
}

type About<'a> = (OrderId, &'a str, Money);

impl Teller {
    pub(super) fn new(secret: Secret, clock: SharedClock) -> (Self, mpsc::Receiver<Telling>) {
        let (way, tellings) = mpsc::channel(QUEUE);
        (Self { secret, clock, way }, tellings)
    }

    /// Tells something, and goes on when it was heard.
    pub(super) async fn tell(&self, told: Told, about: About<'_>) {
        let (delivered, heard) = oneshot::channel();
        let webhook = self.webhook(told, about);
        let telling = Telling { webhook, delivered: Some(delivered) };
        if self.way.try_send(telling).is_ok() {
            // Nobody tells when there is no door any more; then the answer has to do.
            let _heard = heard.await;
        }
    }

    /// Tells something twice, and does not wait.
    pub(super) fn tell_twice(&self, told: Told, about: About<'_>) {
        for _ in 0..2 {
            let telling = Telling { webhook: self.webhook(told, about), delivered: None };
            let _sent = self.way.try_send(telling);
        }
    }

    fn webhook(&self, told: Told, about: About<'_>) -> Signed {
        signed(&self.secret, &format!("msg_{}", about.1), told, about, self.clock.now())
    }
}

/// Brings webhooks to the door until told to stop.
pub(super) async fn deliver(
    door: Door,
    mut tellings: mpsc::Receiver<Telling>,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    let tellings = futures::stream::poll_fn(move |context| tellings.poll_recv(context));
    let delivering = tellings.take_until(stop.cancelled()).for_each_concurrent(AT_ONCE, |it| {
        let door = door.clone();
        async move {
            if let Err(problem) = door.ring(&it.webhook).await {
                let status = problem.status().as_u16();
                tracing::warn!(webhook.id = it.webhook.id, status, "a webhook is refused");
            }
            if let Some(delivered) = it.delivered {
                let _gone = delivered.send(());
            }
        }
    });
    delivering.await;
    Ok(())
}
