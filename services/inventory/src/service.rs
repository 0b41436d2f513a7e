//! The use cases, one method per verb.

use crate::{
    Error,
    domain::{Adjustment, Claim, Line, Reservation, State, Stock},
    storage,
};
use bus::Delivery;
use chassis::clock::SharedClock;
use contracts::{
    ids::{MessageId, OrderId, ProductId},
    inventory::{Shortage, StockChange},
    message::Events,
    orders::{OrderCancelled, OrderConfirmed, StockWanted},
    text::Name,
};
use jiff::Timestamp;
use std::time::Duration;
use store::{Created, Repository, Store};
use tokio_util::sync::CancellationToken;

/// How often reservations are looked for that wait too long.
const SWEEP: Duration = Duration::from_secs(2);

/// What the inventory can do. Cheap to clone.
#[derive(Clone)]
pub struct Inventory {
    stock: Repository<Stock>,
    reservations: Repository<Reservation>,
    clock: SharedClock,
    nudge: Duration,
}

impl std::fmt::Debug for Inventory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Inventory").field("nudge", &self.nudge).finish_non_exhaustive()
    }
}

impl Inventory {
    /// The inventory in `store`; a reservation that waits longer than `nudge` is announced again.
    pub fn new(store: &mut Store, clock: SharedClock, nudge: Duration) -> Self {
        Self { stock: store.repository(), reservations: store.repository(), clock, nudge }
    }

    /// Counts the stock of a product for the first time.
    pub async fn count(
        &self,
        product: ProductId,
        quantity: u32,
        location: Name,
        threshold: u32,
    ) -> Result<Stock, Error> {
        let now = self.clock.now();
        let stock = Stock::new(product, quantity, location, threshold, now);
        let events = stock.changed_by_hand(quantity.into(), now);
        match self.stock.create(stock, events).await? {
            Created::New(stock) => Ok(stock),
            Created::Existing(_) => Err(Error::Counted),
        }
    }

    /// The stock of a product.
    pub async fn stock(&self, product: ProductId) -> Result<Stock, Error> {
        Ok(self.stock.get(&product).await?)
    }

    /// Changes stock by hand.
    pub async fn adjust(&self, product: ProductId, by: Adjustment) -> Result<Stock, Error> {
        // A cause of its own: a write that is tried again, since its answer was lost, adjusts once.
        let (now, cause) = (self.clock.now(), MessageId::fresh());
        self.stock.update(product, cause, move |stock| Ok(stock.adjust(by, now)?)).await
    }

    /// Reserves what an order wants: all of it or nothing.
    pub async fn stock_wanted(self, it: Delivery<StockWanted>) -> Result<(), Error> {
        let order = it.body.order;
        let lines =
            order.items.iter().map(|it| Line { product_id: it.product_id, quantity: it.quantity });
        let reservation = Reservation::new(order.order_id, lines, self.clock.now());
        match self.reservations.create(reservation, Events::none()).await? {
            Created::New(reservation) => self.place_holds(reservation).await,
            Created::Existing(reservation) => self.take_up(reservation).await,
        }
    }

    /// The order asks again: it is answered again, or what somebody left half-done is done.
    async fn take_up(&self, reservation: Reservation) -> Result<(), Error> {
        let (order, now) = (reservation.order_id, self.clock.now());
        let mut claimed = reservation;
        match claimed.claim(now) {
            Claim::Taken => Err(Error::Claimed(order)),
            Claim::Until(_) => {
                let claim = move |it: &mut Reservation| match it.claim(now) {
                    Claim::Until(_) => Ok(Events::none()),
                    Claim::Taken | Claim::Closed => Err(Error::Claimed(order)),
                };
                self.place_holds(self.reservations.update(order, None, claim).await?).await
            }
            Claim::Closed => {
                self.clear_away(&claimed).await?;
                self.announce(order).await
            }
        }
    }

    async fn place_holds(&self, reservation: Reservation) -> Result<(), Error> {
        let Claim::Until(lease) = reservation.lease() else { return Ok(()) };
        let (mut changes, mut shortages) = (Vec::new(), Vec::new());
        for line in &reservation.lines {
            match self.hold(reservation.order_id, *line, lease).await? {
                Ok(change) => changes.push(change),
                Err(shortage) => shortages.push(shortage),
            }
        }
        let (order, now, nudge) = (reservation.order_id, self.clock.now(), self.nudge);
        let conclude = move |it: &mut Reservation| -> Result<Events, Error> {
            // Whoever was too slow to conclude must not: another has claimed it, and places holds.
            if it.state == State::Pending && it.lease() != Claim::Until(lease) {
                return Err(Error::Claimed(order));
            }
            Ok(if shortages.is_empty() {
                it.reserve(changes.clone(), now, nudge)
            } else {
                it.reject(shortages.clone(), now, nudge)
            })
        };
        let concluded = self.reservations.update(order, None, conclude).await?;
        self.clear_away(&concluded).await
    }

    /// Holds one line, or says what is short.
    async fn hold(
        &self,
        order: OrderId,
        line: Line,
        lease: Timestamp,
    ) -> Result<Result<StockChange, Shortage>, Error> {
        let Line { product_id, quantity } = line;
        let clock = self.clock.clone();
        let held = self.stock.update(product_id, None, move |stock| {
            let now = clock.now();
            if now >= lease {
                return Err(NotHeld::Late);
            }
            stock.hold(order, quantity, now).map(|()| Events::none()).map_err(NotHeld::Short)
        });
        match held.await {
            Ok(stock) => {
                let (change, available) = (-i64::from(quantity), stock.available());
                Ok(Ok(StockChange { product_id, change, available }))
            }
            Err(NotHeld::Short(shortage)) => Ok(Err(shortage)),
            Err(NotHeld::Late) => Err(Error::LeaseOver(order)),
            Err(NotHeld::Store(store::Error::Missing { .. })) => {
                Ok(Err(Shortage { product_id, requested: quantity, available: 0 }))
            }
            Err(NotHeld::Store(error)) => Err(error.into()),
        }
    }

    /// Takes back what is held for a reservation that came to nothing, and notes that nothing is left.
    /// Until that is noted the sweep comes back to it.
    async fn clear_away(&self, reservation: &Reservation) -> Result<(), Error> {
        match reservation.state {
            State::Rejected { .. } | State::Released => self.release_lines(reservation).await?,
            State::Pending | State::Reserved { .. } | State::Sold => return Ok(()),
        }
        if reservation.nudge_at.is_none() {
            return Ok(());
        }
        let note = |it: &mut Reservation| -> Result<Events, Error> {
            it.cleared();
            Ok(Events::none())
        };
        self.reservations.update(reservation.order_id, None, note).await.map(drop)
    }

    async fn release_lines(&self, reservation: &Reservation) -> Result<(), Error> {
        let (order, now) = (reservation.order_id, self.clock.now());
        for line in &reservation.lines {
            self.change_if_counted(line.product_id, move |stock| stock.release(order, now)).await?;
        }
        Ok(())
    }

    /// Tells the order again what has become of its wish.
    async fn announce(&self, order: OrderId) -> Result<(), Error> {
        let now = self.clock.now();
        let say = move |it: &mut Reservation| -> Result<Events, Error> { Ok(it.announcement(now)) };
        self.reservations.update(order, None, say).await.map(drop)
    }

    /// The order is carried out: what is held for it is sold.
    pub async fn order_confirmed(self, it: Delivery<OrderConfirmed>) -> Result<(), Error> {
        let order = it.body.order_id;
        let reservation = self.reservations.look_up(&order).await?.ok_or(Error::Early(order))?;
        match reservation.state {
            State::Sold => return Ok(()),
            State::Reserved { .. } => {}
            State::Pending => return Err(Error::Early(order)),
            State::Rejected { .. } | State::Released => return Err(Error::NotReserved(order)),
        }
        // First the lines, then the reservation: who dies in between is led through them again.
        let now = self.clock.now();
        for line in &reservation.lines {
            self.change_if_counted(line.product_id, move |stock| stock.sell(order, now)).await?;
        }
        let sell = |it: &mut Reservation| -> Result<Events, Error> {
            it.sell();
            Ok(Events::none())
        };
        self.reservations.update(order, it.id, sell).await.map(drop)
    }

    /// The order is cancelled: what is held for it is free again.
    pub async fn order_cancelled(self, it: Delivery<OrderCancelled>) -> Result<(), Error> {
        let (order, now) = (it.body.order_id, self.clock.now());
        let never_wanted = Reservation::never_wanted(order, now);
        if let Created::New(_) = self.reservations.create(never_wanted, Events::none()).await? {
            return Ok(());
        }
        // First the reservation, then the lines: whoever still places holds finds it released.
        let nudge = self.nudge;
        let release = move |it: &mut Reservation| -> Result<Events, Error> {
            it.release(now, nudge);
            Ok(Events::none())
        };
        let released = self.reservations.update(order, None, release).await?;
        self.clear_away(&released).await
    }

    /// Announces again what waits too long for the outcome of its order, and clears away what somebody
    /// left behind.
    pub async fn nudge_overdue(&self) -> Result<usize, Error> {
        let (now, nudge) = (self.clock.now(), self.nudge);
        let overdue = self.reservations.find(&storage::overdue(now)).await?;
        for reservation in &overdue {
            let say =
                move |it: &mut Reservation| -> Result<Events, Error> { Ok(it.nudge(now, nudge)) };
            let nudged = self.reservations.update(reservation.order_id, None, say).await?;
            self.clear_away(&nudged).await?;
        }
        Ok(overdue.len())
    }

    /// Changes the stock of a product, if it is counted and there is anything to change.
    async fn change_if_counted(
        &self,
        product: ProductId,
        change: impl Fn(&mut Stock) -> bool + Send + 'static,
    ) -> Result<(), Error> {
        let changed = self.stock.update(product, None, move |stock| {
            if change(stock) { Ok(Events::none()) } else { Err(Unchanged::Nothing) }
        });
        match changed.await {
            Ok(_) | Err(Unchanged::Nothing | Unchanged::Store(store::Error::Missing { .. })) => {
                Ok(())
            }
            Err(Unchanged::Store(error)) => Err(error.into()),
        }
    }
}

/// Why a line is not held.
enum NotHeld {
    Short(Shortage),
    Late,
    Store(store::Error),
}

impl From<store::Error> for NotHeld {
    fn from(error: store::Error) -> Self {
        Self::Store(error)
    }
}

/// Why stock was not written.
enum Unchanged {
    Nothing,
    Store(store::Error),
}

impl From<store::Error> for Unchanged {
    fn from(error: store::Error) -> Self {
        Self::Store(error)
    }
}

/// Announces overdue reservations now and then, until it is told to stop.
pub(crate) async fn sweep(inventory: Inventory, stop: CancellationToken) -> anyhow::Result<()> {
    while stop.run_until_cancelled(tokio::time::sleep(SWEEP)).await.is_some() {
        if let Err(error) = inventory.nudge_overdue().await {
            tracing::warn!(%error, "cannot look for overdue reservations");
        }
    }
    Ok(())
}
