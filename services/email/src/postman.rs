//! Takes mails to the server: fresh ones at once, and those that wait when they are due.

use crate::{
    Mailer, Mails,
    domain::{LEASE, Mail, Outcome},
    metrics,
    storage::BATCH,
};
use contracts::ids::MailId;
use futures::{Stream, StreamExt, stream};
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::mpsc,
    time::{sleep, timeout},
};
use tokio_util::sync::CancellationToken;

/// How many mails are on their way at once.
const AT_ONCE: usize = 8;
/// How often mails are looked for that are due.
const SWEEP: Duration = Duration::from_secs(1);
/// How often it is measured how far behind the mails are.
const MEASURE: Duration = Duration::from_secs(15);
/// How long one attempt may take.
const ATTEMPT: Duration = Duration::from_secs(20);
/// How long its outcome may take to be noted. Together they end before the lease does.
const NOTE: Duration = Duration::from_secs(10);
/// How long to wait before noting is tried again.
const PAUSE: Duration = Duration::from_secs(1);
/// How long taking leave of the server may take.
const LEAVE: Duration = Duration::from_secs(2);

/// How long the claim itself may take to be durable; it counts from before that.
const CLAIM: Duration = Duration::from_secs(10);

const _: () = assert!(CLAIM.as_secs() + ATTEMPT.as_secs() + NOTE.as_secs() < LEASE.as_secs());

/// Takes mails to the server.
#[derive(Clone)]
pub(crate) struct Postman {
    mails: Mails,
    mailer: Arc<dyn Mailer>,
}

impl Postman {
    pub(crate) fn new(mails: Mails, mailer: Arc<dyn Mailer>) -> Self {
        Self { mails, mailer }
    }

    /// Works until told to stop, and then finishes what is in hand.
    pub(crate) async fn run(
        self,
        mut fresh: mpsc::Receiver<MailId>,
        stop: CancellationToken,
    ) -> anyhow::Result<()> {
        let fresh = stream::poll_fn(move |context| fresh.poll_recv(context));
        let delivering = stream::select(fresh, due(self.mails.clone()).boxed())
            .take_until(stop.cancelled())
            .for_each_concurrent(AT_ONCE, |id| {
                let postman = self.clone();
                async move { postman.deliver(id).await }
            });
        let measuring = stop.run_until_cancelled(self.measure());
        let _stopped = futures::join!(delivering, measuring);
        // Should it take too long, the server notices by itself that nobody is there.
        let _left = timeout(LEAVE, self.mailer.close()).await;
        Ok(())
    }

    async fn deliver(&self, id: MailId) {
        match self.mails.claim(id).await {
            Ok(Some(mail)) => {
                let outcome = self.attempt(&mail).await;
                self.note(&mail, outcome).await;
            }
            Ok(None) => {} // another has it, or had it
            Err(error) => tracing::warn!(mail.id = %id, %error, "cannot take a mail in hand"),
        }
    }

    async fn attempt(&self, mail: &Mail) -> Outcome {
        let sending = timeout(ATTEMPT, self.mailer.send(mail)).await;
        sending.unwrap_or_else(|_elapsed| Outcome::PutOff(format!("no answer in {ATTEMPT:?}")))
    }

    /// Notes what came of an attempt. What is sent and not noted is sent again, so this is tried for as
    /// long as the lease allows.
    async fn note(&self, mail: &Mail, outcome: Outcome) {
        tell(mail, &outcome);
        let noting = async {
            while let Err(error) = self.mails.conclude(mail.mail_id, outcome.clone()).await {
                tracing::warn!(mail.id = %mail.mail_id, %error, "cannot note what came of a mail");
                sleep(PAUSE).await;
            }
        };
        if timeout(NOTE, noting).await.is_err() {
            tracing::error!(mail.id = %mail.mail_id, ?outcome, "a mail may be sent again");
        }
    }

    async fn measure(&self) {
        loop {
            if let Err(error) = self.mails.measure().await {
                tracing::warn!(%error, "cannot measure how long mails wait");
            }
            sleep(MEASURE).await;
        }
    }
}

/// Mails that are due, looked for now and then, and at once where there may be more.
fn due(mails: Mails) -> impl Stream<Item = MailId> + Send {
    let batches = stream::unfold((mails, Duration::ZERO), |(mails, pause)| async move {
        sleep(pause).await;
        let found = mails.due().await.unwrap_or_else(|error| {
            tracing::warn!(%error, "cannot look for mails that are due");
            Vec::new()
        });
        let pause = if found.len() < BATCH { SWEEP } else { Duration::ZERO };
        Some((stream::iter(found), (mails, pause)))
    });
    batches.flatten()
}

fn tell(mail: &Mail, outcome: &Outcome) {
    let (id, kind) = (mail.mail_id, mail.kind.name());
    let label = match outcome {
        Outcome::Sent => {
            tracing::debug!(mail.id = %id, mail.kind = kind, "sent");
            "sent"
        }
        Outcome::Refused(reason) => {
            tracing::warn!(mail.id = %id, mail.kind = kind, reason, "a mail is refused for good");
            "failed"
        }
        Outcome::PutOff(reason) => {
            tracing::warn!(mail.id = %id, mail.kind = kind, reason, "a mail is put off");
            "put-off"
        }
    };
    metrics::MAILS.with_label_values(&[kind, label]).inc();
}

#[cfg(test)]
mod tests;
