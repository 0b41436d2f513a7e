//! What is to be done with the carrier, and when.

use super::later;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// The pause after the first attempt that failed; it doubles with each.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// The longest pause between two attempts. Errands are never given up, since they are about paid goods.
const LONGEST_PAUSE: Duration = Duration::from_mins(5);

/// What is to be done with the carrier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Errand {
    /// The parcel is to be taken on.
    Book,
    /// It is to be asked where the parcel is.
    Follow,
    /// It is to be taken on as what it is since, and was not when it was booked.
    Correct,
    /// The booking is to be taken back.
    Cancel,
}

impl Errand {
    /// Its name in metrics.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Book => "book",
            Self::Follow => "follow",
            Self::Correct => "correct",
            Self::Cancel => "cancel",
        }
    }
}

/// An errand, and when it is done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Waiting {
    /// What is to be done.
    pub errand: Errand,
    /// When it is tried next, in milliseconds. Whoever tries it moves this on first, and so holds it.
    pub next_attempt_at: i64,
    /// How often it was tried since it last went well.
    pub attempts: u32,
    /// Why it is not done, as the last attempt found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trouble: Option<String>,
}

impl Waiting {
    /// An errand that is due.
    pub(super) fn from(errand: Errand, now: Timestamp) -> Self {
        Self { errand, next_attempt_at: now.as_millisecond(), attempts: 0, trouble: None }
    }

    /// What is left to do when the shipment is called off. A booking that is under way comes to its
    /// end, or its lease does, before it is taken back.
    pub(super) fn called_off(self, now: Timestamp) -> Option<Self> {
        let cancel = Self::from(Errand::Cancel, now);
        match self.errand {
            Errand::Book if self.attempts == 0 => None,
            Errand::Book | Errand::Correct => {
                Some(Self { next_attempt_at: self.next_attempt_at, ..cancel })
            }
            Errand::Follow | Errand::Cancel => Some(cancel),
        }
    }

    /// What is left to do when the shipment has become another than the carrier may have booked. A
    /// booking that is under way comes to its end, or its lease does, before it is corrected.
    pub(super) fn corrected(self, now: Timestamp) -> Self {
        let correct = Self::from(Errand::Correct, now);
        match self.errand {
            Errand::Book if self.attempts == 0 => self,
            Errand::Book | Errand::Correct => {
                Self { next_attempt_at: self.next_attempt_at, ..correct }
            }
            Errand::Follow | Errand::Cancel => correct,
        }
    }

    pub(super) fn put_off(&mut self, trouble: &str, now: Timestamp) {
        let doublings = self.attempts.saturating_sub(1).min(16);
        let pause = FIRST_PAUSE.saturating_mul(1 << doublings).min(LONGEST_PAUSE);
        self.next_attempt_at = later(now, pause).as_millisecond();
        self.trouble = Some(trouble.to_owned());
    }

    pub(super) fn went_well(&mut self, next: Timestamp) {
        self.next_attempt_at = next.as_millisecond();
        self.attempts = 0;
        self.trouble = None;
    }
}
