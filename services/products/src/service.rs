//! The use cases, one method per verb.

use crate::{
    Error,
    domain::Product,
    storage::{self, Filter},
};
use chassis::clock::SharedClock;
use contracts::{ids::ProductId, money::Money, text::Name};
use store::{Repository, Store};

/// What can be done with products. Cheap to clone.
#[derive(Clone)]
pub struct Products {
    products: Repository<Product>,
    clock: SharedClock,
}

impl std::fmt::Debug for Products {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Products").finish_non_exhaustive()
    }
}

impl Products {
    /// The products in `store`.
    pub fn new(store: &mut Store, clock: SharedClock) -> Self {
        Self { products: store.repository(), clock }
    }

    /// Adds a product to the catalogue.
    pub async fn create(
        &self,
        name: Name,
        description: String,
        category: Name,
        price: Money,
    ) -> Result<Product, Error> {
        let (product, events) =
            Product::create(name, description, category, price, self.clock.now());
        Ok(self.products.create(product, events).await?.into_inner())
    }

    /// The product of this id.
    pub async fn get(&self, id: ProductId) -> Result<Product, Error> {
        Ok(self.products.get(&id).await?)
    }

    /// A page of the catalogue, oldest first, and whether there is more.
    pub(crate) async fn list(
        &self,
        filter: &Filter,
        after: Option<ProductId>,
        limit: usize,
    ) -> Result<(Vec<Product>, bool), Error> {
        let mut found = self.products.find(&storage::page(filter, after, limit + 1)).await?;
        let has_more = found.len() > limit;
        found.truncate(limit);
        Ok((found, has_more))
    }
}
