//! What befalls a shop at some time: deaths, restarts, twins, lost queues, and stretches in which the
//! broker or a database is out of order.

use super::{PATIENCE, World, services};
use crate::{
    chance::{below, between, millis, one_of, percent},
    mischief::Victim,
    plan::Plan,
};
use contracts::catalog::{INVENTORY, PAYMENTS, Service};
use std::{
    sync::{Arc, PoisonError},
    time::Duration,
};
use tokio::{task::JoinSet, time::sleep};

/// How long a service takes at least to be there again: longer than what it did needs to end.
const SOONEST: u64 = 20;
/// Any service.
fn any() -> Service {
    one_of(&services().collect::<Vec<_>>())
}

impl World {
    /// Kills those who are to die, and starts them again, for ever.
    pub(crate) async fn kill_the_doomed(self: Arc<Self>) {
        let dying = self.dying.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(mut dying) = dying else { return };
        let mut reviving = JoinSet::new();
        while let Some(victim) = dying.recv().await {
            for service in self.strike(&victim) {
                let world = self.clone();
                reviving.spawn(async move {
                    sleep(millis(SOONEST, 8_000)).await;
                    world.start(service);
                });
            }
        }
    }

    /// Kills who is to die; gives whom to start again for that. Nobody takes the place of one that was
    /// about to stop.
    fn strike(&self, victim: &Victim) -> Vec<Service> {
        let known = services().find(|it| it.name == victim.service);
        match (victim.process, known) {
            (Some(process), _) => {
                self.kill(process).filter(|it| it.1).map(|it| it.0).into_iter().collect()
            }
            (None, Some(service)) => vec![service; self.kill_all(service)],
            (None, None) => Vec::new(),
        }
    }

    /// Lets happen what the plan wants to happen at some time of the storm.
    pub(crate) async fn storm(self: Arc<Self>, plan: Plan) {
        self.mischief.begin();
        let whole = u64::try_from(plan.storm.as_millis()).unwrap_or(u64::MAX);
        let mut troubles = JoinSet::new();
        for _ in 0..plan.kills {
            troubles.spawn(self.clone().dies(below(whole), millis(SOONEST, 20_000)));
        }
        for _ in 0..plan.restarts {
            troubles.spawn(self.clone().is_restarted(below(whole)));
        }
        for _ in 0..plan.twins {
            troubles.spawn(self.clone().has_a_twin(below(whole)));
        }
        if plan.outage {
            // Soon, while there are orders that wait.
            troubles.spawn(self.clone().is_away(below(whole / 6)));
        }
        for _ in 0..plan.deletions {
            troubles.spawn(self.clone().loses_a_queue(below(whole), plan.is_plain));
        }
        for _ in 0..plan.broker_restarts {
            troubles.spawn(self.clone().restarts_its_broker(below(whole)));
        }
        for _ in 0..plan.primaries_lost {
            troubles.spawn(self.clone().loses_a_primary(below(whole)));
        }
        if plan.mail_is_down {
            troubles.spawn(self.clone().cannot_send_mails(below(whole)));
        }
        sleep(plan.storm).await;
        self.mischief.be_good();
        self.trace.note(format_args!("the storm is over"));
        while troubles.join_next().await.is_some() {}
    }

    async fn dies(self: Arc<Self>, at: u64, then: Duration) {
        sleep(Duration::from_millis(at)).await;
        let service = any();
        if self.kill_one(service) {
            sleep(then).await;
            self.start(service);
        }
    }

    /// As a new version comes: the next is there before the last has gone.
    async fn is_restarted(self: Arc<Self>, at: u64) {
        sleep(Duration::from_millis(at)).await;
        if self.restart_one(any()) {
            self.tally().count("a service is restarted");
        }
    }

    async fn has_a_twin(self: Arc<Self>, at: u64) {
        sleep(Duration::from_millis(at)).await;
        self.tally().count("a service has a twin");
        self.start(any());
    }

    /// A service is away with all its processes, mostly one of those whom orders wait for: until they have
    /// waited too long, and have noticed, which takes them as long as they pause before they ask again.
    async fn is_away(self: Arc<Self>, at: u64) {
        sleep(Duration::from_millis(at)).await;
        let service = if percent(80) { one_of(&[INVENTORY, PAYMENTS]) } else { any() };
        self.tally().count("a service is away");
        let count = self.goes_away(service);
        sleep(PATIENCE.orders.deadline + millis(60_000, 120_000)).await;
        self.comes_back(service, count);
    }

    /// The broker loses all connections and takes none for a while; then it has what it had.
    async fn restarts_its_broker(self: Arc<Self>, at: u64) {
        sleep(Duration::from_millis(at)).await;
        let lasting = self.mischief.stretches.restart_broker(millis(500, 12_000));
        self.trace.note(format_args!("the broker restarts, which takes {lasting:?}"));
        self.tally().count("the broker restarts");
    }

    /// No question to the database of a service is answered for a while.
    async fn loses_a_primary(self: Arc<Self>, at: u64) {
        sleep(Duration::from_millis(at)).await;
        let (service, lasting) = (any(), millis(1_000, 25_000));
        self.trace.note(format_args!("{} has no primary for {lasting:?}", service.name));
        self.tally().count("a primary is lost");
        self.tally().count(&loss_of(service));
        self.mischief.stretches.lose_primary(service.name, lasting);
    }

    async fn cannot_send_mails(self: Arc<Self>, at: u64) {
        sleep(Duration::from_millis(at)).await;
        self.mailer.memory.set_down(true);
        sleep(Duration::from_secs(between(1, 30))).await;
        self.mailer.memory.set_down(false);
    }
}

/// What the loss of the primary of a service is called where things are counted.
pub(crate) fn loss_of(service: Service) -> String {
    format!("lost its primary: {}", service.name)
}
