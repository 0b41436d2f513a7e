//! The route of the system this one grew out of.

use super::{created, request::GuestOrder, take};
use crate::{Orders, domain::Order};
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use chassis::{http::Whole, problem::Problem};
use contracts::{ids::OrderId, orders::OrderStatus, text::EmailAddress};
use serde::Serialize;

pub(super) async fn place(
    State(orders): State<Orders>,
    headers: HeaderMap,
    body: Result<Whole, Problem>,
) -> Result<Response, Problem> {
    let Whole(body) = body.map_err(as_guests_read_it)?;
    let placed = take::<GuestOrder>(&orders, "POST /order", None, &headers, &body).await;
    placed.map(|it| created(it, view)).map_err(as_guests_read_it)
}

#[derive(Serialize)]
struct GuestView {
    message: &'static str,
    order: GuestOrderView,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct GuestOrderView {
    order_id: OrderId,
    email: EmailAddress,
    item_name: String,
    item_category: String,
    status: OrderStatus,
}

#[expect(clippy::needless_pass_by_value, reason = "used where a view takes the order over")]
fn view(order: Order) -> GuestView {
    let summary = order.summary();
    GuestView {
        message: "Order created successfully",
        order: GuestOrderView {
            order_id: summary.order_id,
            email: summary.email,
            item_name: summary.item_name.into(),
            item_category: summary.item_category.into(),
            status: summary.status,
        },
    }
}

fn as_guests_read_it(problem: Problem) -> Problem {
    match problem.status() {
        status if status.is_server_error() => problem.with_error("Failed to create order"),
        StatusCode::UNPROCESSABLE_ENTITY if !problem.errors().is_empty() => {
            problem.with_status(StatusCode::BAD_REQUEST).with_error("Invalid order data")
        }
        _ => problem.with_error("Invalid order data"),
    }
}
