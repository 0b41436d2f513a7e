//! One connection to the broker, made again whenever it is needed and gone.

use crate::{
    config::Url,
    metrics::{CONNECTED, CONNECTS},
};
use lapin::{Channel, Connection, ConnectionProperties, uri::AMQPUri};
use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::time::timeout;

/// How long the broker may take to answer a request about a connection or a channel.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

/// Why there is no channel.
#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    #[error(transparent)]
    Broker(#[from] lapin::Error),
    #[error("no answer within {PATIENCE:?}")]
    Silence,
    #[error("{0}")]
    Ended(&'static str),
}

/// Waits for an answer of the broker's, not for ever.
pub(super) async fn answer<T>(
    request: impl Future<Output = lapin::Result<T>> + Send,
) -> Result<T, Error> {
    match timeout(PATIENCE, request).await {
        Ok(answer) => Ok(answer?),
        Err(_elapsed) => Err(Error::Silence),
    }
}

/// A connection for one purpose, shared by all channels that serve it.
pub(super) struct Link {
    uri: AMQPUri,
    name: String,
    purpose: &'static str,
    current: Mutex<Option<Arc<Connection>>>,
    /// Held while connecting, so that all who miss the connection wait for the same new one.
    connecting: tokio::sync::Mutex<()>,
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Link").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Link {
    pub(super) fn new(url: &Url, service: &str, purpose: &'static str) -> Self {
        Self {
            uri: url.0.clone(),
            name: format!("{service} {purpose}"),
            purpose,
            current: Mutex::default(),
            connecting: tokio::sync::Mutex::default(),
        }
    }

    /// A new channel, and the connection it is on.
    pub(super) async fn channel(&self) -> Result<(Arc<Connection>, Channel), Error> {
        let connection = self.connection().await?;
        let channel = answer(connection.create_channel()).await?;
        Ok((connection, channel))
    }

    async fn connection(&self) -> Result<Arc<Connection>, Error> {
        let _only_one = self.connecting.lock().await;
        if let Some(standing) = self.standing() {
            return Ok(standing);
        }
        let name = ConnectionProperties::default().with_connection_name(self.name.as_str().into());
        let connection = Arc::new(answer(Connection::connect_uri(self.uri.clone(), name)).await?);
        tracing::info!(connection = self.name, "connected to the broker");
        CONNECTS.with_label_values(&[self.purpose]).inc();
        *self.current.lock().unwrap_or_else(PoisonError::into_inner) = Some(connection.clone());
        self.observe();
        Ok(connection)
    }

    fn standing(&self) -> Option<Arc<Connection>> {
        let current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        current.as_ref().filter(|it| it.status().connected()).cloned()
    }

    /// Tells the metrics whether the connection stands.
    pub(super) fn observe(&self) {
        let stands = self.standing().is_some();
        CONNECTED.with_label_values(&[self.purpose]).set(i64::from(stands));
    }

    /// Whether the connection stands, if it was ever needed.
    pub(super) fn check(&self) -> Result<(), String> {
        let is_unused = self.current.lock().unwrap_or_else(PoisonError::into_inner).is_none();
        if is_unused || self.standing().is_some() {
            Ok(())
        } else {
            Err(format!("the connection to {} is gone", self.purpose))
        }
    }
}

/// Whether both the channel and its connection stand. Asked now and then, since the end of a connection
/// does not always reach whoever waits on a channel (lapin #283, #389).
pub(super) fn stand(connection: &Connection, channel: &Channel) -> bool {
    connection.status().connected() && channel.status().connected()
}
