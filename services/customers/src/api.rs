//! What the service answers over HTTP. What belongs to one customer is there for them and for staff; to
//! anybody else it is as if it were not there.

mod addresses;
mod jwks;
mod request;
mod sign_in;
mod view;

use crate::{Customers, Error, domain::Customer};
use axum::{
    Json as Body, Router,
    extract::State,
    http::{HeaderName, StatusCode, header},
    routing::{get, post, put},
};
use chassis::{
    http::{IfMatch, Json, Page, Path, Query, etag},
    identity::{Principal, SignedIn, VerifyingKeys},
    problem::Problem,
};
use contracts::ids::CustomerId;
use request::{ChangeRequest, Listing, Registering, RegistrationRequest, RoleRequest};
use view::CustomerView;

/// The routes of the service.
pub fn routes(customers: Customers, keys: &VerifyingKeys) -> Router {
    Router::new()
        .route("/.well-known/jwks.json", jwks::shown(keys))
        .route("/api/customers", get(list).post(register))
        .route("/api/customers/me", get(show_me))
        .route("/api/customers/login", post(sign_in::sign_in))
        .route("/api/customers/refresh", post(sign_in::refresh))
        .route("/api/customers/logout", post(sign_in::sign_out))
        .route("/api/customers/{customer}", get(show).put(change).delete(delete))
        .route("/api/customers/{customer}/password", put(sign_in::change_password))
        .route("/api/customers/{customer}/role", put(take_role))
        .route("/api/customers/{customer}/addresses", post(addresses::add))
        .route(
            "/api/customers/{customer}/addresses/{address}",
            put(addresses::change).delete(addresses::remove),
        )
        .with_state(customers)
}

type Tag = [(HeaderName, String); 1];
type Shown = (Tag, Body<CustomerView>);
type Created<T> = Result<(StatusCode, [(HeaderName, String); 2], Body<T>), Problem>;

/// Refuses whoever may not see this customer, as if there were none.
fn allow(principal: &Principal, customer: CustomerId) -> Result<(), Error> {
    if principal.may_act_for(customer) { Ok(()) } else { Err(Error::NoSuchCustomer) }
}

async fn register(
    State(customers): State<Customers>,
    Json(request): Json<RegistrationRequest>,
) -> Created<CustomerView> {
    let Registering { said, password } = request.try_into()?;
    let view = CustomerView::of(customers.register(said, password).await?)?;
    let path = format!("/api/customers/{}", view.customer_id);
    Ok((StatusCode::CREATED, [(header::LOCATION, path), etag(view.revision)], Body(view)))
}

async fn list(
    State(customers): State<Customers>,
    Query(listing): Query<Listing>,
) -> Result<Page<CustomerView>, Problem> {
    let (email, cursor) = (listing.email.map(|it| it.0), listing.cursor.as_deref());
    let found = customers.list(email.as_ref(), cursor, listing.limit.get()).await?;
    let views = found.items.into_iter().map(CustomerView::of).collect::<Result<_, _>>()?;
    Ok(Page::new(views, found.next))
}

async fn show_me(
    State(customers): State<Customers>,
    SignedIn(principal): SignedIn,
) -> Result<Shown, Problem> {
    let id = principal.id.parse().map_err(|_no_customer| Error::NoSuchCustomer)?;
    Ok(shown(customers.get(id).await?)?)
}

async fn show(
    State(customers): State<Customers>,
    SignedIn(principal): SignedIn,
    Path(customer): Path<CustomerId>,
) -> Result<Shown, Problem> {
    allow(&principal, customer)?;
    Ok(shown(customers.get(customer).await?)?)
}

async fn change(
    State(customers): State<Customers>,
    SignedIn(principal): SignedIn,
    Path(customer): Path<CustomerId>,
    if_match: IfMatch,
    Json(request): Json<ChangeRequest>,
) -> Result<Shown, Problem> {
    allow(&principal, customer)?;
    let change = request.try_into()?;
    Ok(shown(customers.change(customer, if_match, change).await?)?)
}

async fn take_role(
    State(customers): State<Customers>,
    Path(customer): Path<CustomerId>,
    if_match: IfMatch,
    Json(RoleRequest { role }): Json<RoleRequest>,
) -> Result<Shown, Problem> {
    Ok(shown(customers.take_role(customer, if_match, role.into()).await?)?)
}

async fn delete(
    State(customers): State<Customers>,
    SignedIn(principal): SignedIn,
    Path(customer): Path<CustomerId>,
    if_match: IfMatch,
) -> Result<StatusCode, Problem> {
    allow(&principal, customer)?;
    customers.delete(customer, if_match).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn shown(customer: Customer) -> Result<Shown, Error> {
    let view = CustomerView::of(customer)?;
    Ok(([etag(view.revision)], Body(view)))
}
