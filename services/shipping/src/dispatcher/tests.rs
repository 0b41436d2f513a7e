use super::*;
use crate::{
    NAME,
    carrier::{Pace, Simulator, Trouble},
    domain::{Booked, Sighting},
};
use async_trait::async_trait;
use bus::Delivery;
use chassis::{
    clock::{HeldClock, SharedClock},
    process::Process,
};
use contracts::{
    ids::{MessageId, OrderId},
    orders::ShipmentWanted,
    shipping::{ShipmentStatus, ShippingMethod},
};
use futures::future::join_all;
use jiff::{SignedDuration, Timestamp};
use std::sync::atomic::{AtomicU32, Ordering};
use store::Store;
use testkit::{Orders, Running};

/// A carrier that takes its time, counts its bookings, and may forget to answer.
struct Slow {
    carrier: Simulator,
    bookings: AtomicU32,
    is_silent: bool,
}

impl Slow {
    fn by(clock: SharedClock, is_silent: bool) -> Arc<Self> {
        let carrier = Simulator::new(Pace::Off, clock);
        Arc::new(Self { carrier, bookings: AtomicU32::new(0), is_silent })
    }

    fn bookings(&self) -> u32 {
        self.bookings.load(Ordering::Relaxed)
    }
}

#[async_trait]
impl Carrier for Slow {
    async fn book(&self, shipment: &Shipment) -> Result<Booked, Trouble> {
        self.bookings.fetch_add(1, Ordering::Relaxed);
        sleep(Duration::from_millis(50)).await;
        if self.is_silent {
            std::future::pending::<()>().await;
        }
        self.carrier.book(shipment).await
    }

    async fn cancel(&self, key: ShipmentId) -> Result<(), Trouble> {
        self.carrier.cancel(key).await
    }

    async fn track(&self, shipment: &Shipment) -> Result<Sighting, Trouble> {
        self.carrier.track(shipment).await
    }
}

fn shipping() -> (Shipping, Arc<HeldClock>, Running) {
    let (mut store, clock) = (Store::memory(), Arc::new(HeldClock::at(Timestamp::UNIX_EPOCH)));
    let orders = Arc::new(Orders::default());
    let (shipping, _fresh) = Shipping::new(&mut store, orders, clock.clone());
    let process = store.attach(Process::new(NAME, &testkit::any_port()));
    (shipping, clock, Running::start(process))
}

async fn opened(shipping: &Shipping) -> ShipmentId {
    let order = OrderId::fresh();
    let body = ShipmentWanted {
        order_id: order,
        customer_id: None,
        method: ShippingMethod::Standard,
        address: None,
        items: Vec::new(),
    };
    let it = Delivery { id: MessageId::fresh(), body, attempt: 1 };
    shipping.clone().shipment_wanted(it).await.unwrap();
    Shipment::id_for(order)
}

#[tokio::test(start_paused = true)]
async fn however_many_dispatchers_there_are_a_parcel_is_booked_once() {
    let (shipping, clock, _running) = shipping();
    let carrier = Slow::by(clock, false);
    let dispatcher = Dispatcher::new(shipping.clone(), carrier.clone());
    let id = opened(&shipping).await;
    join_all((0..20).map(|_| dispatcher.run_errand(id))).await;
    assert_eq!(carrier.bookings(), 1);
    assert_eq!(shipping.shipment(id).await.unwrap().status, ShipmentStatus::Processing);
}

#[tokio::test(start_paused = true)]
async fn a_carrier_that_does_not_answer_is_asked_again() {
    let (shipping, clock, _running) = shipping();
    let carrier = Slow::by(clock.clone(), true);
    let dispatcher = Dispatcher::new(shipping.clone(), carrier.clone());
    let id = opened(&shipping).await;
    dispatcher.run_errand(id).await;
    let waiting = shipping.shipment(id).await.unwrap().waiting.unwrap();
    assert_eq!(waiting.trouble.as_deref(), Some("no answer in 20s"));
    assert!(shipping.due().await.unwrap().is_empty());
    clock.advance(SignedDuration::from_secs(1));
    assert_eq!(shipping.due().await.unwrap(), [id]);
    dispatcher.run_errand(id).await;
    assert_eq!(carrier.bookings(), 2);
}

#[tokio::test(start_paused = true)]
async fn an_errand_whose_holder_died_is_done_by_another() {
    let (shipping, clock, _running) = shipping();
    let id = opened(&shipping).await;
    let (_shipment, claimed) = shipping.claim(id).await.unwrap().unwrap();
    assert_eq!(claimed.errand, Errand::Book);
    assert!(shipping.claim(id).await.unwrap().is_none());
    clock.advance(SignedDuration::try_from(LEASE).unwrap());
    let dispatcher = Dispatcher::new(shipping.clone(), Slow::by(clock, false));
    dispatcher.run_errand(id).await;
    assert_eq!(shipping.shipment(id).await.unwrap().status, ShipmentStatus::Processing);
}
