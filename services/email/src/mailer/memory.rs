//! A mail server in this process, for tests and for a first look. It can be down, and it can refuse.

use super::Mailer;
use crate::domain::{Mail, Outcome};
use async_trait::async_trait;
use contracts::text::EmailAddress;
use std::{
    collections::BTreeSet,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// Keeps what is sent.
#[derive(Debug, Default)]
pub struct Memory(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    is_down: bool,
    refused: BTreeSet<EmailAddress>,
    sent: Vec<Mail>,
}

impl Memory {
    /// From now on it cannot be reached, or can be again.
    pub fn set_down(&self, is_down: bool) {
        self.state().is_down = is_down;
    }

    /// From now on it refuses mails to this address, for good.
    pub fn refuse(&self, address: EmailAddress) {
        self.state().refused.insert(address);
    }

    /// All that was sent, in order.
    pub fn sent(&self) -> Vec<Mail> {
        self.state().sent.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Mailer for Memory {
    async fn send(&self, mail: &Mail) -> Outcome {
        let mut state = self.state();
        if state.is_down {
            return Outcome::PutOff("the server is down".to_owned());
        }
        if state.refused.contains(&mail.to) {
            return Outcome::Refused("550 no such mailbox".to_owned());
        }
        state.sent.push(mail.clone());
        Outcome::Sent
    }

    async fn close(&self) {}
}
