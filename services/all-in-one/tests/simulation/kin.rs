//! Which process a task belongs to, so that a fault can hit the process it happens in, and not its twin.
//!
//! Writers and relays are tasks that a process makes when it begins; they have the numbers between two
//! that are made right before and after. Tokio does not promise that ids are numbers that grow: should
//! they not be any more, nobody is known, which the runs notice.

use std::{
    ops::RangeInclusive,
    pin::pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::Poll,
};
use tokio::task::{self, JoinSet};

/// Names a process of a run.
pub(crate) type Number = u32;

/// Tasks that follow each other, and the process that they belong to.
type Family = (RangeInclusive<u64>, Number);

/// Which tasks belong to which process. Clones know the same.
#[derive(Clone, Default)]
pub(crate) struct Kin(Arc<Mutex<Vec<Family>>>);

impl Kin {
    /// Lives the life of a process, whose tasks are known from then on.
    pub(crate) async fn live<T>(&self, process: Number, life: impl Future<Output = T>) -> T {
        let mut life = pin!(life);
        let first = fresh();
        let begun = futures::poll!(life.as_mut());
        if let Some((first, last)) = first.zip(fresh()) {
            self.all().push((first..=last, process));
        }
        match begun {
            Poll::Ready(end) => end,
            Poll::Pending => life.await,
        }
    }

    /// The process whose task is at work now.
    pub(crate) fn at_work(&self) -> Option<Number> {
        let task = number(task::try_id()?)?;
        let all = self.all();
        all.iter().rev().find(|(tasks, _)| tasks.contains(&task)).map(|it| it.1)
    }

    fn all(&self) -> MutexGuard<'_, Vec<Family>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The number of a task that is made now.
fn fresh() -> Option<u64> {
    number(JoinSet::new().spawn(async {}).id())
}

fn number(task: task::Id) -> Option<u64> {
    task.to_string().parse().ok()
}
