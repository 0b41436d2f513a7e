//! Counts writes, and lets the operator die at one of them.

use std::sync::{Arc, Mutex};

/// When the operator dies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Death {
    /// Just before the n-th write.
    Before(usize),
    /// Just after it: it was done, and the answer is lost.
    After(usize),
}

#[derive(Debug, Default)]
struct State {
    writes: usize,
    death: Option<Death>,
    dead: bool,
}

/// Shared by all that can be written to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fuse(Arc<Mutex<State>>);

/// The operator is dead.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the operator is dead")]
pub(crate) struct Dead;

impl Fuse {
    /// From now on it may die.
    pub(crate) fn set(&self, death: Death) {
        *self.0.lock().unwrap() = State { death: Some(death), ..State::default() };
    }

    /// A new operator is there, and nothing happens to it; whether the old one had died.
    pub(crate) fn reset(&self) -> bool {
        std::mem::take(&mut *self.0.lock().unwrap()).dead
    }

    /// How many writes there were since the last reset.
    pub(crate) fn writes(&self) -> usize {
        self.0.lock().unwrap().writes
    }

    /// Nothing is heard from the dead.
    pub(crate) fn read(&self) -> Result<(), Dead> {
        if self.0.lock().unwrap().dead { Err(Dead) } else { Ok(()) }
    }

    /// Writes by way of `write`, or dies before or after it.
    pub(crate) fn write<T>(&self, write: impl FnOnce() -> T) -> Result<T, Dead> {
        self.read()?;
        let mut state = self.0.lock().unwrap();
        state.writes += 1;
        let now = state.writes;
        if state.death == Some(Death::Before(now)) {
            state.dead = true;
            return Err(Dead);
        }
        let written = write();
        if state.death == Some(Death::After(now)) {
            state.dead = true;
            return Err(Dead);
        }
        Ok(written)
    }
}
