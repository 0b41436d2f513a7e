//! What goes wrong at broker and databases, by the odds of the run; all that passes there is noted.

mod broker;
mod stretches;

use crate::{
    chance::{millis, once_in, percent},
    kin::{Kin, Number},
    plan::Odds,
    tally::{NEVER, Tally},
    trace::Trace,
};
use contracts::catalog::Service;
use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use store::memory::{Database, Fault, Operation, Outcome, Verb};
use stretches::Stretches;
use tokio::sync::mpsc;

/// How long a service that is to die at a certain point is held there; it is dead before that is over.
const HELD: Duration = Duration::from_millis(5);

/// Who is to die: this process, or all of a service where nobody knows which it was.
pub(crate) struct Victim {
    pub(crate) service: &'static str,
    pub(crate) process: Option<Number>,
}

/// Makes things go wrong, until it is told to be good. Clones act together.
#[derive(Clone)]
pub(crate) struct Mischief {
    odds: Odds,
    is_good: Arc<AtomicBool>,
    trace: Trace,
    pub(crate) tally: Tally,
    /// Who does what.
    pub(crate) kin: Kin,
    /// What is out of order for a while.
    pub(crate) stretches: Stretches,
    /// What was delivered before, from where. The broker alone has this copy.
    heard: BTreeSet<(String, String, u32)>,
    victims: mpsc::UnboundedSender<Victim>,
}

impl Mischief {
    /// Makes things go wrong by these odds once it is told to begin; tells who is to die.
    pub(crate) fn new(
        odds: Odds,
        trace: Trace,
        tally: Tally,
    ) -> (Self, mpsc::UnboundedReceiver<Victim>) {
        let (victims, dying) = mpsc::unbounded_channel();
        let mischief = Self {
            odds,
            is_good: Arc::new(AtomicBool::new(true)),
            trace,
            tally,
            kin: Kin::default(),
            stretches: Stretches::default(),
            heard: BTreeSet::new(),
            victims,
        };
        (mischief, dying)
    }

    /// From now on things go wrong.
    pub(crate) fn begin(&self) {
        self.is_good.store(false, Ordering::Relaxed);
    }

    /// From now on nothing goes wrong any more.
    pub(crate) fn be_good(&self) {
        self.is_good.store(true, Ordering::Relaxed);
    }

    fn is_good(&self) -> bool {
        self.is_good.load(Ordering::Relaxed)
    }

    /// Whether something goes wrong now that does once in so many times.
    pub(crate) fn strikes(&self, odds: fn(&Odds) -> u64) -> bool {
        !self.is_good() && once_in(odds(&self.odds))
    }

    /// Kills the process that is at work.
    fn kill(&self, service: &'static str) {
        let process = self.kin.at_work();
        if process.is_none() {
            self.tally.count(NEVER);
        }
        // Nobody listens when the run is over.
        let _over = self.victims.send(Victim { service, process });
    }

    /// Haunts the database of a service.
    pub(crate) fn haunt(&self, service: Service, database: &Database) {
        let (it, name) = (self.clone(), service.name);
        database.disturb(move |operation| {
            let fault = it.fault(name, operation);
            it.trace.count(operation.collection, how(operation.verb, fault));
            if operation.verb == Verb::Save || fault != Fault::none() {
                let Operation { collection, verb } = operation;
                it.trace.note(format_args!("{name}: {verb:?} of {collection}, {}", said(fault)));
            }
            fault
        });
    }

    fn fault(&self, service: &'static str, operation: Operation) -> Fault {
        let writes = matches!(operation.verb, Verb::Save | Verb::Settle);
        if self.is_good() {
            Fault::none()
        } else if self.stretches.has_no_primary(service) {
            self.without_primary(writes)
        } else if operation.verb == Verb::Save && self.strikes(|it| it.dies_saving) {
            self.dies_saving(service)
        } else {
            self.by_chance(writes)
        }
    }

    fn dies_saving(&self, service: &'static str) -> Fault {
        self.kill(service);
        if percent(50) {
            self.tally.count("a process dies before it has saved");
            Fault::delay(HELD)
        } else {
            self.tally.count("a process dies after it has saved");
            Fault { after: HELD, ..Fault::none() }
        }
    }

    /// Nobody answers; what the last primary was asked it may have done.
    fn without_primary(&self, writes: bool) -> Fault {
        let outcome = if percent(20) { Outcome::AnswerIsLost } else { Outcome::Fails };
        match outcome {
            Outcome::AnswerIsLost if writes => {
                self.tally.count("a write is done by a primary that is lost");
            }
            Outcome::Fails if writes => self.tally.count("a write fails without a primary"),
            Outcome::Works | Outcome::Fails | Outcome::AnswerIsLost => {}
        }
        Fault { before: millis(0, 1_500), after: Duration::ZERO, outcome }
    }

    fn by_chance(&self, writes: bool) -> Fault {
        let (fails, loses) = (self.strikes(|it| it.store_fails), self.strikes(|it| it.answer_lost));
        let (outcome, what) = match (fails, loses) {
            (true, _) if writes => (Outcome::Fails, Some("a write fails")),
            (true, _) => (Outcome::Fails, Some("a read fails")),
            (false, true) if writes => {
                (Outcome::AnswerIsLost, Some("a write is done and its answer lost"))
            }
            (false, true) => (Outcome::AnswerIsLost, Some("a read fails")),
            (false, false) => (Outcome::Works, None),
        };
        if let Some(what) = what {
            self.tally.count(what);
        }
        Fault { before: self.pause(), after: self.pause(), outcome }
    }

    fn pause(&self) -> Duration {
        if !self.strikes(|it| it.slow_store) {
            return Duration::ZERO;
        }
        self.tally.count("the database is slow");
        millis(1, 300)
    }
}

fn how(verb: Verb, fault: Fault) -> u8 {
    let verb = match verb {
        Verb::Load => 0,
        Verb::Find => 1,
        Verb::Save => 2,
        Verb::Sweep => 3,
        Verb::Settle => 4,
        Verb::Purge => 5,
    };
    let outcome = match fault.outcome {
        Outcome::Works => 0,
        Outcome::Fails => 8,
        Outcome::AnswerIsLost => 16,
    };
    verb + outcome
}

fn said(fault: Fault) -> String {
    if fault == Fault::none() { "done".to_owned() } else { format!("{fault:?}") }
}
