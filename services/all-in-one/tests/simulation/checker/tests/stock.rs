//! What is wrong with stock.

use super::{Wrong, doctored};
use contracts::{ids::MovementId, inventory::MovementKind};
use inventory::domain::{Movement, State as Stage};
use serde_json::json;

pub(super) const WRONGS: &[Wrong] = &[
    ("movements add up to stock", |it| {
        let index = it.movements.iter().position(|it| it.kind == MovementKind::Sold)?;
        it.movements.remove(index);
        Some(())
    }),
    ("stock is what came in less what is sold", |it| {
        // Sold twice, and written down twice.
        let sold = it.movements.iter().find(|it| it.kind == MovementKind::Sold)?.clone();
        let stock = it.stock.iter_mut().find(|it| it.product_id == sold.product_id)?;
        let left = i64::from(stock.quantity()) + sold.change;
        *stock = doctored(stock, |it| it["quantity"] = json!(left.max(0)));
        it.movements.push(Movement { movement_id: MovementId::derived("twice"), ..sold });
        (left >= 0).then_some(())
    }),
    ("stock is what came in less what is sold", |it| {
        // Counted as one more than there were, by all who have written it down.
        let counted = it.movements.iter_mut().find(|it| it.kind == MovementKind::Counted)?;
        let stock = it.stock.iter_mut().find(|it| it.product_id == counted.product_id)?;
        counted.change += 1;
        *stock = doctored(stock, |it| it["quantity"] = json!(it["quantity"].as_i64().unwrap() + 1));
        Some(())
    }),
    ("what came in came in once", |it| {
        let id = it.stock.first()?.product_id;
        *it.known.restocked.entry(id).or_default() += 1;
        Some(())
    }),
    ("nothing is held or noted any more", |it| {
        let (stock, order) =
            (it.stock.iter_mut().find(|it| it.quantity() > 0)?, it.orders.first()?);
        *stock = doctored(stock, |it| it["held"] = json!({order.id.to_string(): 1}));
        Some(())
    }),
    ("reservations end as their orders", |it| {
        let reservation = it.reservations.iter_mut().find(|it| it.state == Stage::Sold)?;
        reservation.state = Stage::Released;
        Some(())
    }),
    ("the catalogue shows the stock there is", |it| {
        it.levels.first_mut()?.available += 1;
        Some(())
    }),
];
