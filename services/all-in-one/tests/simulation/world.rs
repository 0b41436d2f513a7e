//! A shop in which services die, and are put together again on what they have left.

mod processes;
mod queues;
mod storm;

pub(crate) use processes::death_of;
pub(crate) use storm::loss_of;

use crate::{
    clock::SimClock,
    doors::Doors,
    mischief::{Mischief, Victim},
    outside::{Catalogue, MoodyCarrier, MoodyMailer, MoodyProvider, Orders},
    plan::Plan,
    tally::Tally,
    trace::Trace,
};
use chassis::{
    clock::SharedClock,
    identity::{Principal, Role},
};
use contracts::{
    catalog::{CATALOG, Service},
    text::EmailAddress,
};
use customers::domain::FirstStaff;
use orders::Timing;
use payments::Simulator;
use processes::Processes;
use shipping::carrier::{self, Pace};
use shop_dev::{Ground, Outside, Patience, Secrets};
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::sync::mpsc;

/// What webhooks are signed with here.
const SECRET: &str = "c2ltdWxhdGlvbi1zaW11bGF0aW9uLXNpbXVsYXRpb24=";
/// Who is told of changes of stock.
pub(crate) const STAKEHOLDER: &str = "stock@example.com";
/// For how long services are known as those of the shop: longer than any run.
const OPEN: Duration = Duration::from_hours(1_000);
/// So patient are services where time costs nothing, and yet each second of it some work.
pub(crate) const PATIENCE: Patience = Patience {
    orders: Timing {
        nudge: Duration::from_secs(5),
        deadline: Duration::from_secs(90),
        transfer_deadline: Duration::from_secs(150),
    },
    reservations: inventory::Patience {
        nudge: Duration::from_secs(5),
        expiry: Duration::from_mins(1),
    },
    transfer: Duration::from_mins(2),
};

/// A shop, and all that happens to it.
pub(crate) struct World {
    pub(crate) ground: Ground,
    pub(crate) doors: Doors,
    pub(crate) mischief: Mischief,
    pub(crate) trace: Trace,
    pub(crate) mailer: Arc<MoodyMailer>,
    outside: Outside,
    processes: Processes,
    dying: Mutex<Option<mpsc::UnboundedReceiver<Victim>>>,
}

impl World {
    /// A shop that opens in a moment.
    pub(crate) fn new(plan: &Plan, patience: Patience, trace: Trace, tally: Tally) -> Arc<Self> {
        let (mischief, dying) = Mischief::new(plan.odds, trace.clone(), tally);
        let ground = ground(patience, &mischief);
        let doors = Doors::default();
        let mailer = Arc::new(MoodyMailer::new(mischief.clone()));
        let outside = outside(plan, &mischief, &doors, &mailer, &ground);
        let world = Arc::new(Self {
            ground,
            doors,
            mischief,
            trace,
            mailer,
            outside,
            processes: Processes::default(),
            dying: Mutex::new(Some(dying)),
        });
        services().for_each(|it| world.start(it));
        world
    }

    /// How often what has happened.
    pub(crate) fn tally(&self) -> &Tally {
        &self.mischief.tally
    }
}

/// The services that live here: all but the gateway, which is nothing but sockets.
pub(crate) fn services() -> impl Iterator<Item = Service> {
    CATALOG.into_iter().filter(|it| it.has_store)
}

fn ground(patience: Patience, mischief: &Mischief) -> Ground {
    let clock: SharedClock = Arc::new(SimClock::new());
    let staff = FirstStaff {
        email: EmailAddress::parse("staff@shop.internal").expect("the address is one"),
        password: SECRET.parse().expect("the password is one"),
    };
    let secrets = Secrets {
        webhook: SECRET.parse().expect("the secret is one"),
        inside: SECRET.parse().expect("the token is one"),
        staff,
    };
    let told = EmailAddress::parse(STAKEHOLDER).expect("the address is one");
    let ground = Ground::new(clock, secrets, patience, vec![told]);
    ground.broker.set_faults(mischief.clone());
    services().for_each(|it| mischief.haunt(it, &ground.database(it)));
    ground
}

fn outside(
    plan: &Plan,
    mischief: &Mischief,
    doors: &Doors,
    mailer: &Arc<MoodyMailer>,
    ground: &Ground,
) -> Outside {
    let pace = plan.leg.map_or(Pace::Off, Pace::Leg);
    let simulator = carrier::Simulator::new(pace, ground.clock.clone());
    let inside = Principal { id: "inside".to_owned(), role: Role::Staff };
    let token = ground.key.sign(&inside, ground.clock.now(), OPEN);
    let carrier = MoodyCarrier { simulator, mischief: mischief.clone() };
    let mischief = mischief.clone();
    let provider = move |simulator: Simulator| -> Arc<dyn payments::Provider> {
        Arc::new(MoodyProvider { simulator, mischief: mischief.clone() })
    };
    Outside {
        provider: Arc::new(provider),
        carrier: Arc::new(carrier),
        mailer: Some(mailer.clone()),
        products: Arc::new(Catalogue(doors.clone())),
        orders: Arc::new(Orders::behind(doors.clone(), &token)),
    }
}
