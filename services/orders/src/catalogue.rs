//! The catalogue as orders know it: kept by events, and completed by asking when a product is ordered
//! whose event has not come yet.

use crate::{Error, storage};
use async_trait::async_trait;
use contracts::{
    ids::ProductId,
    message::Events,
    money::Money,
    products::{ProductCreated, ProductDeleted, ProductUpdated},
    text::Name,
};
use futures::{StreamExt as _, TryStreamExt as _, stream};
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};
use store::{Created, Repository, Store};

/// How many products are asked for at once.
const QUESTIONS: usize = 4;

/// What is known of a product, as of its latest change that was heard of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    /// Names the product.
    pub product_id: ProductId,
    /// Which change of it this is; an older one that comes late changes nothing.
    pub revision: u64,
    /// What it is; nothing once it is no longer sold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<Product>,
}

/// What an order must know of a product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Product {
    /// What it is called.
    pub name: Name,
    /// Where it belongs.
    pub category: Name,
    /// What one costs.
    pub price: Money,
}

impl From<ProductCreated> for Entry {
    fn from(it: ProductCreated) -> Self {
        let product = Product { name: it.name, category: it.category, price: it.price };
        Self { product_id: it.product_id, revision: it.revision, product: Some(product) }
    }
}

impl From<ProductUpdated> for Entry {
    fn from(it: ProductUpdated) -> Self {
        let product = Product { name: it.name, category: it.category, price: it.price };
        Self { product_id: it.product_id, revision: it.revision, product: Some(product) }
    }
}

impl From<ProductDeleted> for Entry {
    fn from(it: ProductDeleted) -> Self {
        Self { product_id: it.product_id, revision: it.revision, product: None }
    }
}

/// Who knows all products.
#[async_trait]
pub trait ProductSource: Send + Sync + 'static {
    /// The product of this id.
    async fn by_id(&self, id: ProductId) -> Result<Option<Entry>, Error>;
    /// The oldest product of this name and category.
    async fn by_name(&self, name: &Name, category: &Name) -> Result<Option<Entry>, Error>;
}

/// The local catalogue. Cheap to clone.
#[derive(Clone)]
pub struct Catalogue {
    entries: Repository<Entry>,
    source: Arc<dyn ProductSource>,
}

impl std::fmt::Debug for Catalogue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Catalogue").finish_non_exhaustive()
    }
}

impl Catalogue {
    /// The catalogue in `store`, completed from `source`.
    pub fn new(store: &mut Store, source: Arc<dyn ProductSource>) -> Self {
        Self { entries: store.repository(), source }
    }

    /// Notes what has been told of a product, unless something newer is known.
    pub async fn note(&self, entry: Entry) -> Result<(), Error> {
        match self.entries.create(entry.clone(), Events::none()).await? {
            Created::Existing(known) if known.revision < entry.revision => {
                let newer = move |known: &mut Entry| -> Result<Events, Error> {
                    if known.revision < entry.revision {
                        known.clone_from(&entry);
                    }
                    Ok(Events::none())
                };
                self.entries.update(known.product_id, None, newer).await.map(drop)
            }
            Created::New(_) | Created::Existing(_) => Ok(()),
        }
    }

    /// Those of the products that are sold: one read for all that are known here, and the rest asked
    /// for, a few at a time.
    pub async fn by_ids(&self, ids: &[ProductId]) -> Result<BTreeMap<ProductId, Product>, Error> {
        let known = self.entries.look_up_all(ids).await?;
        let mut found: BTreeMap<_, _> = known.into_iter().map(|it| (it.product_id, it)).collect();
        let unknown: BTreeSet<_> =
            ids.iter().filter(|id| !found.contains_key(id)).copied().collect();
        let answers = self.ask_for(unknown).await?;
        found.extend(answers.into_iter().flatten().map(|it| (it.product_id, it)));
        Ok(found.into_iter().filter_map(|(id, it)| Some((id, it.product?))).collect())
    }

    /// The first question that fails ends it: the order cannot be placed then anyway.
    async fn ask_for(&self, ids: BTreeSet<ProductId>) -> Result<Vec<Option<Entry>>, Error> {
        let ask = async |id| self.keep(self.source.by_id(id).await?).await;
        stream::iter(ids).map(ask).buffer_unordered(QUESTIONS).try_collect().await
    }

    /// The oldest product of this name and category, if there is one.
    pub async fn by_name(
        &self,
        name: &Name,
        category: &Name,
    ) -> Result<Option<(ProductId, Product)>, Error> {
        let entry = match self.entries.find(&storage::named(name, category)).await?.pop() {
            Some(entry) => Some(entry),
            None => self.keep(self.source.by_name(name, category).await?).await?,
        };
        Ok(entry.and_then(|it| Some((it.product_id, it.product?))))
    }

    /// What was asked for once need not be asked for again.
    async fn keep(&self, found: Option<Entry>) -> Result<Option<Entry>, Error> {
        if let Some(entry) = &found {
            self.note(entry.clone()).await?;
        }
        Ok(found)
    }
}
