//! Products that are not known here are asked for at the gateway.

use crate::{
    Error,
    catalogue::{Entry, Product, ProductSource},
};
use async_trait::async_trait;
use chassis::gateway::{Gateway, Unanswered};
use contracts::{ids::ProductId, text::Name};
use serde::Deserialize;

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

impl From<Unanswered> for Error {
    fn from(unanswered: Unanswered) -> Self {
        Self::Catalogue(unanswered.to_string())
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
