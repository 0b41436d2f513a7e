//! How long to wait before something is tried again.

use contracts::ids::chance;
use std::time::Duration;

/// A wait that doubles, with a part of chance, so that not all who lost a broker come back at once.
#[derive(Debug)]
pub(crate) struct Backoff {
    first: Duration,
    longest: Duration,
    next: Duration,
}

impl Backoff {
    pub(crate) const fn new(first: Duration, longest: Duration) -> Self {
        Self { first, longest, next: first }
    }

    /// It went well: the next wait is the first again.
    pub(crate) const fn reset(&mut self) {
        self.next = self.first;
    }

    /// How long to wait this time: between half of the wait and all of it.
    pub(crate) fn wait(&mut self) -> Duration {
        let wait = self.next;
        self.next = wait.saturating_mul(2).min(self.longest);
        let spare = u64::try_from(wait.as_micros() / 2).unwrap_or(u64::MAX);
        wait.saturating_sub(Duration::from_micros(chance() % spare.max(1)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_doubles_up_to_its_end_and_starts_again() {
        let (first, longest) = (Duration::from_secs(1), Duration::from_secs(3));
        let mut backoff = Backoff::new(first, longest);
        for most in [1, 2, 3, 3] {
            let wait = backoff.wait();
            assert!(wait <= Duration::from_secs(most), "{wait:?}");
            assert!(wait >= Duration::from_secs(most) / 2, "{wait:?}");
        }
        backoff.reset();
        assert!(backoff.wait() <= first);
    }
}
