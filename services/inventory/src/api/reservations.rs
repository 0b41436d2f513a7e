//! Reservations that people make.

use super::{request::some, view::ReservationView};
use crate::{Error, Inventory, domain::Line};
use axum::{Json as Body, extract::State, http::StatusCode};
use chassis::{
    class::Classify as _,
    http::Json,
    problem::{FieldError, FieldErrors, Problem},
};
use contracts::{
    ids::{OrderId, ProductId},
    inventory::Shortage,
};
use serde::Deserialize;

/// How many lines a reservation has at most.
const MOST_LINES: usize = 100;

/// An order, with one product or several lines.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct ReservationRequest {
    order_id: OrderId,
    product_id: Option<ProductId>,
    quantity: Option<u32>,
    items: Option<Vec<LineRequest>>,
}

#[derive(PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct LineRequest {
    product_id: ProductId,
    quantity: u32,
}

/// A line, and where in the request it stands.
type Placed = (Line, String);

impl ReservationRequest {
    /// The order, and the lines that there must be.
    fn with_lines(self) -> Result<(OrderId, Vec<Placed>), Error> {
        let mut errors = FieldErrors::default();
        let lines = match (self.items, self.product_id, self.quantity) {
            (Some(items), None, None) => several(&mut errors, items),
            (None, Some(product_id), Some(quantity)) => {
                some(&mut errors, quantity, "#/quantity");
                vec![(Line { product_id, quantity }, "#/quantity".to_owned())]
            }
            (None, product, quantity) => {
                let detail = "must be there, or items instead";
                errors.require(product.is_some(), "#/productId", detail);
                errors.require(quantity.is_some(), "#/quantity", detail);
                Vec::new()
            }
            (Some(_), ..) => {
                errors.require(false, "#/items", "must not be there beside productId or quantity");
                Vec::new()
            }
        };
        errors.finish(Some((self.order_id, lines))).map_err(Error::Fields)
    }

    /// The order, and the lines where there are any: a reservation ends as a whole.
    fn with_lines_or_all(self) -> Result<(OrderId, Option<Vec<Line>>), Error> {
        if (&self.items, self.product_id, self.quantity) == (&None, None, None) {
            return Ok((self.order_id, None));
        }
        let (order, placed) = self.with_lines()?;
        Ok((order, Some(placed.into_iter().map(|(line, _)| line).collect())))
    }
}

fn several(errors: &mut FieldErrors, items: Vec<LineRequest>) -> Vec<Placed> {
    let detail = format!("must have 1 to {MOST_LINES} lines");
    errors.require((1..=MOST_LINES).contains(&items.len()), "#/items", detail);
    let placed = |(place, LineRequest { product_id, quantity }): (usize, LineRequest)| {
        let pointer = format!("#/items/{place}/quantity");
        some(errors, quantity, &pointer);
        (Line { product_id, quantity }, pointer)
    };
    items.into_iter().enumerate().map(placed).collect()
}

pub(super) async fn reserve(
    State(inventory): State<Inventory>,
    Json(request): Json<ReservationRequest>,
) -> Result<(StatusCode, Body<ReservationView>), Problem> {
    let (order, placed) = request.with_lines()?;
    let lines = placed.iter().map(|(line, _)| *line).collect();
    match inventory.reserve(order, lines).await {
        Ok(reservation) => Ok((StatusCode::CREATED, Body(reservation.into()))),
        Err(Error::Short(shortages)) => Err(short(shortages, &placed)),
        Err(error) => Err(error.into()),
    }
}

/// Says of each line that is short how many there are.
fn short(shortages: Vec<Shortage>, placed: &[Placed]) -> Problem {
    let errors = placed.iter().filter_map(|(line, pointer)| {
        let shortage = shortages.iter().find(|it| it.product_id == line.product_id)?;
        let detail = format!("only {} of {} are available", shortage.available, line.product_id);
        Some(FieldError::new(pointer, detail))
    });
    let errors: Vec<_> = errors.collect();
    let error = Error::Short(shortages);
    Problem::new(StatusCode::CONFLICT, error.code(), error.to_string()).with_errors(errors)
}

pub(super) async fn release(
    State(inventory): State<Inventory>,
    Json(request): Json<ReservationRequest>,
) -> Result<Body<ReservationView>, Problem> {
    let (order, lines) = request.with_lines_or_all()?;
    Ok(Body(inventory.release(order, lines).await?.into()))
}

pub(super) async fn commit(
    State(inventory): State<Inventory>,
    Json(request): Json<ReservationRequest>,
) -> Result<Body<ReservationView>, Problem> {
    let (order, lines) = request.with_lines_or_all()?;
    Ok(Body(inventory.commit(order, lines).await?.into()))
}
