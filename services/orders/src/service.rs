//! The use cases, one method per verb.

pub use crate::domain::Timing;
use crate::{
    Catalogue, Error,
    catalogue::Entry,
    domain::{self, IdempotencyKey, Order},
    storage,
};
use bus::Delivery;
use chassis::{clock::SharedClock, problem::FieldError};
use contracts::{
    ids::{OrderId, ProductId},
    inventory::{InventoryRejected, InventoryUpdated},
    message::Events,
    orders::OrderItem,
    products::ProductCreated,
    text::{EmailAddress, Name},
};
use futures::{StreamExt as _, stream};
use store::{Created, Repository, Store};

const NO_SUCH_PRODUCT: &str = "there is no such product in the catalogue";
/// How many overdue orders are nudged at once.
const NUDGES: usize = 32;

/// What a client wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    /// Who is told about it.
    pub email: EmailAddress,
    /// What is ordered; at least one line.
    pub lines: Vec<WishLine>,
}

/// So many of a product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WishLine {
    /// Which product.
    pub product: ProductRef,
    /// How many.
    pub quantity: u32,
    /// Where the client said so, for an answer that points there.
    pub pointer: String,
}

/// How a client names a product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProductRef {
    /// By its id.
    Id(ProductId),
    /// By its name and category.
    Name(Name, Name),
}

impl ProductRef {
    fn id(&self) -> Option<ProductId> {
        match self {
            Self::Id(id) => Some(*id),
            Self::Name(..) => None,
        }
    }
}

fn item(entry: Entry, quantity: u32) -> OrderItem {
    let Entry { product_id, name, category, price } = entry;
    OrderItem { product_id, name, category, quantity, price }
}

/// What came of placing an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Placed {
    /// It is new.
    New(Order),
    /// It was placed before under the same key.
    Again(Order),
}

/// What can be done with orders. Cheap to clone.
#[derive(Clone)]
pub struct Orders {
    orders: Repository<Order>,
    catalogue: Catalogue,
    clock: SharedClock,
    timing: Timing,
}

impl std::fmt::Debug for Orders {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Orders").field("timing", &self.timing).finish_non_exhaustive()
    }
}

impl Orders {
    /// The orders in `store`.
    pub fn new(
        store: &mut Store,
        catalogue: Catalogue,
        clock: SharedClock,
        timing: Timing,
    ) -> Self {
        Self { orders: store.repository(), catalogue, clock, timing }
    }

    /// Places an order; under a key that was used before, gives the order that was placed then.
    pub async fn place(&self, wish: Wish, key: Option<IdempotencyKey>) -> Result<Placed, Error> {
        if let Some(key) = &key
            && let Some(order) = self.placed_under(key).await?
        {
            return Ok(Placed::Again(order));
        }
        let items = self.price(&wish.lines).await?;
        let total = domain::total(&items).map_err(|it| Error::field("#/items", it.to_string()))?;
        let now = self.clock.now();
        let (order, events) = Order::place(wish.email, items, total, key.clone(), now, self.timing);
        match (self.orders.create(order, events).await, key) {
            (Ok(Created::New(order) | Created::Existing(order)), _) => Ok(Placed::New(order)),
            (Err(store::Error::Duplicate { .. }), Some(key)) => {
                let order = self.placed_under(&key).await?;
                order.map(Placed::Again).ok_or(Error::Store(store::Error::Contended))
            }
            (Err(error), _) => Err(error.into()),
        }
    }

    async fn placed_under(&self, key: &IdempotencyKey) -> Result<Option<Order>, Error> {
        let found = self.orders.find(&storage::placed_under(key)).await?.pop();
        match found {
            Some(order) if order.key.as_ref() == Some(key) => Ok(Some(order)),
            Some(_) => Err(Error::KeyReused),
            None => Ok(None),
        }
    }

    /// The lines as they will stand in the order, with the names and prices of the catalogue.
    async fn price(&self, lines: &[WishLine]) -> Result<Vec<OrderItem>, Error> {
        let by_id: Vec<_> = lines.iter().filter_map(|it| it.product.id()).collect();
        let known = self.catalogue.by_ids(&by_id).await?;
        let (mut items, mut unknown) = (Vec::with_capacity(lines.len()), Vec::new());
        for line in lines {
            let found = match &line.product {
                ProductRef::Id(id) => known.get(id).cloned(),
                ProductRef::Name(name, category) => self.catalogue.by_name(name, category).await?,
            };
            match found {
                Some(entry) => items.push(item(entry, line.quantity)),
                None => unknown.push(FieldError::new(&line.pointer, NO_SUCH_PRODUCT)),
            }
        }
        if unknown.is_empty() { Ok(items) } else { Err(Error::Fields(unknown)) }
    }

    /// The order of this id.
    pub async fn get(&self, id: OrderId) -> Result<Order, Error> {
        Ok(self.orders.get(&id).await?)
    }

    /// Stock has changed; for an order, that it is reserved.
    pub async fn inventory_updated(self, it: Delivery<InventoryUpdated>) -> Result<(), Error> {
        let Some(order) = it.body.order_id else { return Ok(()) };
        let now = self.clock.now();
        let answered =
            self.orders.update(order, it.id, move |order| Ok(order.stock_reserved(now))).await;
        told(order, answered)
    }

    /// Stock is short for an order.
    pub async fn inventory_rejected(self, it: Delivery<InventoryRejected>) -> Result<(), Error> {
        let InventoryRejected { message: _, order_id: order, shortages } = it.body;
        let now = self.clock.now();
        let reject = move |order: &mut Order| Ok(order.stock_rejected(&shortages, now));
        told(order, self.orders.update(order, it.id, reject).await)
    }

    /// A product has been added to the catalogue.
    pub async fn product_created(self, it: Delivery<ProductCreated>) -> Result<(), Error> {
        self.catalogue.add(it.body.into()).await
    }

    /// Lets orders that wait too long ask again; says how many there were.
    pub async fn nudge_overdue(&self) -> Result<usize, Error> {
        let now = self.clock.now();
        let overdue = self.orders.find(&storage::overdue(now)).await?;
        let nudge = |id: OrderId| {
            let nudge = move |order: &mut Order| -> Result<Events, Error> { Ok(order.nudge(now)) };
            self.orders.update(id, None, nudge)
        };
        let ids: Vec<_> = overdue.iter().map(|it| it.id).collect();
        let nudged: Vec<_> = stream::iter(ids).map(nudge).buffer_unordered(NUDGES).collect().await;
        nudged.into_iter().try_for_each(|it| it.map(drop))?;
        Ok(overdue.len())
    }
}

/// An answer about an order that cannot be seen yet is heard again later.
fn told(order: OrderId, answered: Result<Order, Error>) -> Result<(), Error> {
    match answered {
        Err(Error::Store(store::Error::Missing { .. })) => Err(Error::Early(order)),
        answered => answered.map(drop),
    }
}
