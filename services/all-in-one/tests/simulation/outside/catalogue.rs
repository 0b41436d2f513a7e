use crate::doors::Doors;
use async_trait::async_trait;
use axum::http::{Method, StatusCode};
use contracts::{catalog::PRODUCTS, ids::ProductId, text::Name};
use orders::{Entry, Error, ProductSource};
use serde_json::Value;
use std::time::Duration;
use tokio::time::timeout;

/// How long orders wait for the catalogue.
const PATIENCE: Duration = Duration::from_secs(2);

/// The catalogue, asked at its own door: what is between it and orders is another matter.
pub(crate) struct Catalogue(pub(crate) Doors);

impl Catalogue {
    async fn get(&self, path: &str) -> Result<Option<Value>, Error> {
        let asking = self.0.knock(PRODUCTS, Method::GET, path, &[], String::new());
        match timeout(PATIENCE, asking).await {
            Ok(Some(answer)) if answer.status == StatusCode::NOT_FOUND => Ok(None),
            Ok(Some(answer)) if answer.status.is_success() => Ok(Some(answer.body)),
            Ok(_) | Err(_) => Err(Error::Catalogue("it does not answer".to_owned())),
        }
    }
}

fn entry(shown: &Value) -> Result<Entry, Error> {
    let read = |field: &str| shown[field].as_str().and_then(|it| it.parse().ok());
    let product_id: Option<ProductId> = read("productId");
    let product = serde_json::from_value(shown.clone()).ok();
    let revision = shown["revision"].as_u64().unwrap_or_default();
    product_id
        .zip(product)
        .map(|(product_id, product)| Entry { product_id, revision, product: Some(product) })
        .ok_or_else(|| Error::Catalogue(format!("it answers {shown}")))
}

#[async_trait]
impl ProductSource for Catalogue {
    async fn by_id(&self, id: ProductId) -> Result<Option<Entry>, Error> {
        let found = self.get(&format!("/api/products/{id}")).await?;
        found.as_ref().map(entry).transpose()
    }

    async fn by_name(&self, name: &Name, category: &Name) -> Result<Option<Entry>, Error> {
        let query = format!("name={}&category={}&limit=1", name.as_str(), category.as_str());
        let page = self.get(&format!("/api/products?{}", query.replace(' ', "%20"))).await?;
        page.and_then(|it| it["data"].get(0).map(entry)).transpose()
    }
}
