//! Pages of orders: a customer's own, and for staff those of all.

use super::view::OrderView;
use crate::{Orders, storage::OrderFilter};
use axum::extract::State;
use chassis::{
    http::{Limit, Page, Query},
    identity::{Principal, SignedIn},
    problem::Problem,
};
use contracts::{ids::CustomerId, orders::OrderStatus, text::EmailAddress};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Listing {
    status: Option<OrderStatus>,
    /// For staff: only those of one customer.
    customer_id: Option<CustomerId>,
    /// For staff: only those that tell one address.
    email: Option<EmailAddress>,
    #[serde(default)]
    limit: Limit,
    /// Where the page before ended.
    cursor: Option<String>,
}

pub(super) async fn list(
    State(orders): State<Orders>,
    SignedIn(asking): SignedIn,
    Query(listing): Query<Listing>,
) -> Result<Page<OrderView>, Problem> {
    let (filter, cursor) = (filter(&asking, &listing), listing.cursor.as_deref());
    let found = orders.list(&filter, cursor, listing.limit.get()).await?;
    let data = found.items.into_iter().map(OrderView::from).collect();
    Ok(Page::new(data, found.next))
}

/// Whoever is no staff sees their own and nothing else, whatever they ask for.
fn filter(asking: &Principal, listing: &Listing) -> OrderFilter {
    let status = listing.status;
    if asking.is_staff() {
        OrderFilter { customer: listing.customer_id, email: listing.email.clone(), status }
    } else {
        // Nobody has this id: a program of the shop owns no orders.
        let customer = asking.customer_id().unwrap_or_else(|| CustomerId::derived("nobody"));
        OrderFilter { customer: Some(customer), email: None, status }
    }
}
