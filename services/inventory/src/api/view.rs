//! What callers see.

use crate::domain::{Line, Movement, Reservation, Stock};
use contracts::{
    ids::{OrderId, ProductId},
    inventory::MovementKind,
    text::Name,
};
use jiff::Timestamp;
use serde::Serialize;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct StockView {
    product_id: ProductId,
    quantity: u32,
    reserved_quantity: u32,
    available_quantity: u32,
    location: Name,
    low_stock_threshold: u32,
    is_low: bool,
    revision: u64,
    last_updated: Timestamp,
}

impl From<Stock> for StockView {
    fn from(stock: Stock) -> Self {
        Self {
            product_id: stock.product_id,
            quantity: stock.quantity(),
            reserved_quantity: stock.reserved(),
            available_quantity: stock.available(),
            is_low: stock.low_since.is_some(),
            revision: stock.revision(),
            location: stock.location,
            low_stock_threshold: stock.low_stock_threshold,
            last_updated: stock.updated_at,
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct MovementView {
    kind: MovementKind,
    change: i64,
    quantity: u32,
    available_quantity: u32,
    revision: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    order_id: Option<OrderId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    recorded_at: Timestamp,
}

impl From<Movement> for MovementView {
    fn from(it: Movement) -> Self {
        Self {
            kind: it.kind,
            change: it.change,
            quantity: it.quantity,
            available_quantity: it.available,
            revision: it.revision,
            order_id: it.order_id,
            reason: it.reason,
            recorded_at: it.recorded_at,
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ReservationView {
    order_id: OrderId,
    items: Vec<Line>,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<Timestamp>,
}

impl From<Reservation> for ReservationView {
    fn from(it: Reservation) -> Self {
        let status = it.state.name();
        let expires_at = it.expires_at.filter(|_| it.is_held());
        Self {
            order_id: it.order_id,
            items: it.lines,
            status,
            expires_at: expires_at.and_then(|it| Timestamp::from_millisecond(it).ok()),
        }
    }
}
