//! How a connection to a service is made.
//!
//! While a service is restarted, the address of a pod that no longer listens may still be handed out.
//! A connection that is refused is therefore asked for once more, a moment later. Nothing of the
//! request has been sent by then, so this is safe for every request, whatever it does.

use futures::future::BoxFuture;
use http::Uri;
use hyper_util::{client::legacy::connect::HttpConnector, rt::TokioIo};
use std::{
    task::{Context, Poll},
    time::Duration,
};
use tokio::net::TcpStream;
use tower::{BoxError, Service, ServiceExt};

/// How long a connection may take, with the look-up of the name.
const TIME_LIMIT: Duration = Duration::from_secs(1);
/// How long to wait after a refusal, for another address to be handed out.
const PAUSE: Duration = Duration::from_millis(100);

/// Makes connections.
#[derive(Clone, Debug)]
pub(crate) struct Connector(HttpConnector);

impl Connector {
    pub(crate) fn new() -> Self {
        let mut http = HttpConnector::new();
        http.set_nodelay(true);
        Self(http)
    }

    async fn connect(self, target: Uri) -> Result<TokioIo<TcpStream>, BoxError> {
        let first = tokio::time::timeout(TIME_LIMIT, self.0.clone().oneshot(target.clone()));
        if let Ok(connection) = first.await? {
            return Ok(connection);
        }
        tokio::time::sleep(PAUSE).await;
        let second = tokio::time::timeout(TIME_LIMIT, self.0.oneshot(target));
        Ok(second.await??)
    }
}

impl Service<Uri> for Connector {
    type Response = TokioIo<TcpStream>;
    type Error = BoxError;
    type Future = BoxFuture<'static, Result<Self::Response, BoxError>>;

    fn poll_ready(&mut self, _context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, target: Uri) -> Self::Future {
        Box::pin(self.clone().connect(target))
    }
}
