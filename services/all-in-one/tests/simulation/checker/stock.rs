use crate::state::State;
use contracts::{
    ids::ProductId,
    inventory::MovementKind,
    orders::{OrderItem, OrderStatus},
};
use inventory::domain::State as Stage;
use serde_json::Value;
use std::collections::BTreeMap;

fn moved(state: &State, product: ProductId, kinds: &[MovementKind]) -> i64 {
    let own = state.movements.iter().filter(|it| it.product_id == product);
    own.filter(|it| kinds.contains(&it.kind)).map(|it| it.change).sum()
}

pub(super) fn movements_add_up(state: &State) -> Vec<String> {
    let sum = |product| -> i64 {
        let own = state.movements.iter().filter(|it| it.product_id == product);
        own.map(|it| it.change).sum()
    };
    let stock = state.stock.iter().map(|it| (it.product_id, i64::from(it.quantity())));
    let others = stock.map(|(id, there)| (id, there, sum(id))).filter(|it| it.1 != it.2);
    others.map(|(id, there, sum)| format!("{there} of {id}, and movements of {sum}")).collect()
}

pub(super) fn is_what_came_in_less_what_is_sold(state: &State) -> Vec<String> {
    let carried_out = state.orders.iter().filter(|it| it.status != OrderStatus::Cancelled);
    let lines: Vec<&OrderItem> = carried_out.flat_map(|it| &it.items).collect();
    let sold = |product| -> i64 {
        let own = lines.iter().filter(|it| it.product_id == product);
        own.map(|it| i64::from(it.quantity)).sum()
    };
    let check = |it: &inventory::domain::Stock| {
        let (id, there) = (it.product_id, i64::from(it.quantity()));
        let (came_in, sold) = (came_in(state, id), sold(id));
        let differs = came_in - sold != there;
        differs.then(|| format!("{came_in} of {id} came in, {sold} are sold, {there} are there"))
    };
    state.stock.iter().filter_map(check).collect()
}

/// How many came in, as those know who brought them.
fn came_in(state: &State, product: ProductId) -> i64 {
    let of = |all: &BTreeMap<ProductId, i64>| all.get(&product).copied().unwrap_or_default();
    of(&state.known.counted) + of(&state.known.restocked)
}

pub(super) fn came_in_once(state: &State) -> Vec<String> {
    let by_hand = [MovementKind::Counted, MovementKind::Restocked, MovementKind::Adjusted];
    let check = |id: &ProductId| {
        let (told, written) = (came_in(state, *id), moved(state, *id, &by_hand));
        (told != written).then(|| format!("{told} of {id} were acknowledged, {written} written"))
    };
    state.known.counted.keys().filter_map(check).collect()
}

pub(super) fn nothing_is_held(state: &State) -> Vec<String> {
    let is_noted = |it: &inventory::domain::Stock| {
        let written = serde_json::to_value(it).unwrap_or(Value::Null);
        written["returning"].as_array().is_some_and(|it| !it.is_empty())
    };
    let others = state.stock.iter().filter(|it| it.reserved() > 0 || is_noted(it));
    others.map(|it| format!("{it:?}")).collect()
}

pub(super) fn reservations_end_as_orders(state: &State) -> Vec<String> {
    let fits = |stage: &Stage, status| match stage {
        Stage::Sold => status != OrderStatus::Cancelled,
        Stage::Rejected { .. } | Stage::Released | Stage::Returned => {
            status == OrderStatus::Cancelled
        }
        Stage::Pending | Stage::Reserved { .. } | Stage::Returning => false,
    };
    let check = |order: &orders::domain::Order| {
        let own = state.reservations.iter().find(|it| it.order_id == order.id);
        match own {
            Some(it) if fits(&it.state, order.status) => None,
            Some(it) => {
                Some(format!("{} is {:?}, its stock {}", order.id, order.status, it.state.name()))
            }
            None => Some(format!("{} has no reservation", order.id)),
        }
    };
    state.orders.iter().filter_map(check).collect()
}

pub(super) fn is_shown(state: &State) -> Vec<String> {
    let check = |it: &inventory::domain::Stock| {
        let level = state.levels.iter().find(|level| level.product_id == it.product_id);
        let shown = level.map(|it| it.available);
        let fits = shown == Some(it.available());
        (!fits).then(|| {
            format!("{} of {} can be had, {shown:?} are shown", it.available(), it.product_id)
        })
    };
    state.stock.iter().filter_map(check).collect()
}
