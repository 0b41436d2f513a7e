//! Signing in and staying so. Tokens are answered so that nobody on the way keeps them.

use super::{
    allow,
    request::{PasswordRequest, SignInRequest},
    view::TokensView,
};
use crate::{
    Customers, Error,
    domain::{Password, RefreshToken},
    service::Tokens,
};
use axum::{
    Json as Body,
    extract::State,
    http::{HeaderName, StatusCode, header},
};
use chassis::{
    http::{Json, Path, Secret},
    identity::SignedIn,
    problem::Problem,
};
use contracts::{ids::CustomerId, text::EmailAddress};
use serde::Deserialize;

type Unkept = ([(HeaderName, &'static str); 1], Body<TokensView>);
type Answer = Result<Unkept, Problem>;

pub(super) async fn sign_in(
    State(customers): State<Customers>,
    Json(request): Json<SignInRequest>,
) -> Answer {
    let (email, password): (EmailAddress, Password) = request.try_into()?;
    Ok(unkept(customers.sign_in(&email, password).await?))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct RefreshRequest {
    refresh_token: Secret,
}

pub(super) async fn refresh(
    State(customers): State<Customers>,
    Json(RefreshRequest { refresh_token }): Json<RefreshRequest>,
) -> Answer {
    let token: RefreshToken = refresh_token.0.parse().map_err(|_text| Error::BadRefreshToken)?;
    Ok(unkept(customers.refresh(token).await?))
}

pub(super) async fn sign_out(
    State(customers): State<Customers>,
    Json(RefreshRequest { refresh_token }): Json<RefreshRequest>,
) -> Result<StatusCode, Problem> {
    // What is no token has no session, and that is what is asked for (RFC 7009 §2.2).
    if let Ok(token) = refresh_token.0.parse::<RefreshToken>() {
        customers.sign_out(token).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn change_password(
    State(customers): State<Customers>,
    SignedIn(principal): SignedIn,
    Path(customer): Path<CustomerId>,
    Json(request): Json<PasswordRequest>,
) -> Answer {
    allow(&principal, customer)?;
    let (current, new) = request.try_into()?;
    Ok(unkept(customers.change_password(customer, current, new).await?))
}

fn unkept(tokens: Tokens) -> Unkept {
    ([(header::CACHE_CONTROL, "no-store")], Body(tokens.into()))
}
