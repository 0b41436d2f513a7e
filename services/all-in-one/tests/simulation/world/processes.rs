//! The processes that live, each with its door.

use super::World;
use crate::{chance::one_of, kin::Number};
use chassis::http;
use contracts::catalog::Service;
use std::{
    collections::BTreeSet,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};
use tokio::task::{AbortHandle, JoinSet};
use tokio_util::sync::CancellationToken;

/// How long a service may take to stop: longer than all that it waits for when it does.
const GRACE: Duration = Duration::from_mins(2);

/// The processes of a shop.
#[derive(Default)]
pub(super) struct Processes {
    alive: Mutex<Vec<Alive>>,
    lives: Mutex<JoinSet<()>>,
    count: AtomicU32,
    /// Services of which no process may be there.
    away: Mutex<BTreeSet<&'static str>>,
    /// Processes that have ended although nobody had ended them, and why.
    ended: Arc<Mutex<Vec<String>>>,
}

/// A process that lives, and how it ends: by a stroke, or when it is told to.
#[derive(Clone)]
struct Alive {
    number: Number,
    service: Service,
    stroke: AbortHandle,
    stop: CancellationToken,
}

fn locked<T>(it: &Mutex<T>) -> MutexGuard<'_, T> {
    it.lock().unwrap_or_else(PoisonError::into_inner)
}

impl World {
    /// Puts a service together and lets it live, with a door of its own; unless it is to be away.
    pub(crate) fn start(&self, service: Service) {
        if locked(&self.processes.away).contains(service.name) {
            return;
        }
        let number = self.processes.count.fetch_add(1, Ordering::Relaxed);
        self.trace.note(format_args!("{} starts as {number}", service.name));
        let http = http::Config { port: 0, shutdown_grace: GRACE };
        let process = self.ground.assemble(service, &http, &self.outside).without_socket();
        self.doors.open(service, number, &process);
        let (name, stop) = (service.name, CancellationToken::new());
        let (ended, stopped) = (self.processes.ended.clone(), stop.clone());
        let kin = self.mischief.kin.clone();
        let life = async move {
            let why = kin.live(number, process.until(stopped.cancelled())).await;
            if why.is_err() || !stopped.is_cancelled() {
                locked(&ended).push(format!("{name}: {why:?}"));
            }
        };
        let stroke = locked(&self.processes.lives).spawn(life);
        let mut alive = locked(&self.processes.alive);
        alive.retain(|it| !it.stroke.is_finished());
        alive.push(Alive { number, service, stroke, stop });
    }

    /// The processes of a service that are there to stay.
    fn living(&self, service: Service) -> Vec<Alive> {
        let alive = locked(&self.processes.alive);
        let own = alive.iter().filter(|it| it.service == service && !it.stop.is_cancelled());
        own.cloned().collect()
    }

    fn one_living(&self, service: Service) -> Option<Number> {
        let numbers: Vec<_> = self.living(service).iter().map(|it| it.number).collect();
        (!numbers.is_empty()).then(|| one_of(&numbers))
    }

    /// Ends one process of a service where it is; says whether there was one.
    pub(super) fn kill_one(&self, service: Service) -> bool {
        let victim = self.one_living(service);
        victim.is_some_and(|it| self.kill(it).is_some())
    }

    /// Ends all processes of a service where they are; says how many.
    pub(super) fn kill_all(&self, service: Service) -> usize {
        let numbers: Vec<_> = self.living(service).iter().map(|it| it.number).collect();
        numbers.into_iter().filter_map(|it| self.kill(it)).count()
    }

    /// Ends a process where it is, with whoever waits at its door; gives its service if it was alive, and
    /// whether it was there to stay.
    pub(super) fn kill(&self, number: Number) -> Option<(Service, bool)> {
        let killed = {
            let mut alive = locked(&self.processes.alive);
            let index = alive.iter().position(|it| it.number == number)?;
            alive.remove(index)
        };
        if killed.stroke.is_finished() {
            return None;
        }
        let Alive { service, stroke, stop, .. } = killed;
        self.trace.note(format_args!("{} is killed, which is {number}", service.name));
        self.tally().count("a process dies");
        self.tally().count(&death_of(service));
        if !self.living(service).is_empty() {
            self.tally().count("a process dies and its twin lives");
        }
        self.doors.shut(number);
        stroke.abort();
        Some((service, !stop.is_cancelled()))
    }

    /// Tells one process of a service to stop; the next is there before that. Says whether there was one.
    pub(super) fn restart_one(&self, service: Service) -> bool {
        let Some(old) = self.one_living(service) else { return false };
        self.start(service);
        let alive = locked(&self.processes.alive).iter().find(|it| it.number == old).cloned();
        if let Some(alive) = alive {
            self.trace.note(format_args!("{} is told to stop, which is {old}", service.name));
            self.doors.close(old);
            alive.stop.cancel();
        }
        true
    }

    /// All processes of a service die, and none comes back; says how many there were.
    pub(crate) fn goes_away(&self, service: Service) -> usize {
        self.trace.note(format_args!("{} is away", service.name));
        locked(&self.processes.away).insert(service.name);
        self.kill_all(service)
    }

    /// So many processes of a service that was away are there again.
    pub(crate) fn comes_back(&self, service: Service, count: usize) {
        locked(&self.processes.away).remove(service.name);
        (0..count.max(1)).for_each(|_| self.start(service));
    }

    /// Which processes ended by themselves.
    pub(crate) fn ended(&self) -> Vec<String> {
        locked(&self.processes.ended).clone()
    }
}

/// What the death of a process of a service is called where things are counted.
pub(crate) fn death_of(service: Service) -> String {
    format!("died: {}", service.name)
}
