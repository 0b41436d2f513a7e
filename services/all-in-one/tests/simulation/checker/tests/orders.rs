//! What is wrong with orders and parcels.

use super::{Wrong, doctored};
use crate::state::State;
use contracts::{ids::OrderId, orders::OrderStatus, shipping::ShipmentStatus};
use serde_json::json;

pub(super) const WRONGS: &[Wrong] = &[
    ("everybody is answered in the end", |it| {
        it.known.unanswered.push("GET /".to_owned());
        Some(())
    }),
    ("everything comes to rest", |it| {
        let mail = it.mails.first_mut()?;
        *mail = doctored(mail, |it| it["waiting"] = json!({"since": 0, "nextAttemptAt": 0}));
        Some(())
    }),
    ("nothing is left to say, and nothing was set aside", |it| {
        it.unsent.insert("orders", 1);
        Some(())
    }),
    ("each acknowledged order is there", |it| it.orders.pop().map(drop)),
    ("no order is there that nobody placed", |it| {
        let order = it.orders.first()?.id;
        it.known.accepted.retain(|it| it.order != order);
        Some(())
    }),
    ("one key is one order", |it| {
        let order = it.orders.iter().find(|it| it.key.is_some())?.clone();
        it.orders.push(orders::domain::Order { id: OrderId::derived("another"), ..order });
        Some(())
    }),
    ("each order is final", |it| {
        it.orders.first_mut()?.status = OrderStatus::Processing;
        Some(())
    }),
    ("each order has a legal history", |it| {
        // What is delivered was processed first; what is cancelled need not have been.
        let order = it.orders.iter_mut().find(|it| it.status == OrderStatus::Delivered)?;
        order.history.remove(1);
        Some(())
    }),
    ("what was called off is as was told", |it| answered(it, 200, OrderStatus::Delivered)),
    ("what was called off is as was told", |it| answered(it, 202, OrderStatus::Processing)),
    ("what was called off is as was told", |it| {
        let order = it.orders.iter().find(|it| it.history.len() == 2)?;
        it.known.called_off.insert(order.id, 409);
        Some(())
    }),
    ("lines are what was asked for", |it| {
        it.known.accepted.first_mut()?.asked.lines.first_mut()?.1 += 1;
        Some(())
    }),
    ("lines are what was asked for", |it| {
        it.known.accepted.first_mut()?.asked.lines.pop().map(drop)
    }),
    ("lines are what was asked for", |it| {
        it.known.accepted.first_mut()?.asked.email.push('x');
        Some(())
    }),
    ("lines are what was asked for", |it| {
        it.known.accepted.first_mut()?.asked.method.push('x');
        Some(())
    }),
    ("lines have prices that were", |it| {
        // All that it costs follows: only whoever knows the prices notices.
        let order = it.orders.first_mut()?;
        let line = order.items.first_mut()?;
        line.price.amount_minor += 100_000;
        order.total.amount_minor += 100_000 * i64::from(line.quantity);
        Some(())
    }),
    ("lines add up to totals", |it| {
        it.orders.first_mut()?.total.amount_minor += 1;
        Some(())
    }),
    ("parcels are where their orders stand", |it| {
        let is_there =
            |it: &&mut shipping::domain::Shipment| it.status == ShipmentStatus::Delivered;
        it.shipments.iter_mut().find(is_there)?.status = ShipmentStatus::Returned;
        Some(())
    }),
];

/// Somebody who called an order off was answered so, and yet it stands there.
fn answered(state: &mut State, status: u16, stands: OrderStatus) -> Option<()> {
    let order = state.orders.iter_mut().find(|it| it.status == OrderStatus::Delivered)?;
    order.status = stands;
    order
        .history
        .retain(|it| stands == OrderStatus::Delivered || it.status == OrderStatus::Pending);
    state.known.called_off.insert(order.id, status);
    Some(())
}
