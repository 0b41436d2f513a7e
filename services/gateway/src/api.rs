//! The gateway's one route: everything.

use crate::Gateway;
use axum::{
    Router,
    extract::{ConnectInfo, Request, State},
    response::{IntoResponse, Response},
};
use chassis::problem::Problem;
use http::StatusCode;
use std::{any::Any, net::SocketAddr};
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::{
        CompressionLayer,
        predicate::{NotForContentType, Predicate, SizeAbove},
    },
};

/// Shorter answers fit into one packet anyway.
const WORTH_COMPRESSING: u64 = 1_024;

/// Whatever has no route of its own goes through the gateway.
pub fn routes(gateway: Gateway) -> Router {
    Router::new()
        .fallback(answer)
        .with_state(gateway)
        .layer(CatchPanicLayer::custom(panicked))
        .layer(compression())
}

/// Compresses what is long enough, for those who ask for it. What has a coding already, or is a part of
/// something, stays as it is.
fn compression() -> CompressionLayer<impl Predicate> {
    let worth_it = SizeAbove::new(WORTH_COMPRESSING).and(NotForContentType::IMAGES);
    CompressionLayer::new().gzip(true).compress_when(worth_it)
}

async fn answer(
    State(gateway): State<Gateway>,
    ConnectInfo(client): ConnectInfo<SocketAddr>,
    request: Request,
) -> Response {
    gateway.answer(client.ip(), request).await
}

fn panicked(_cause: Box<dyn Any + Send>) -> Response {
    tracing::error!("the gateway panicked");
    let detail = "This is a mistake of the shop's. It has been noted.";
    Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "panic", detail).into_response()
}
