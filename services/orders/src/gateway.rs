//! The one synchronous call between services: products are asked for at the gateway, within its
//! limits.

use crate::{
    Error,
    catalogue::{Entry, Product, ProductSource},
};
use async_trait::async_trait;
use chassis::inside;
use contracts::{ids::ProductId, text::Name};
use reqwest::{Client, StatusCode, Url, header::HeaderMap};
use serde::{Deserialize, de::DeserializeOwned};
use std::time::Duration;

/// How long the catalogue may take to answer.
const PATIENCE: Duration = Duration::from_secs(2);

/// The gateway, as seen from the order service.
#[derive(Clone, Debug)]
pub struct Gateway {
    client: Client,
    base: Url,
}

/// A product, as the catalogue shows it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Shown {
    product_id: ProductId,
    #[serde(default)]
    revision: u64,
    #[serde(flatten)]
    product: Product,
}

impl From<Shown> for Entry {
    fn from(Shown { product_id, revision, product }: Shown) -> Self {
        Self { product_id, revision, product: Some(product) }
    }
}

#[derive(Deserialize)]
struct Page {
    data: Vec<Shown>,
}

impl Gateway {
    /// The gateway at an address, which knows by the token that this is no client.
    pub fn at(base: Url, token: Option<&inside::Token>) -> reqwest::Result<Self> {
        let headers = token.map(|it| (inside::HEADER, it.shown()));
        let headers: HeaderMap = headers.into_iter().collect();
        // Nothing here speaks TLS, and an image holds no certificates that could be loaded.
        let client = Client::builder().tls_certs_only([]).no_proxy().default_headers(headers);
        let client = client.timeout(PATIENCE).connect_timeout(PATIENCE).build()?;
        Ok(Self { client, base })
    }

    async fn get<T: DeserializeOwned>(
        &self,
        path: &str,
        query: &[(&str, &str)],
    ) -> Result<Option<T>, Error> {
        let unavailable = |error: reqwest::Error| Error::Catalogue(error.to_string());
        let url = self.base.join(path).map_err(|error| Error::Catalogue(error.to_string()))?;
        let answer = self.client.get(url).query(query).send().await.map_err(unavailable)?;
        if answer.status() == StatusCode::NOT_FOUND {
            return Ok(None);
        }
        let answer = answer.error_for_status().map_err(unavailable)?;
        answer.json().await.map(Some).map_err(unavailable)
    }
}

#[async_trait]
impl ProductSource for Gateway {
    async fn by_id(&self, id: ProductId) -> Result<Option<Entry>, Error> {
        let found: Option<Shown> = self.get(&format!("/api/products/{id}"), &[]).await?;
        Ok(found.map(Entry::from))
    }

    async fn by_name(&self, name: &Name, category: &Name) -> Result<Option<Entry>, Error> {
        let query = [("name", name.as_str()), ("category", category.as_str()), ("limit", "1")];
        let page: Option<Page> = self.get("/api/products", &query).await?;
        Ok(page.and_then(|it| it.data.into_iter().next()).map(Entry::from))
    }
}
