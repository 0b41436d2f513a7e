//! The use cases, one method per verb.

use crate::{
    Error,
    domain::{Changes, Details, Level, Product, Unchanged},
    storage::{self, Filter, Sort},
};
use bus::Delivery;
use chassis::{clock::SharedClock, http::IfMatch};
use contracts::{
    ids::{MessageId, ProductId},
    inventory::StockLevel,
    message::Events,
};
use std::collections::BTreeMap;
use store::{Created, Page, Repository, Store};

/// What can be done with products. Cheap to clone.
#[derive(Clone)]
pub struct Products {
    products: Repository<Product>,
    levels: Repository<Level>,
    clock: SharedClock,
}

/// A product, and how many can be had of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Offer {
    /// The product.
    pub(crate) product: Product,
    /// How many can be had, as far as is known.
    pub(crate) available: u32,
}

impl std::fmt::Debug for Products {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Products").finish_non_exhaustive()
    }
}

impl Products {
    /// The products in `store`.
    pub fn new(store: &mut Store, clock: SharedClock) -> Self {
        Self { products: store.repository(), levels: store.repository(), clock }
    }

    /// Adds a product to the catalogue.
    pub(crate) async fn create(&self, details: Details) -> Result<Offer, Error> {
        let (product, events) = Product::create(details, self.clock.now());
        let product = self.products.create(product, events).await?.into_inner();
        Ok(Offer { product, available: 0 })
    }

    /// The product of this id, as long as it is sold.
    pub(crate) async fn get(&self, id: ProductId) -> Result<Offer, Error> {
        let product = self.products.look_up(&id).await?;
        let product = product.filter(|it| it.details().is_some()).ok_or(Error::NoProduct(id))?;
        self.offer(product).await
    }

    /// Changes some of what a product is.
    pub(crate) async fn change(
        &self,
        id: ProductId,
        changes: Changes,
        if_match: IfMatch,
    ) -> Result<Offer, Error> {
        let now = self.clock.now();
        let change = move |it: &mut Product| -> Result<Events, Error> {
            Ok(it.change(&changes, &if_match, now)?)
        };
        let product = self.products.update(id, MessageId::fresh(), change).await;
        self.offer(product.map_err(about(id))?).await
    }

    /// Takes a product out of the catalogue.
    pub(crate) async fn delete(&self, id: ProductId, if_match: IfMatch) -> Result<(), Error> {
        let now = self.clock.now();
        let delete =
            move |it: &mut Product| -> Result<Events, Error> { Ok(it.delete(&if_match, now)?) };
        let deleted = self.products.update(id, MessageId::fresh(), delete).await;
        deleted.map(drop).map_err(about(id))
    }

    /// A page of the catalogue.
    pub(crate) async fn list(
        &self,
        filter: &Filter,
        sort: Sort,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<Page<Offer>, Error> {
        let find = storage::listed(filter, sort);
        let Page { items, next } = self.products.page_after(&find, cursor, limit).await?;
        Ok(Page { items: self.offers(items).await?, next })
    }

    /// How much there is of a product: what is newer counts, whether the product is known or not.
    pub async fn stock_level(self, it: Delivery<StockLevel>) -> Result<(), Error> {
        let level = Level::from(it.body);
        let follow = |known: &mut Level, level: &Level| {
            if known.follow(level) { Ok(Events::none()) } else { Err(Followed::Newer) }
        };
        match self.levels.create(level.clone(), Events::none()).await? {
            Created::New(_) => Ok(()),
            Created::Existing(_) => {
                let id = level.product_id;
                let followed = self.levels.update(id, None, move |it| follow(it, &level)).await;
                match followed {
                    Ok(_) | Err(Followed::Newer) => Ok(()),
                    Err(Followed::Store(error)) => Err(error.into()),
                }
            }
        }
    }

    async fn offer(&self, product: Product) -> Result<Offer, Error> {
        let level = self.levels.look_up(&product.product_id).await?;
        Ok(Offer { product, available: level.map_or(0, |it| it.available) })
    }

    async fn offers(&self, products: Vec<Product>) -> Result<Vec<Offer>, Error> {
        let ids: Vec<_> = products.iter().map(|it| it.product_id).collect();
        let levels = self.levels.look_up_all(&ids).await?;
        let levels: BTreeMap<_, _> =
            levels.into_iter().map(|it| (it.product_id, it.available)).collect();
        let offer = |product: Product| {
            let available = levels.get(&product.product_id).copied().unwrap_or(0);
            Offer { product, available }
        };
        Ok(products.into_iter().map(offer).collect())
    }
}

/// Whether a product was never there or is there no longer is all the same to who asks for it.
fn about(id: ProductId) -> impl Fn(Error) -> Error {
    move |error| match error {
        Error::Unchanged(Unchanged::Deleted) | Error::Store(store::Error::Missing { .. }) => {
            Error::NoProduct(id)
        }
        Error::Unchanged(Unchanged::Stale { .. })
        | Error::Fields(_)
        | Error::NoProduct(_)
        | Error::Store(_) => error,
    }
}

/// Why a level is not written.
enum Followed {
    /// What is known is as new.
    Newer,
    Store(store::Error),
}

impl From<store::Error> for Followed {
    fn from(error: store::Error) -> Self {
        Self::Store(error)
    }
}
