//! The use cases, one method per verb.

pub use crate::domain::Timing;
use crate::{
    Catalogue, Error,
    catalogue::Entry,
    domain::{self, IdempotencyKey, Order},
    storage,
};
use bus::Delivery;
use chassis::clock::SharedClock;
use contracts::{
    ids::{OrderId, ProductId},
    inventory::{InventoryRejected, InventoryUpdated},
    message::Events,
    orders::OrderItem,
    products::ProductCreated,
    text::{EmailAddress, Name},
};
use futures::future::try_join_all;
use store::{Created, Repository, Store};

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
        let items = try_join_all(wish.lines.iter().map(|it| self.price(it))).await?;
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

    /// The line as it will stand in the order, with the name and price of the catalogue.
    async fn price(&self, line: &WishLine) -> Result<OrderItem, Error> {
        let found = match &line.product {
            ProductRef::Id(id) => self.catalogue.by_id(*id).await?,
            ProductRef::Name(name, category) => self.catalogue.by_name(name, category).await?,
        };
        let unknown = || Error::field(&line.pointer, "there is no such product in the catalogue");
        let Entry { product_id, name, category, price } = found.ok_or_else(unknown)?;
        Ok(OrderItem { product_id, name, category, quantity: line.quantity, price })
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
        let nudge = |it: &Order| {
            let nudge = move |order: &mut Order| -> Result<Events, Error> { Ok(order.nudge(now)) };
            self.orders.update(it.id, None, nudge)
        };
        try_join_all(overdue.iter().map(nudge)).await?;
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
