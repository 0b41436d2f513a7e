//! What was ordered, as those who ordered it know it.

use crate::{notes::Accepted, state::State};
use contracts::{money::Currency, orders::OrderItem};
use orders::domain::Order;
use serde_json::json;

/// The sum of lines, by whole numbers alone.
fn sum(items: &[OrderItem]) -> i128 {
    items.iter().map(|it| i128::from(it.quantity) * i128::from(it.price.amount_minor)).sum()
}

pub(super) fn add_up(state: &State) -> Vec<String> {
    let adds_up = |it: &&Order| {
        it.total.currency == Currency::USD && sum(&it.items) == i128::from(it.total.amount_minor)
    };
    let others = state.orders.iter().filter(|it| !adds_up(it));
    others.map(|it| format!("{} costs {}: {:?}", it.id, it.total, it.items)).collect()
}

/// Whether an order is what somebody asked for who was told that it is accepted.
fn is_asked_for(order: &Order, accepted: &Accepted) -> bool {
    let asked = &accepted.asked;
    let lines = order.items.iter().map(|it| (it.product_id, it.quantity));
    order.email.as_str() == asked.email
        && json!(order.payment_method) == json!(asked.method)
        && lines.eq(asked.lines.iter().copied())
}

pub(super) fn are_what_was_asked_for(state: &State) -> Vec<String> {
    let check = |it: &Accepted| {
        let order = state.order(it.order)?;
        let lines: Vec<_> = order.items.iter().map(|it| (it.product_id, it.quantity)).collect();
        let told = || format!("{:?} was asked for; {} has {lines:?}", it.asked, order.id);
        (!is_asked_for(order, it)).then(told)
    };
    state.known.accepted.iter().filter_map(check).collect()
}

/// Each line has one of the prices that its product ever had, and lines of one product have the same.
pub(super) fn have_prices_that_were(state: &State) -> Vec<String> {
    let was = |it: &OrderItem| {
        let prices = state.known.prices.get(&it.product_id);
        prices.is_some_and(|prices| prices.contains(&it.price.amount_minor))
    };
    let agrees = |it: &OrderItem, others: &[OrderItem]| {
        let mut same = others.iter().filter(|other| other.product_id == it.product_id);
        same.all(|other| other.price == it.price)
    };
    let lines = state.orders.iter().flat_map(|it| it.items.iter().map(move |line| (it, line)));
    let others = lines.filter(|(order, it)| !was(it) || !agrees(it, &order.items));
    others.map(|(order, it)| format!("{}: {it:?}", order.id)).collect()
}
