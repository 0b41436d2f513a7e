//! The keys with which everybody can check our tokens, as programs read them (RFC 7517, RFC 8037 §2).

use crate::Customers;
use axum::{
    Json as Body,
    http::{HeaderName, header},
    routing::{MethodRouter, get},
};
use chassis::identity::{Jwk, VerifyingKeys};
use serde::Serialize;

/// A copy may be kept that long: half the life of a token, so that a new key is known in time.
const KEPT: &str = "public, max-age=450";

#[derive(Clone, Serialize)]
pub(super) struct Jwks {
    keys: Vec<Jwk>,
}

type Shown = ([(HeaderName, &'static str); 1], Body<Jwks>);

/// Shows these.
pub(super) fn shown(keys: &VerifyingKeys) -> MethodRouter<Customers> {
    let jwks = Jwks { keys: keys.jwks().collect() };
    get(async move || -> Shown { ([(header::CACHE_CONTROL, KEPT)], Body(jwks.clone())) })
}
