use super::Mood;
use crate::mischief::Mischief;
use async_trait::async_trait;
use contracts::ids::MailId;
use email::{
    Mailer,
    domain::{Mail, Outcome},
    mailer::Memory,
};
use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

/// A mail server with moods.
pub(crate) struct MoodyMailer {
    pub(crate) memory: Memory,
    mischief: Mischief,
    /// How often it took a mail and may not have been heard to say so.
    hidden: Mutex<BTreeMap<MailId, usize>>,
}

impl MoodyMailer {
    pub(crate) fn new(mischief: Mischief) -> Self {
        Self { memory: Memory::default(), mischief, hidden: Mutex::default() }
    }

    /// How often it took which mail and may not have been heard to say so: so many copies there may be.
    pub(crate) fn hidden(&self) -> BTreeMap<MailId, usize> {
        self.hidden.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn take(&self, mail: &Mail, mood: Mood) -> Outcome {
        let outcome = self.memory.send(mail).await;
        if outcome != Outcome::Sent {
            self.mischief.tally.count("the mailer is down");
        } else if mood.hides() {
            let mut hidden = self.hidden.lock().unwrap_or_else(PoisonError::into_inner);
            *hidden.entry(mail.mail_id).or_default() += 1;
        }
        outcome
    }
}

#[async_trait]
impl Mailer for MoodyMailer {
    async fn send(&self, mail: &Mail) -> Outcome {
        let mood = Mood::drawn(self.mischief.strikes(|it| it.mailer));
        let mood = mood.counted("mailer", &self.mischief.tally);
        let outcome = mood.ask(self.take(mail, mood)).await;
        outcome.unwrap_or_else(|| Outcome::PutOff("a bad mood".to_owned()))
    }

    async fn close(&self) {}
}
