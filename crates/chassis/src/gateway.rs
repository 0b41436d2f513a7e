//! The synchronous call between services: what another one knows is asked for at the gateway, within
//! its limits, by whoever can show that they are inside the shop.

mod orders;
#[cfg(test)]
mod tests;

pub use orders::{KnownOrder, OrderSource};

use crate::{env, inside};
use reqwest::{Client, StatusCode, Url, header::HeaderMap};
use serde::de::DeserializeOwned;
use std::{sync::Arc, time::Duration};
use tokio::sync::OnceCell;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(2);

/// Where others are asked.
#[derive(Clone, Debug, clap::Args)]
#[group(skip)]
pub struct Config {
    /// Where the gateway is: what other services know is asked for there.
    #[arg(long, env = env::GATEWAY_URL, value_name = env::GATEWAY_URL)]
    pub gateway_url: Url,
}

impl Config {
    /// The gateway, to which `token` shows that it is not a client who asks.
    #[must_use]
    pub fn gateway(&self, token: Option<&inside::Token>) -> Gateway {
        Gateway::at(self.gateway_url.clone(), token)
    }
}

/// The gateway, as seen from a service. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Gateway(Arc<Parts>);

#[derive(Debug)]
struct Parts {
    base: Url,
    headers: HeaderMap,
    client: OnceCell<Client>,
}

/// Why a question was not answered; asked again it may be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the gateway gives no answer: {0}")]
pub struct Unanswered(pub String);

impl From<reqwest::Error> for Unanswered {
    fn from(error: reqwest::Error) -> Self {
        Self(error.to_string())
    }
}

impl Gateway {
    /// The gateway at an address, which knows by the token that this is no client.
    pub fn at(base: Url, token: Option<&inside::Token>) -> Self {
        let headers = token.map(|it| (inside::HEADER, it.shown())).into_iter().collect();
        Self(Arc::new(Parts { base, headers, client: OnceCell::new() }))
    }

    /// The client is made when it is first needed: most services never ask, and it takes memory.
    async fn client(&self) -> reqwest::Result<&Client> {
        let make = async || {
            // Nothing here speaks TLS, and an image holds no certificates that could be loaded.
            let client = Client::builder().tls_certs_only([]).no_proxy();
            let client = client.default_headers(self.0.headers.clone());
            client.timeout(PATIENCE).connect_timeout(PATIENCE).build()
        };
        self.0.client.get_or_try_init(make).await
    }

    /// What is shown at a path; nothing where nothing is.
    ///
    /// # Errors
    /// When nobody answers in time, or not with what was asked for.
    pub async fn get<T: DeserializeOwned>(
        &self,
        path: &str,
        query: &[(&str, &str)],
    ) -> Result<Option<T>, Unanswered> {
        let url = self.0.base.join(path).map_err(|error| Unanswered(error.to_string()))?;
        let answer = self.client().await?.get(url).query(query).send().await?;
        if answer.status() == StatusCode::NOT_FOUND {
            return Ok(None);
        }
        Ok(answer.error_for_status()?.json().await.map(Some)?)
    }
}
