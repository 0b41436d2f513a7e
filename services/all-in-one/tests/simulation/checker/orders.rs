use crate::state::State;
use contracts::{ids::OrderId, orders::OrderStatus};
use orders::domain::Order;
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn acknowledged_are_there(state: &State) -> Vec<String> {
    let there: BTreeSet<_> = state.orders.iter().map(|it| it.id).collect();
    let lost = state.known.accepted.iter().filter(|it| !there.contains(&it.order));
    lost.map(|it| format!("{}, placed under {}, is lost", it.order, it.key)).collect()
}

pub(super) fn none_is_made_up(state: &State) -> Vec<String> {
    let accepted: BTreeSet<_> = state.known.accepted.iter().map(|it| it.order).collect();
    let others = state.orders.iter().filter(|it| !accepted.contains(&it.id));
    others.map(|it| format!("nobody was told of {}", it.id)).collect()
}

pub(super) fn one_key_is_one(state: &State) -> Vec<String> {
    let mut told = BTreeMap::<&str, BTreeSet<OrderId>>::new();
    for it in &state.known.accepted {
        told.entry(&it.key).or_default().insert(it.order);
    }
    let mut made = BTreeMap::<&str, BTreeSet<OrderId>>::new();
    for (key, it) in state.orders.iter().filter_map(|it| Some((it.key.as_ref()?, it))) {
        made.entry(&key.key).or_default().insert(it.id);
    }
    let several = told.into_iter().chain(made).filter(|(_, ids)| ids.len() > 1);
    several.map(|(key, ids)| format!("under {key} are {ids:?}")).collect()
}

/// Whether this is where an order may end.
fn is_final(order: &Order, state: &State) -> bool {
    match order.status {
        OrderStatus::Delivered | OrderStatus::Cancelled => true,
        OrderStatus::Processing | OrderStatus::Shipped => !state.parcels_move,
        OrderStatus::Pending => false,
    }
}

pub(super) fn are_final(state: &State) -> Vec<String> {
    let others = state.orders.iter().filter(|it| !is_final(it, state));
    others.map(|it| format!("{} is {:?}: {:?}", it.id, it.status, it.legs)).collect()
}

pub(super) fn have_legal_histories(state: &State) -> Vec<String> {
    let others = state.orders.iter().filter(|it| !is_legal(it));
    others.map(|it| format!("{} has {:?} and is {:?}", it.id, it.history, it.status)).collect()
}

fn is_legal(order: &Order) -> bool {
    let history = &order.history;
    let begins = history.first().is_some_and(|it| it.status == OrderStatus::Pending);
    let ends = history.last().is_some_and(|it| it.status == order.status);
    let goes_on = history.windows(2).all(|it| leads(it[0].status, it[1].status));
    let in_order = history.windows(2).all(|it| it[0].at <= it[1].at);
    let has_reason = order.reason.is_some() == (order.status == OrderStatus::Cancelled);
    begins && ends && goes_on && in_order && has_reason
}

const fn leads(from: OrderStatus, to: OrderStatus) -> bool {
    match (from, to) {
        (OrderStatus::Pending, OrderStatus::Processing | OrderStatus::Cancelled)
        | (OrderStatus::Processing, OrderStatus::Shipped | OrderStatus::Cancelled)
        | (OrderStatus::Shipped, OrderStatus::Delivered | OrderStatus::Cancelled)
        | (OrderStatus::Delivered, OrderStatus::Cancelled) => true,
        (
            OrderStatus::Pending
            | OrderStatus::Processing
            | OrderStatus::Shipped
            | OrderStatus::Delivered
            | OrderStatus::Cancelled,
            _,
        ) => false,
    }
}

/// Whoever was told that their order is called off finds it so; and whoever was told that it is too late.
pub(super) fn are_called_off_as_told(state: &State) -> Vec<String> {
    let check = |(id, answer): (&OrderId, &u16)| {
        let order = state.order(*id)?;
        let is_off = order.status == OrderStatus::Cancelled;
        let has_left = order.history.iter().any(|it| it.status == OrderStatus::Shipped);
        let fits = match answer {
            200 => is_off,
            // Shipping has the last word.
            202 => is_off || has_left,
            409 => has_left,
            _ => false,
        };
        (!fits).then(|| format!("{id} is {:?}, and {answer} was answered", order.status))
    };
    state.known.called_off.iter().filter_map(check).collect()
}

pub(super) fn nothing_is_left(state: &State) -> Vec<String> {
    let unsent = state.unsent.iter().filter(|(_, count)| **count > 0);
    let unsent = unsent.map(|(name, count)| format!("{count} messages wait in {name}"));
    let dead = state.dead.iter().map(|(queue, what)| format!("{queue} has set aside {what}"));
    unsent.chain(dead).collect()
}
