//! The addresses of a customer. Their revision is that of the customer.

use super::{
    Created, Tag, allow,
    request::{AddressChangeRequest, AddressRequest},
    view::AddressView,
};
use crate::{Customers, Error, domain::Refused};
use axum::{
    Json as Body,
    extract::State,
    http::{StatusCode, header},
};
use chassis::{
    http::{IfMatch, Json, Path, etag},
    identity::SignedIn,
    problem::Problem,
};
use contracts::ids::{AddressId, CustomerId};

pub(super) async fn add(
    State(customers): State<Customers>,
    SignedIn(principal): SignedIn,
    Path(customer): Path<CustomerId>,
    if_match: IfMatch,
    Json(request): Json<AddressRequest>,
) -> Created<AddressView> {
    allow(&principal, customer)?;
    let (address, is_default) = request.try_into()?;
    let known = address.clone();
    let changed = customers.add_address(customer, if_match, address, is_default).await?;
    let view = AddressView::find(&changed, |it| it.address == known);
    let view = view.ok_or(Error::NoSuchCustomer)?;
    let path = format!("/api/customers/{customer}/addresses/{}", view.address_id);
    Ok((StatusCode::CREATED, [(header::LOCATION, path), etag(changed.revision)], Body(view)))
}

pub(super) async fn change(
    State(customers): State<Customers>,
    SignedIn(principal): SignedIn,
    Path((customer, address)): Path<(CustomerId, AddressId)>,
    if_match: IfMatch,
    Json(request): Json<AddressChangeRequest>,
) -> Result<(Tag, Body<AddressView>), Problem> {
    allow(&principal, customer)?;
    let change = request.try_into()?;
    let changed = customers.change_address(customer, if_match, address, change).await?;
    let view = AddressView::find(&changed, |it| it.address_id == address);
    let view = view.ok_or(Error::Refused(Refused::NoSuchAddress))?;
    Ok(([etag(changed.revision)], Body(view)))
}

pub(super) async fn remove(
    State(customers): State<Customers>,
    SignedIn(principal): SignedIn,
    Path((customer, address)): Path<(CustomerId, AddressId)>,
    if_match: IfMatch,
) -> Result<(StatusCode, Tag), Problem> {
    allow(&principal, customer)?;
    let changed = customers.remove_address(customer, if_match, address).await?;
    Ok((StatusCode::NO_CONTENT, [etag(changed.revision)]))
}
