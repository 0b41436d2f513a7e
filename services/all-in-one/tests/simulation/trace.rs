//! What happened in a run: all of it as one number, and the end of it in words.

use std::{
    collections::VecDeque,
    fmt::{self, Write as _},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::time::Instant;

/// How many lines are kept for whoever has to find out what went wrong, where a run is one of many.
pub(crate) const LINES: usize = 250;
/// Where FNV-1a begins, and what it multiplies by.
const FNV: (u64, u64) = (0xcbf2_9ce4_8422_2325, 0x0100_0000_01b3);

/// What happened. Clones are the same trace.
#[derive(Clone)]
pub(crate) struct Trace(Arc<Mutex<Inner>>);

struct Inner {
    /// When the run began; unknown until then, since time stands still only inside.
    since: Option<Instant>,
    lasted: Duration,
    /// How many lines are kept.
    most: usize,
    hash: u64,
    count: u64,
    lines: VecDeque<String>,
}

impl Trace {
    /// A trace of which so many lines are kept. It is there before its run and after it, so that nothing
    /// is lost when that ends in a panic.
    pub(crate) fn new(most: usize) -> Self {
        let (hash, lines, lasted) = (FNV.0, VecDeque::new(), Duration::ZERO);
        Self(Arc::new(Mutex::new(Inner { since: None, lasted, most, hash, count: 0, lines })))
    }

    /// Notes what happened, in words.
    pub(crate) fn note(&self, what: fmt::Arguments<'_>) {
        let mut inner = self.inner();
        let is_full = inner.lines.len() >= inner.most;
        let mut line =
            if is_full { inner.lines.pop_front().unwrap_or_default() } else { String::new() };
        line.clear();
        let millis = inner.elapsed().as_millis();
        // Writing to a String cannot fail.
        let _ok = write!(line, "{millis:>8} {what}");
        inner.mix(line.as_bytes());
        inner.lines.push_back(line);
    }

    /// Notes what happened too often to keep the words.
    pub(crate) fn count(&self, what: &str, how: u8) {
        let mut inner = self.inner();
        let micros = inner.elapsed().as_micros().to_le_bytes();
        inner.mix(&micros);
        inner.mix(what.as_bytes());
        inner.mix(&[how]);
    }

    /// A number that two runs only share if all of the same happened in both; and how much that was.
    pub(crate) fn sum(&self) -> (u64, u64) {
        let inner = self.inner();
        (inner.hash, inner.count)
    }

    /// How much time passed until the last thing happened.
    pub(crate) fn lasted(&self) -> Duration {
        self.inner().lasted
    }

    /// All lines that are kept.
    pub(crate) fn text(&self) -> String {
        let inner = self.inner();
        inner.lines.iter().fold(String::new(), |all, line| all + line + "\n")
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn elapsed(&mut self) -> Duration {
        self.lasted = self.since.get_or_insert_with(Instant::now).elapsed();
        self.lasted
    }

    fn mix(&mut self, bytes: &[u8]) {
        self.count += 1;
        for byte in bytes {
            self.hash = (self.hash ^ u64::from(*byte)).wrapping_mul(FNV.1);
        }
    }
}
