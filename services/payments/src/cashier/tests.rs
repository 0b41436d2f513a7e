use super::*;
use crate::{
    NAME,
    domain::{LEASE, Terms},
};
use chassis::{
    clock::{HeldClock, SharedClock},
    process::Process,
};
use contracts::{
    money::{Currency, Money},
    payments::{PaymentMethod, PaymentStatus},
};
use futures::future::join_all;
use jiff::{SignedDuration, Timestamp};
use std::sync::{Mutex, PoisonError};
use store::{Created, Store};
use testkit::{Orders, Running};

/// A provider that takes its time, and forgets no key that it was asked with.
#[derive(Default)]
struct Slow {
    keys: Mutex<Vec<String>>,
    is_dumb: bool,
}

impl Slow {
    fn keys(&self) -> Vec<String> {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn answer(&self, request: &Request) -> Answer {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner).push(request.key.clone());
        if self.is_dumb {
            std::future::pending::<()>().await;
        }
        sleep(Duration::from_millis(50)).await;
        Answer::Done { transaction_id: "tx".to_owned() }
    }
}

#[async_trait::async_trait]
impl Provider for Slow {
    async fn authorize(&self, request: &Request) -> Answer {
        self.answer(request).await
    }

    async fn capture(&self, request: &Request) -> Answer {
        self.answer(request).await
    }

    async fn void(&self, request: &Request) -> Answer {
        self.answer(request).await
    }

    async fn refund(&self, request: &Request) -> Answer {
        self.answer(request).await
    }
}

struct World {
    payments: Payments,
    orders: Arc<Orders>,
    clock: Arc<HeldClock>,
    fresh: mpsc::Receiver<PaymentId>,
    _running: Running,
}

fn world() -> World {
    let clock = Arc::new(HeldClock::at(Timestamp::UNIX_EPOCH));
    let shared: SharedClock = clock.clone();
    let (mut store, orders) = (Store::memory(), Arc::new(Orders::default()));
    let (payments, fresh) =
        Payments::new(&mut store, orders.clone(), shared, Duration::from_mins(1));
    let process = Process::new(NAME, &testkit::any_port()).without_socket();
    let running = Running::start(store.attach(process));
    World { payments, orders, clock, fresh, _running: running }
}

impl World {
    async fn begun(&self) -> PaymentId {
        let (amount, method) = (Money::new(5, Currency::USD), PaymentMethod::CreditCard);
        let terms = Terms { amount, method, customer_id: None, token: None };
        match self.payments.begin(self.orders.placed(5, method), terms).await.unwrap() {
            Created::New(payment) | Created::Existing(payment) => payment.payment_id,
        }
    }

    async fn status(&self, id: PaymentId) -> PaymentStatus {
        self.payments.payment(id).await.unwrap().status
    }
}

#[tokio::test(start_paused = true)]
async fn however_many_cashiers_there_are_the_provider_is_asked_once() {
    let world = world();
    let provider = Arc::new(Slow::default());
    let cashier = Cashier::new(world.payments.clone(), provider.clone());
    let id = world.begun().await;
    join_all((0..20).map(|_| cashier.settle(id))).await;
    assert_eq!(provider.keys(), [format!("{id}/authorize")]);
    assert_eq!(world.status(id).await, PaymentStatus::Authorized);
}

#[tokio::test(start_paused = true)]
async fn a_provider_that_never_answers_is_asked_again_with_the_same_key() {
    let world = world();
    let provider = Arc::new(Slow { is_dumb: true, ..Slow::default() });
    let cashier = Cashier::new(world.payments.clone(), provider.clone());
    let id = world.begun().await;
    for _ in 0..3 {
        cashier.settle(id).await;
        world.clock.advance(SignedDuration::from_mins(1));
    }
    assert_eq!(provider.keys(), vec![format!("{id}/authorize"); 3]);
    let waiting = world.payments.payment(id).await.unwrap().waiting.unwrap();
    assert_eq!((waiting.attempts, waiting.reason.as_deref()), (3, Some("no answer in 10s")));
}

#[tokio::test(start_paused = true)]
async fn what_somebody_died_of_is_taken_up_after_the_lease() {
    let world = world();
    let id = world.begun().await;
    assert!(world.payments.claim(id).await.unwrap().is_some());
    assert_eq!(world.payments.due().await.unwrap(), []);
    world.clock.advance(SignedDuration::try_from(LEASE).unwrap());
    assert_eq!(world.payments.due().await.unwrap(), [id]);
    let cashier = Cashier::new(world.payments.clone(), Arc::new(Slow::default()));
    cashier.settle(id).await;
    assert_eq!(world.status(id).await, PaymentStatus::Authorized);
}

#[tokio::test(start_paused = true)]
async fn what_is_in_hand_is_finished_before_the_end() {
    let mut world = world();
    let provider = Arc::new(Slow::default());
    let cashier = Cashier::new(world.payments.clone(), provider.clone());
    let id = world.begun().await;
    let fresh = std::mem::replace(&mut world.fresh, mpsc::channel(1).1);
    let stop = CancellationToken::new();
    let stopping = async {
        while provider.keys().is_empty() {
            sleep(Duration::from_millis(1)).await;
        }
        stop.cancel();
    };
    let (ended, ()) = futures::join!(cashier.run(fresh, stop.clone()), stopping);
    assert!(ended.is_ok());
    assert_eq!(world.status(id).await, PaymentStatus::Authorized);
}

#[tokio::test(start_paused = true)]
async fn it_is_measured_for_how_long_the_provider_is_asked_in_vain() {
    let world = world();
    let mut ids = Vec::new();
    for _ in 0..20 {
        ids.push(world.begun().await);
        world.clock.advance(SignedDuration::from_secs(10));
    }
    let oldest = async || {
        world.payments.measure().await.unwrap();
        metrics::OLDEST.get()
    };
    assert_eq!(oldest().await, 200);
    let cashier = Cashier::new(world.payments.clone(), Arc::new(Slow::default()));
    cashier.settle(ids[0]).await;
    assert_eq!(oldest().await, 190);
    join_all(ids.iter().map(|it| cashier.settle(*it))).await;
    assert_eq!(oldest().await, 0);
}
