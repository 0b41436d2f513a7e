//! What an order owes, and what the provider has done for it.

use crate::state::State;
use contracts::{ids::OrderId, orders::OrderStatus, payments::PaymentMethod};
use orders::domain::Order;
use payments::{
    domain::RefundState,
    provider::simulator::{Entry, Kind},
};

/// What the provider's book has of an order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Account {
    pub(super) promises: usize,
    pub(super) captures: usize,
    pub(super) voids: usize,
    /// How much was promised, and how much of that given up.
    pub(super) promised: i64,
    pub(super) given_up: i64,
    pub(super) taken: i64,
    pub(super) given_back: i64,
}

pub(super) fn account(state: &State, order: OrderId) -> Account {
    let done = state.book.iter().filter(|it| it.order_id == order && it.is_done());
    done.fold(Account::default(), Account::and)
}

impl Account {
    const fn and(mut self, it: &Entry) -> Self {
        match it.operation {
            Kind::Authorize => {
                self.promises += 1;
                self.promised += it.amount.amount_minor;
            }
            Kind::Capture => {
                self.captures += 1;
                self.taken += it.amount.amount_minor;
            }
            Kind::Void => {
                self.voids += 1;
                self.given_up += it.amount.amount_minor;
            }
            Kind::Refund => self.given_back += it.amount.amount_minor,
        }
        self
    }

    pub(super) const fn kept(&self) -> i64 {
        self.taken - self.given_back
    }
}

/// Whether a provider sees to the money of an order.
pub(super) const fn has_provider(order: &Order) -> bool {
    let by_provider =
        matches!(order.payment_method, PaymentMethod::CreditCard | PaymentMethod::Paypal);
    by_provider && order.total.amount_minor > 0
}

/// What went back of an order that is carried out, since staff wanted it so.
fn indulged(state: &State, order: OrderId) -> i64 {
    let payment = state.payment_of(order);
    let refunds = payment.into_iter().flat_map(|it| &it.refunds);
    let asked = refunds.filter(|it| state.known.refunds_asked.contains(&it.refund_id));
    asked.filter(|it| it.state == RefundState::Done).map(|it| it.amount.amount_minor).sum()
}

/// What an order owes in the end.
pub(super) fn owed(state: &State, order: &Order) -> i64 {
    match order.status {
        OrderStatus::Cancelled => 0,
        OrderStatus::Pending
        | OrderStatus::Processing
        | OrderStatus::Shipped
        | OrderStatus::Delivered => order.total.amount_minor - indulged(state, order.id),
    }
}
