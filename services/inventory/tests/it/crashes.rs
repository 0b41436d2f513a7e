//! Whatever dies, comes late, comes twice or is lost in between: the books are right in the end.
//!
//! Two processes with clocks that differ share a database and a broker that misbehave by chance, and are
//! killed now and then. Time is that of the test, so a run takes none.

use super::*;
use bus::{Delivering, Faults, Passing, Publishing};
use chassis::clock::Clock;
use inventory::domain::{Movement, Reservation, State, Stock};
use jiff::{SignedDuration, Timestamp};
use std::{collections::BTreeMap, time::Duration};
use store::memory::{Database, Fault, Operation, Verb};
use tokio::time::{Instant, sleep};

/// How many runs there are.
const SEEDS: u64 = 60;
/// How many orders a run has.
const ORDERS: usize = 8;
/// How many of each product there are.
const STOCK: u32 = 12;

/// Chance, the same for the same seed (splitmix64).
#[derive(Clone, Debug)]
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }

    fn fork(&mut self) -> Self {
        Self(self.below(u64::MAX))
    }

    fn millis(&mut self, most: u64) -> Duration {
        Duration::from_millis(self.below(most))
    }
}

/// The time of the test, a little off.
struct Late {
    start: Instant,
    by: SignedDuration,
}

impl Clock for Late {
    fn now(&self) -> Timestamp {
        let passed = SignedDuration::try_from(self.start.elapsed()).unwrap();
        Timestamp::UNIX_EPOCH + SignedDuration::from_hours(1) + passed + self.by
    }
}

impl Faults for Chance {
    fn on_publish(&mut self, _it: &Passing<'_>) -> Publishing {
        match self.below(20) {
            0 => Publishing::Refuse,
            1 => Publishing::LoseMessage,
            2 => Publishing::LoseConfirm,
            _ => Publishing::Well,
        }
    }

    fn on_delivery(&mut self, _it: &Passing<'_>) -> Delivering {
        match self.below(12) {
            0 => Delivering::Twice,
            1 => Delivering::Later(self.millis(8_000)),
            2 => Delivering::LoseAck,
            _ => Delivering::Well,
        }
    }
}

/// A database that is slow, fails, or does not tell that it has done something.
fn disturbed(mut chance: Chance) -> impl FnMut(Operation) -> Fault + Send + 'static {
    move |operation| match (chance.below(20), operation.verb) {
        (0, _) => Fault::fail(),
        (1 | 2, Verb::Save) => Fault::lose_answer(),
        (3, Verb::Save | Verb::Load) => Fault::delay(chance.millis(14_000)),
        (4 | 5, _) => Fault { after: chance.millis(3_000), ..Fault::none() },
        _ => Fault::none(),
    }
}

/// What a run is about.
struct Run {
    chance: Chance,
    start: Instant,
    database: Database,
    broker: Memory,
    products: [ProductId; 2],
    orders: Vec<Order>,
}

struct Order {
    id: OrderId,
    lines: Vec<(ProductId, u32)>,
    confirmed: bool,
    cancelled: bool,
}

impl Run {
    fn new(seed: u64) -> Self {
        let mut chance = Chance(seed);
        let products = [ProductId::fresh(), ProductId::fresh()];
        let orders = (0..ORDERS).map(|_| Order::any(&products, &mut chance)).collect();
        let (database, broker) = (Database::new(), Memory::new());
        Self { chance, start: Instant::now(), database, broker, products, orders }
    }

    /// Starts a process; it dies when what is returned is dropped.
    fn start(&self, late_by: i64) -> (Caller, Running) {
        let by = SignedDuration::from_millis(late_by);
        let clock = Arc::new(Late { start: self.start, by });
        let mut store = Store::within(&self.database);
        let bus = Bus::within(&self.broker, NAME).with_clock(clock.clone());
        let process = testkit::process(NAME).without_socket();
        let (patience, orders) = (config(&[]).patience(), Arc::new(Orders::default()));
        let process = inventory::assemble(process, patience, &mut store, &bus, orders, clock);
        (Caller::staff(&process), Running::start(process))
    }

    /// What is said of the orders, and when, in the order of time.
    fn script(&mut self) -> Vec<(Duration, &'static str, Value)> {
        let mut script = Vec::new();
        for order in &self.orders {
            let mut at = self.chance.millis(20_000);
            script.push((at, "orders.inventoryupdate", wish(order.id, &order.lines)));
            if order.confirmed {
                at += self.chance.millis(20_000);
                script.push((at, "orders.confirmed", json!({"orderId": order.id})));
            }
            // A cancellation comes when it likes, even first, and is said again.
            for _ in 0..if order.cancelled { 2 } else { 0 } {
                let body = json!({"orderId": order.id, "reason": "changed my mind"});
                script.push((self.chance.millis(60_000), "orders.cancelled", body));
            }
        }
        script.sort_by_key(|it| it.0);
        script
    }

    async fn play(&mut self) {
        let mut processes = [Some(self.start(0)), Some(self.start(3_000))];
        for product in self.products {
            let body = json!({"productId": product, "quantity": STOCK});
            let (http, _) = processes[0].as_ref().unwrap();
            assert_eq!(http.post("/api/inventory", &body).await.status, 201);
        }
        self.database.disturb(disturbed(self.chance.fork()));
        self.broker.set_faults(self.chance.fork());
        let begin = Instant::now();
        for (at, key, body) in self.script() {
            while begin.elapsed() < at {
                sleep(self.chance.millis(500)).await;
                self.kill_some(&mut processes);
            }
            say(&self.broker, key, &body);
        }
        while begin.elapsed() < Duration::from_secs(90) {
            sleep(self.chance.millis(1_000)).await;
            self.kill_some(&mut processes);
        }
        self.database.calm();
        self.broker.heal();
        sleep(Duration::from_mins(8)).await;
        // A reservation that nobody ends may have said so just now.
        eventually(async || match self.database.unsent() {
            0 => Ok(()),
            unsent => Err(unsent),
        })
        .await;
        drop(processes);
    }

    /// Now and then a process dies, and another one comes up in its place.
    fn kill_some(&mut self, processes: &mut [Option<(Caller, Running)>; 2]) {
        let which = self.chance.below(30);
        for (place, process) in (0..).zip(processes) {
            if which == place {
                *process = None;
                *process = Some(self.start(i64::try_from(place).unwrap() * 3_000));
            }
        }
    }

    /// Each order has ended as it was told to, and the books are right.
    fn check(&self, seed: u64) {
        let all: BTreeMap<_, Reservation> =
            self.database.all().into_iter().map(|it: Reservation| (it.order_id, it)).collect();
        let (mut sold, mut held) = (BTreeMap::new(), BTreeMap::new());
        for order in &self.orders {
            let reservation = &all[&order.id];
            order.has_ended(reservation, seed);
            let taken = if reservation.state == State::Sold {
                &mut sold
            } else if reservation.is_held() {
                &mut held
            } else {
                continue;
            };
            for (product, count) in &order.lines {
                *taken.entry(*product).or_default() += count;
            }
        }
        let of = |all: &BTreeMap<ProductId, u32>, it: &ProductId| all.get(it).copied().unwrap_or(0);
        for stock in self.database.all::<Stock>() {
            let product = stock.product_id;
            assert_eq!(stock.quantity(), STOCK - of(&sold, &product), "seed {seed}: quantity");
            assert_eq!(stock.reserved(), of(&held, &product), "seed {seed}: reserved");
            let document = serde_json::to_value(&stock).unwrap();
            assert_eq!(document.get("returning"), None, "seed {seed}: notes are left");
            let ledger = self.database.all::<Movement>().into_iter();
            let sum: i64 = ledger.filter(|it| it.product_id == product).map(|it| it.change).sum();
            assert_eq!(sum, i64::from(stock.quantity()), "seed {seed}: ledger");
        }
        for queue in QUEUES {
            assert_eq!(self.broker.waiting(queue), 0, "seed {seed}: {queue}");
        }
    }
}

impl Order {
    fn any(products: &[ProductId; 2], chance: &mut Chance) -> Self {
        let count = |chance: &mut Chance| u32::try_from(chance.below(3)).unwrap() + 1;
        let mut lines: Vec<_> = products.iter().map(|it| (*it, count(chance))).collect();
        if chance.below(2) == 0 {
            lines.truncate(1);
        }
        let (confirmed, cancelled) = (chance.below(4) > 0, chance.below(3) > 0);
        Self { id: OrderId::fresh(), lines, confirmed, cancelled }
    }

    fn has_ended(&self, reservation: &Reservation, seed: u64) {
        let state = reservation.state.name();
        let waits = reservation.nudge_at.is_some();
        let ended: &[_] = match (self.confirmed, self.cancelled) {
            (_, true) => &[("released", false), ("returned", false)],
            (true, false) => &[("sold", false), ("rejected", false)],
            (false, false) => &[("reserved", true), ("rejected", false)],
        };
        assert!(ended.contains(&(state, waits)), "seed {seed}: {state}, waits: {waits}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_books_are_right_whatever_happens() {
    for seed in 0..SEEDS {
        let mut run = Run::new(seed);
        run.play().await;
        run.check(seed);
    }
}
