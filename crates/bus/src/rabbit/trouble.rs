use super::link::Error;
use crate::backoff::Backoff;
use std::time::Duration;
use tokio::time::Instant;

/// How long to wait before beginning anew, at first and at most.
const AGAIN: (Duration, Duration) = (Duration::from_millis(200), Duration::from_secs(2));
/// What lived this long was well. What ends sooner, again and again, may end by what is done with it.
const WELL: Duration = Duration::from_secs(10);

/// Something that fails and is begun anew: how long to wait before that, and what the log tells of it.
pub(super) struct Trouble {
    what: String,
    backoff: Backoff,
    began: Instant,
    told: String,
}

impl Trouble {
    pub(super) fn with(what: impl Into<String>) -> Self {
        let backoff = Backoff::new(AGAIN.0, AGAIN.1);
        Self { what: what.into(), backoff, began: Instant::now(), told: String::new() }
    }

    /// How long to wait now that it has ended. The same reason over and over is told once.
    pub(super) fn wait(&mut self, reason: &Error) -> Duration {
        if self.began.elapsed() > WELL {
            self.backoff.reset();
            self.told.clear();
        }
        let wait = self.backoff.wait();
        self.began = Instant::now() + wait;
        let reason = reason.to_string();
        if reason == self.told {
            tracing::debug!(what = self.what, reason, ?wait, "broken, beginning anew");
        } else {
            tracing::warn!(what = self.what, reason, ?wait, "broken, beginning anew");
            self.told = reason;
        }
        wait
    }
}
