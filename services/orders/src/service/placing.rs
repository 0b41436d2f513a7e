//! Placing an order: from lines or from a cart, at the prices of the catalogue, once per key.

use super::{Orders, carts::if_there};
use crate::{
    Error,
    catalogue::Product,
    domain::{Cart, Draft, IdempotencyKey, Order},
    storage,
};
use chassis::{identity::Principal, problem::FieldError};
use contracts::{
    address::Address,
    ids::{CartId, CustomerId, OrderId, ProductId},
    message::Events,
    orders::OrderItem,
    payments::PaymentMethod,
    shipping::ShippingMethod,
    text::{EmailAddress, Name},
};
use std::{collections::BTreeMap, time::Duration};
use store::Created;

/// How long the catalogue may take over all lines together, with all that it has to ask for: a little
/// less than the gateway waits for us.
const PATIENCE: Duration = Duration::from_secs(4);
/// Where a client says that it wants what lies in a cart.
const IN_CART: &str = "#/cartId";
const NO_SUCH_PRODUCT: &str = "there is no such product in the catalogue";

/// What a client wants to order, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderRequest {
    /// Who is told about it.
    pub email: EmailAddress,
    /// What is ordered.
    pub ordered: Ordered,
    /// How it is paid for.
    pub payment_method: PaymentMethod,
    /// What the provider gave instead of a card's number.
    pub payment_token: Option<Name>,
    /// How fast it goes.
    pub shipping_method: ShippingMethod,
    /// Where it goes.
    pub shipping_address: Option<Address>,
}

/// What is ordered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ordered {
    /// These lines; at least one.
    Lines(Vec<RequestedLine>),
    /// What lies in this cart.
    Cart(CartId),
}

/// So many of a product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestedLine {
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

/// What came of placing an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Placed {
    /// It is new.
    New(Order),
    /// It was placed before under the same key, or from the same cart.
    Again(Order),
}

impl Orders {
    /// Places an order; under a key that was used before, gives the order that was placed then.
    pub async fn place(
        &self,
        request: OrderRequest,
        asking: Option<&Principal>,
        key: Option<IdempotencyKey>,
    ) -> Result<Placed, Error> {
        if let Some(key) = &key
            && let Some(order) = self.placed_under(key).await?
        {
            if let Ordered::Cart(cart) = request.ordered {
                self.take_out(cart, &order).await?;
            }
            return Ok(Placed::Again(order));
        }
        let customer = asking.and_then(Principal::customer_id);
        match &request.ordered {
            Ordered::Lines(lines) => {
                let items = self.price(lines).await?;
                let draft = draft(&request, OrderId::fresh(), customer, items, key);
                self.save(draft, "#/items").await
            }
            Ordered::Cart(cart) => self.place_cart(*cart, &request, asking, key).await,
        }
    }

    /// The order takes its id from the cart, so that a cart that is ordered twice at once, or again
    /// after a crash, is one order; only then is the cart emptied of it.
    async fn place_cart(
        &self,
        id: CartId,
        request: &OrderRequest,
        asking: Option<&Principal>,
        key: Option<IdempotencyKey>,
    ) -> Result<Placed, Error> {
        let cart = self.cart(id, asking).await?;
        let lines = in_cart(&cart.lines(self.clock.now()));
        if lines.is_empty() {
            return self.placed_meanwhile(key).await;
        }
        let customer = cart.customer_id.or_else(|| asking.and_then(Principal::customer_id));
        let items = self.price(&lines).await?;
        let draft = draft(request, cart.next_order(), customer, items, key);
        let wanted = draft.clone();
        let placed = self.save(draft, IN_CART).await?;
        let (Placed::New(order) | Placed::Again(order)) = &placed;
        self.take_out(id, order).await?;
        if wanted.is(order) { Ok(placed) } else { Err(Error::CartOrdered(id)) }
    }

    /// An empty cart was ordered a moment ago, perhaps by the same request.
    async fn placed_meanwhile(&self, key: Option<IdempotencyKey>) -> Result<Placed, Error> {
        let placed = match &key {
            Some(key) => self.placed_under(key).await?,
            None => None,
        };
        placed.map(Placed::Again).ok_or_else(|| Error::field(IN_CART, "the cart is empty"))
    }

    /// Takes out of a cart what was ordered from it, unless that was done before, perhaps long ago.
    async fn take_out(&self, cart: CartId, order: &Order) -> Result<(), Error> {
        let mut taken = BTreeMap::<ProductId, u32>::new();
        for item in &order.items {
            *taken.entry(item.product_id).or_default() += item.quantity;
        }
        let (now, order) = (self.clock.now(), order.id);
        let take_out = move |cart: &mut Cart| -> Result<Events, Error> {
            cart.ordered(order, &taken, now);
            Ok(Events::none())
        };
        if_there(self.carts.update(cart, None, take_out).await)
    }

    async fn save(&self, draft: Draft, pointer: &str) -> Result<Placed, Error> {
        let key = draft.key.clone();
        let (order, events) = Order::place(draft, self.clock.now(), self.timing)
            .map_err(|it| Error::field(pointer, it.to_string()))?;
        match (self.orders.create(order, events).await, key) {
            (Ok(Created::New(order)), _) => Ok(Placed::New(order)),
            (Ok(Created::Existing(order)), _) => Ok(Placed::Again(order)),
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

    /// The lines as they will stand in the order, or why they cannot be known in time.
    async fn price(&self, lines: &[RequestedLine]) -> Result<Vec<OrderItem>, Error> {
        let priced = tokio::time::timeout(PATIENCE, self.look_up(lines)).await;
        priced.unwrap_or_else(|_elapsed| Err(Error::Catalogue("no answer in time".to_owned())))
    }

    /// The lines with the names and prices of the catalogue.
    async fn look_up(&self, lines: &[RequestedLine]) -> Result<Vec<OrderItem>, Error> {
        let by_id: Vec<_> = lines.iter().filter_map(|it| it.product.id()).collect();
        let known = self.catalogue.by_ids(&by_id).await?;
        let (mut items, mut unknown) = (Vec::with_capacity(lines.len()), Vec::new());
        for line in lines {
            let found = match &line.product {
                ProductRef::Id(id) => known.get(id).map(|it| (*id, it.clone())),
                ProductRef::Name(name, category) => self.catalogue.by_name(name, category).await?,
            };
            match found {
                Some((id, product)) => items.push(item(id, product, line.quantity)),
                None => unknown.push(FieldError::new(&line.pointer, NO_SUCH_PRODUCT)),
            }
        }
        if unknown.is_empty() { Ok(items) } else { Err(Error::Fields(unknown)) }
    }
}

fn draft(
    request: &OrderRequest,
    id: OrderId,
    customer_id: Option<CustomerId>,
    items: Vec<OrderItem>,
    key: Option<IdempotencyKey>,
) -> Draft {
    Draft {
        id,
        customer_id,
        email: request.email.clone(),
        items,
        payment_method: request.payment_method,
        payment_token: request.payment_token.clone(),
        shipping_method: request.shipping_method,
        shipping_address: request.shipping_address.clone(),
        key,
    }
}

fn item(product_id: ProductId, product: Product, quantity: u32) -> OrderItem {
    let Product { name, category, price } = product;
    OrderItem { product_id, name, category, quantity, price }
}

fn in_cart(lines: &BTreeMap<ProductId, u32>) -> Vec<RequestedLine> {
    let line = |(product, quantity): (&ProductId, &u32)| RequestedLine {
        product: ProductRef::Id(*product),
        quantity: *quantity,
        pointer: IN_CART.to_owned(),
    };
    lines.iter().map(line).collect()
}
