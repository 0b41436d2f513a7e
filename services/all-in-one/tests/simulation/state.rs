//! What is left when a run is over: all that services have stored, all that those outside have, and
//! what waits at the broker. Nothing else is looked at to judge a run.

use crate::{
    notes::{Known, Notes},
    world::{STAKEHOLDER, World, death_of, loss_of, services},
};
use contracts::{
    catalog::{EMAIL, INVENTORY, ORDERS, PAYMENTS, PRODUCTS, SHIPPING},
    ids::{MailId, OrderId},
    topology,
};
use email::domain::Mail;
use inventory::domain::{Movement, Reservation, Stock};
use orders::domain::{Order, Wish};
use payments::{domain::Payment, provider::simulator::Entry};
use products::domain::Level;
use shipping::domain::{Errand, Shipment};
use std::collections::BTreeMap;

/// What is left.
#[derive(Clone, Debug, Default)]
pub(crate) struct State {
    pub(crate) orders: Vec<Order>,
    pub(crate) reservations: Vec<Reservation>,
    pub(crate) stock: Vec<Stock>,
    pub(crate) movements: Vec<Movement>,
    pub(crate) levels: Vec<Level>,
    pub(crate) payments: Vec<Payment>,
    /// The provider's own book.
    pub(crate) book: Vec<Entry>,
    pub(crate) shipments: Vec<Shipment>,
    pub(crate) mails: Vec<Mail>,
    /// What has arrived at the mail server, in order.
    pub(crate) sent: Vec<Mail>,
    /// Who is told of stock.
    pub(crate) stakeholder: &'static str,
    /// How often each mail may have been sent although its sender did not learn of that.
    pub(crate) hidden: BTreeMap<MailId, usize>,
    /// How often whoever sends mails could not note that one is sent: it died, or had no database.
    pub(crate) unnoted: usize,
    /// How many messages wait in the outboxes of each service.
    pub(crate) unsent: BTreeMap<&'static str, usize>,
    /// What was set aside: from which queue, what, why.
    pub(crate) dead: Vec<(&'static str, String)>,
    pub(crate) known: Known,
    /// Whether parcels move by themselves.
    pub(crate) parcels_move: bool,
}

impl State {
    /// Whether it is worth a look whether all is at rest.
    pub(crate) fn may_rest(world: &World) -> bool {
        let nothing_waits = |it| world.ground.database(it).unsent() == 0;
        world.ground.broker.is_idle() && services().all(nothing_waits)
    }

    /// What is left of a world.
    pub(crate) fn of(world: &World, notes: &Notes, parcels_move: bool) -> Self {
        let database = |it| world.ground.database(it);
        let (inventory, payments) = (database(INVENTORY), database(PAYMENTS));
        let dead = topology::queues().into_iter().flat_map(|queue| {
            let dead = world.ground.broker.dead_letters(queue.name).into_iter();
            dead.map(move |it| (queue.name, format!("{it:?}")))
        });
        Self {
            orders: database(ORDERS).all(),
            reservations: inventory.all(),
            stock: inventory.all(),
            movements: inventory.all(),
            levels: database(PRODUCTS).all(),
            payments: payments.all(),
            book: payments.all(),
            shipments: database(SHIPPING).all(),
            mails: database(EMAIL).all(),
            sent: world.mailer.memory.sent(),
            hidden: world.mailer.hidden(),
            unnoted: world.tally().of(&death_of(EMAIL)) + world.tally().of(&loss_of(EMAIL)),
            stakeholder: STAKEHOLDER,
            unsent: services().map(|it| (it.name, database(it).unsent())).collect(),
            dead: dead.collect(),
            known: notes.known().clone(),
            parcels_move,
        }
    }

    /// Who still waits for something that may come by itself.
    pub(crate) fn unrest(&self) -> Vec<String> {
        let orders = self.orders.iter().filter(|it| !self.rests(it));
        let orders = orders.map(|it| format!("order {} wants {:?}", it.id, it.wishes()));
        let reservations = self.reservations.iter().filter(|it| it.nudge_at.is_some());
        let reservations =
            reservations.map(|it| format!("reservation {} is {}", it.order_id, it.state.name()));
        let payments = self
            .payments
            .iter()
            .filter(|it| it.waiting.is_some() || it.deadline_at.is_some())
            .map(|it| format!("payment of {} waits: {:?}", it.order_id, it.waiting));
        let shipments = self.shipments.iter().filter(|it| {
            let mut waiting = it.waiting.iter();
            waiting.any(|it| self.parcels_move || it.errand != Errand::Follow)
        });
        let shipments =
            shipments.map(|it| format!("shipment of {} waits: {:?}", it.order_id, it.waiting));
        let mails = self.mails.iter().filter(|it| it.waiting.is_some());
        let mails = mails.map(|it| format!("mail {} waits: {:?}", it.mail_id, it.reason));
        orders.chain(reservations).chain(payments).chain(shipments).chain(mails).collect()
    }

    /// Whether an order wants nothing of anybody; but for its parcel where parcels do not move.
    fn rests(&self, order: &Order) -> bool {
        order.wishes().iter().all(|it| *it == Wish::Shipment && !self.parcels_move)
    }

    pub(crate) fn payment_of(&self, order: OrderId) -> Option<&Payment> {
        self.payments.iter().find(|it| it.order_id == order)
    }

    pub(crate) fn order(&self, id: OrderId) -> Option<&Order> {
        self.orders.iter().find(|it| it.id == id)
    }

    pub(crate) fn shipment_of(&self, order: OrderId) -> Option<&Shipment> {
        self.shipments.iter().find(|it| it.order_id == order)
    }
}
