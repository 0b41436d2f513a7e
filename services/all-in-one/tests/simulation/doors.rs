//! The doors of processes: each has its own, which is open as long as it lives.

use crate::{chance::below, kin::Number};
use axum::http::Method;
use chassis::process::Process;
use contracts::catalog::Service;
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use testkit::{Answer, Caller};
use tokio_util::sync::CancellationToken;

/// The doors of all services. Clones are the same doors.
#[derive(Clone, Default)]
pub(crate) struct Doors(Arc<Mutex<BTreeMap<&'static str, Vec<Door>>>>);

#[derive(Clone)]
struct Door {
    of: Number,
    caller: Caller,
    is_shut: CancellationToken,
}

impl Doors {
    /// Opens the door of a process.
    pub(crate) fn open(&self, service: Service, of: Number, process: &Process) {
        let door = Door { of, caller: Caller::of(process), is_shut: CancellationToken::new() };
        self.all().entry(service.name).or_default().push(door);
    }

    /// Lets nobody in any more; who is in is still answered.
    pub(crate) fn close(&self, process: Number) {
        self.all().values_mut().for_each(|it| it.retain(|door| door.of != process));
    }

    /// Shuts a door: whoever waits there waits in vain.
    pub(crate) fn shut(&self, process: Number) {
        let all = self.all();
        let own = all.values().flatten().filter(|it| it.of == process);
        own.for_each(|it| it.is_shut.cancel());
        drop(all);
        self.close(process);
    }

    /// Asks a service; nothing when it is not there, or dies before it has answered.
    pub(crate) async fn knock(
        &self,
        service: Service,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: String,
    ) -> Option<Answer> {
        let door = self.one_of(service)?;
        let asking = door.caller.send(method, path, headers, body);
        door.is_shut.run_until_cancelled(asking).await
    }

    /// One of the doors of a service, as whoever spreads the load has it.
    fn one_of(&self, service: Service) -> Option<Door> {
        let all = self.all();
        let doors = all.get(service.name)?;
        let index = if doors.len() > 1 { below(doors.len() as u64) } else { 0 };
        doors.get(usize::try_from(index).unwrap_or_default()).cloned()
    }

    fn all(&self) -> MutexGuard<'_, BTreeMap<&'static str, Vec<Door>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
