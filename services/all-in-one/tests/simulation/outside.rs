//! Those beyond the shop, with their moods: the provider, the carrier, the mail server; and the catalogue
//! and the orders as others ask for them.

mod carrier;
mod catalogue;
mod mailer;
mod orders;
mod provider;

pub(crate) use carrier::MoodyCarrier;
pub(crate) use catalogue::Catalogue;
pub(crate) use mailer::MoodyMailer;
pub(crate) use orders::Orders;
pub(crate) use provider::MoodyProvider;

use crate::{
    chance::{below, millis},
    tally::Tally,
};
use std::{future::pending, time::Duration};
use tokio::time::sleep;

/// How somebody treats one question.
#[derive(Clone, Copy)]
enum Mood {
    Good,
    /// The question does not reach them.
    Deaf,
    /// They do it, and nobody learns of it.
    Mute,
    /// They do it, and never answer.
    Silent,
    /// They take their time, first or afterwards.
    Slow(Duration, Duration),
}

impl Mood {
    fn drawn(is_bad: bool) -> Self {
        match is_bad.then(|| below(4)) {
            None => Self::Good,
            Some(0) => Self::Deaf,
            Some(1) => Self::Mute,
            Some(2) => Self::Silent,
            Some(_) => Self::Slow(millis(0, 15_000), millis(0, 15_000)),
        }
    }

    /// The same, with a note of whose mood it is.
    fn counted(self, who: &str, tally: &Tally) -> Self {
        let how = match self {
            Self::Good => return self,
            Self::Deaf => "deaf",
            Self::Mute => "mute",
            Self::Silent => "silent",
            Self::Slow(..) => "slow",
        };
        tally.count(&format!("the {who} is {how}"));
        self
    }

    /// Whether something may be done of which nobody learns.
    const fn hides(self) -> bool {
        matches!(self, Self::Mute | Self::Silent | Self::Slow(..))
    }

    /// What becomes of a question; nothing when nobody learns of that.
    async fn ask<T: Send>(self, asking: impl Future<Output = T> + Send) -> Option<T> {
        match self {
            Self::Good => Some(asking.await),
            Self::Deaf => None,
            Self::Mute => {
                asking.await;
                None
            }
            Self::Silent => {
                asking.await;
                pending().await
            }
            Self::Slow(first, afterwards) => {
                sleep(first).await;
                let answer = asking.await;
                sleep(afterwards).await;
                Some(answer)
            }
        }
    }
}
