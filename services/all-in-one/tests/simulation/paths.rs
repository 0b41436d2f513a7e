//! Which ways orders have gone, with their money and parcels: all that a run is to show.

use crate::{state::State, tally::Tally};
use contracts::{
    orders::OrderStatus,
    payments::{PaymentMethod, PaymentStatus},
    shipping::ShipmentStatus,
};
use email::domain::Kind;
use orders::domain::Order;
use payments::{
    domain::{Payment, RefundState},
    provider::simulator::Kind as Operation,
};

/// A way, and how many went it.
type Path = (&'static str, fn(&State) -> usize);

/// All ways that somebody goes in some of a hundred runs.
pub(crate) const PATHS: [Path; 28] = [
    ("an order is delivered", |it| orders(it, |it| it.status == OrderStatus::Delivered)),
    ("an order is collected", |it| {
        orders(it, |it| it.status == OrderStatus::Delivered && it.shipping_address.is_none())
    }),
    ("an order is called off when it is pending", |it| called_off(it, OrderStatus::Pending)),
    ("an order is called off when it is processing", |it| called_off(it, OrderStatus::Processing)),
    ("an order is called off while shipping decides", |it| answered(it, 202)),
    ("an order is not called off any more", |it| answered(it, 409)),
    ("an order ends as pending", |it| ended(it, OrderStatus::Pending)),
    ("an order ends as processing", |it| ended(it, OrderStatus::Processing)),
    ("an order ends as shipped", |it| ended(it, OrderStatus::Shipped)),
    ("an order ends as delivered", |it| ended(it, OrderStatus::Delivered)),
    ("stock is short", |it| gave_up(it, "Out of stock: ")),
    ("the deadline passes before there is stock", |it| gave_up(it, "Not carried out: the stock")),
    ("the deadline passes before there is money", |it| gave_up(it, "Not carried out: the payment")),
    ("a card is declined", |it| payments(it, |it| failed(it) && by_card(it) && !was_promised(it))),
    ("a promise is not kept", |it| payments(it, |it| failed(it) && was_promised(it))),
    ("a promise is given up", |it| {
        it.book.iter().filter(|it| it.is_done() && it.operation == Operation::Void).count()
    }),
    ("a transfer arrives", |it| {
        payments(it, |it| by_transfer(it) && it.status == PaymentStatus::Completed)
    }),
    ("a transfer does not come", |it| payments(it, |it| by_transfer(it) && failed(it))),
    ("a transfer comes late and goes back", |it| {
        payments(it, |it| by_transfer(it) && it.captured.is_some() && was(it, &IN_VAIN))
    }),
    ("a part goes back", |it| {
        payments(it, |it| {
            it.status == PaymentStatus::Completed
                && it.refunds.iter().any(|it| it.state == RefundState::Done)
        })
    }),
    ("all goes back", |it| payments(it, |it| it.status == PaymentStatus::Refunded)),
    ("a parcel comes back", |it| parcels(it, ShipmentStatus::Returned)),
    ("a parcel is kept here", |it| parcels(it, ShipmentStatus::Cancelled)),
    ("little is left", |it| it.mails.iter().filter(|it| it.kind == Kind::LowStock).count()),
    ("a mail comes twice", |it| it.sent.len().saturating_sub(it.mails.len())),
    ("one of many gets the last piece", last),
    ("an order is asked for twice under one key", |it| {
        it.known.accepted.len().saturating_sub(it.orders.len())
    }),
    ("a price changes", |it| it.known.prices.values().filter(|it| it.len() > 1).count()),
];
/// How a payment has ended for which money comes all the same.
const IN_VAIN: [PaymentStatus; 2] = [PaymentStatus::Failed, PaymentStatus::Voided];

/// Counts the ways that were gone in a run.
pub(crate) fn walked(state: &State, tally: &Tally) {
    for (path, count) in PATHS {
        tally.add(path, count(state));
    }
}

fn orders(state: &State, fits: impl Fn(&Order) -> bool) -> usize {
    state.orders.iter().filter(|it| fits(it)).count()
}

/// How many were cancelled when they stood there, for whatever reason.
fn ended(state: &State, when: OrderStatus) -> usize {
    orders(state, |it| stood(it) == Some(when))
}

/// Where an order stood when it was cancelled.
fn stood(order: &Order) -> Option<OrderStatus> {
    let before = order.history.iter().rev().nth(1).map(|it| it.status);
    before.filter(|_| order.status == OrderStatus::Cancelled)
}

/// How many ended there since somebody had called them off.
fn called_off(state: &State, when: OrderStatus) -> usize {
    let wanted = |it: &Order| it.reason.as_deref() == Some("a whim");
    orders(state, |it| stood(it) == Some(when) && wanted(it))
}

fn answered(state: &State, status: u16) -> usize {
    state.known.called_off.values().filter(|it| **it == status).count()
}

fn gave_up(state: &State, why: &str) -> usize {
    orders(state, |it| it.reason.as_ref().is_some_and(|it| it.starts_with(why)))
}

fn payments(state: &State, fits: impl Fn(&Payment) -> bool) -> usize {
    state.payments.iter().filter(|it| fits(it)).count()
}

fn failed(it: &Payment) -> bool {
    it.status == PaymentStatus::Failed
}

fn by_card(it: &Payment) -> bool {
    let method = it.terms.as_ref().map(|it| it.method);
    matches!(method, Some(PaymentMethod::CreditCard | PaymentMethod::Paypal))
}

fn by_transfer(it: &Payment) -> bool {
    it.terms.as_ref().is_some_and(|it| it.method == PaymentMethod::BankTransfer)
}

fn was(it: &Payment, statuses: &[PaymentStatus]) -> bool {
    it.history.iter().any(|it| statuses.contains(&it.status))
}

fn was_promised(it: &Payment) -> bool {
    was(it, &[PaymentStatus::Authorized])
}

fn parcels(state: &State, status: ShipmentStatus) -> usize {
    state.shipments.iter().filter(|it| it.status == status).count()
}

fn last(state: &State) -> usize {
    let Some(last) = state.known.last else { return 0 };
    let is_carried_out = |it: &Order| it.status != OrderStatus::Cancelled;
    orders(state, |it| is_carried_out(it) && it.items.iter().any(|it| it.product_id == last))
}
