//! Workers that die or are slow at the worst moment.

use super::*;
use crate::domain::{Claim, Holder, Line, State, TAKEOVER};
use bus::Delivery;
use chassis::{
    class::Classify as _,
    clock::{Clock as _, HeldClock},
    process::Process,
};
use contracts::{
    ids::OrderId,
    orders::{OrderCancelled, OrderConfirmed},
};
use jiff::{SignedDuration, Timestamp};
use std::time::Duration;
use testkit::{Orders, Running};

const PATIENCE: Patience =
    Patience { nudge: Duration::from_secs(15), expiry: Duration::from_mins(15) };

struct World {
    inventory: Inventory,
    clock: Arc<HeldClock>,
    order: OrderId,
    lines: [Line; 2],
    _running: Running,
}

impl World {
    /// An inventory with ten of each of two products, and an order for some of both that is reserved.
    async fn with_reserved() -> Self {
        let (mut store, orders) = (Store::memory(), Arc::new(Orders::default()));
        let clock = Arc::new(HeldClock::at(Timestamp::UNIX_EPOCH));
        let inventory = Inventory::new(&mut store, orders, clock.clone(), PATIENCE);
        let process = store.attach(Process::new("inventory", &testkit::any_port()));
        let running = Running::start(process.without_socket());
        let mut products = [ProductId::fresh(), ProductId::fresh()];
        products.sort();
        for product in products {
            let location = Name::parse("main-warehouse").unwrap();
            inventory.count(product, 10, location, 0).await.unwrap();
        }
        let lines = products.map(|product_id| Line { product_id, quantity: 3 });
        let order = OrderId::fresh();
        let new = Reservation::new(order, lines, clock.now());
        let new = inventory.reservations.create(new, contracts::message::Events::none()).await;
        inventory.place_holds(new.unwrap().into_inner()).await.unwrap();
        Self { inventory, clock, order, lines, _running: running }
    }

    async fn confirm(&self) {
        let body = OrderConfirmed { order_id: self.order };
        let it = Delivery { id: MessageId::fresh(), body, attempt: 1 };
        self.inventory.clone().order_confirmed(it).await.unwrap();
    }

    async fn cancel(&self) -> Result<(), Error> {
        let body = OrderCancelled { order_id: self.order, reason: "changed my mind".to_owned() };
        let it = Delivery { id: MessageId::fresh(), body, attempt: 1 };
        self.inventory.clone().order_cancelled(it).await
    }

    /// Whoever hears of the cancellation claims the return, and does nothing more.
    async fn claim_return(&self) -> Reservation {
        let now = self.clock.now();
        let cancel = move |it: &mut Reservation| -> Result<_, Error> {
            it.cancel(now, PATIENCE).map_err(Error::about(OrderId::derived("any")))
        };
        self.inventory.reservations.update(self.order, None, cancel).await.unwrap()
    }

    async fn quantities(&self) -> [u32; 2] {
        let of = async |place: usize| {
            self.inventory.stock(self.lines[place].product_id).await.unwrap().quantity()
        };
        [of(0).await, of(1).await]
    }

    async fn reservation(&self) -> Reservation {
        self.inventory.reservations.get(&self.order).await.unwrap()
    }
}

/// What a worker sees that comes no further than that.
fn only_the_first_line(of: &Reservation) -> Reservation {
    let mut first = of.clone();
    first.lines.truncate(1);
    first
}

fn lease(of: &Reservation) -> Timestamp {
    match of.lease() {
        Claim::Until(lease) => lease,
        Claim::Taken | Claim::Closed => panic!("nobody has claimed it"),
    }
}

#[tokio::test]
async fn whoever_gives_back_too_slowly_gives_back_nothing_more() {
    let world = World::with_reserved().await;
    world.confirm().await;
    assert_eq!(world.quantities().await, [7, 7]);
    let slow = world.claim_return().await;
    let first = only_the_first_line(&slow);
    world.inventory.take_back_lines(&first, lease(&slow)).await.unwrap();
    assert_eq!(world.quantities().await, [10, 7]);
    assert_eq!(world.cancel().await.unwrap_err().code(), "reservation-claimed");
    world.clock.advance(TAKEOVER);
    world.cancel().await.unwrap();
    assert_eq!(world.quantities().await, [10, 10]);
    assert_eq!(world.reservation().await.state, State::Returned);
    let late = world.inventory.take_back_lines(&slow, lease(&slow)).await;
    assert_eq!(late.unwrap_err().code(), "reservation-lease-over");
    assert_eq!(world.quantities().await, [10, 10]);
    world.confirm().await;
    world.cancel().await.unwrap();
    assert_eq!(world.quantities().await, [10, 10]);
}

#[tokio::test]
async fn whoever_sells_too_slowly_sells_nothing_that_came_back() {
    let world = World::with_reserved().await;
    let now = world.clock.now();
    let sell = move |it: &mut Reservation| -> Result<_, Error> {
        it.sell(now, PATIENCE).map_err(Error::about(OrderId::derived("any")))
    };
    let slow = world.inventory.reservations.update(world.order, None, sell).await.unwrap();
    let first = only_the_first_line(&slow);
    world.inventory.sell_lines(&first).await.unwrap();
    assert_eq!(world.quantities().await, [7, 10]);
    world.cancel().await.unwrap();
    assert_eq!(world.quantities().await, [10, 10]);
    world.inventory.sell_lines(&slow).await.unwrap();
    assert_eq!(world.quantities().await, [10, 10]);
    let stock = world.inventory.stock(world.lines[1].product_id).await.unwrap();
    assert_eq!(stock.available(), 10);
}

#[tokio::test]
async fn what_somebody_left_half_done_is_done_by_the_sweep() {
    let world = World::with_reserved().await;
    world.confirm().await;
    let dead = world.claim_return().await;
    let first = only_the_first_line(&dead);
    world.inventory.take_back_lines(&first, lease(&dead)).await.unwrap();
    world.clock.advance(SignedDuration::from_secs(14));
    assert_eq!(world.inventory.look_after_overdue().await.unwrap(), 0);
    world.clock.advance(SignedDuration::from_secs(1));
    assert_eq!(world.inventory.look_after_overdue().await.unwrap(), 1);
    assert_eq!(world.quantities().await, [10, 10]);
    let reservation = world.reservation().await;
    assert_eq!((reservation.state, reservation.nudge_at), (State::Returned, None));
    let stock = world.inventory.stock(world.lines[0].product_id).await.unwrap();
    assert_eq!(serde_json::to_value(stock).unwrap().get("returning"), None);
}

#[tokio::test]
async fn as_long_as_a_hold_may_be_placed_a_released_reservation_is_looked_after() {
    let world = World::with_reserved().await;
    let order = OrderId::fresh();
    let new = Reservation::new(order, world.lines, world.clock.now());
    let events = contracts::message::Events::none();
    let slow = world.inventory.reservations.create(new, events).await.unwrap().into_inner();
    let body = OrderCancelled { order_id: order, reason: "changed my mind".to_owned() };
    let it = Delivery { id: MessageId::fresh(), body, attempt: 1 };
    world.inventory.clone().order_cancelled(it).await.unwrap();
    // Only now, and within its lease, it places a hold; and dies.
    let held = world.inventory.hold(Holder::first(order), world.lines[0], lease(&slow)).await;
    assert!(held.unwrap().is_ok());
    let available =
        async || world.inventory.stock(world.lines[0].product_id).await.unwrap().available();
    assert_eq!(available().await, 4);
    world.clock.advance(SignedDuration::from_secs(15));
    // The other one that waits is announced again.
    assert_eq!(world.inventory.look_after_overdue().await.unwrap(), 2);
    assert_eq!(available().await, 7);
    let reservation = world.inventory.reservations.get(&order).await.unwrap();
    assert_eq!((reservation.state, reservation.nudge_at), (State::Released, None));
}
