//! Carts: of guests, who know their cart by its name, and of customers, who have one.

use super::Orders;
use crate::{Error, catalogue::Product, domain::Cart, storage};
use chassis::{http::IfMatch, identity::Principal};
use contracts::{
    ids::{CartId, CustomerId, MessageId, ProductId},
    message::Events,
};
use futures::{StreamExt as _, stream};

/// How many carts are emptied at once.
const AT_ONCE: usize = 16;

/// A line of a cart, with what the catalogue says of its product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CartLine {
    /// The product.
    pub product_id: ProductId,
    /// How many.
    pub quantity: u32,
    /// What it is; nothing when it is no longer sold.
    pub product: Option<Product>,
}

impl Orders {
    /// Makes a cart: for a customer theirs, which may be there already; else a new one.
    pub async fn open_cart(&self, asking: Option<&Principal>) -> Result<Cart, Error> {
        let now = self.clock.now();
        let cart = match asking.and_then(Principal::customer_id) {
            Some(customer) => Cart::of_customer(customer, now),
            None => Cart::of_guest(now),
        };
        Ok(self.carts.create(cart, Events::none()).await?.into_inner())
    }

    /// The cart of this name, if it is a guest's or belongs to whoever asks.
    pub async fn cart(&self, id: CartId, asking: Option<&Principal>) -> Result<Cart, Error> {
        let cart = self.carts.get(&id).await?;
        let is_theirs = |owner: CustomerId| asking.is_some_and(|it| it.may_act_for(owner));
        if cart.customer_id.is_none_or(is_theirs) { Ok(cart) } else { Err(Error::NoSuchCart(id)) }
    }

    /// Puts so many of a product into a cart; none takes it out.
    pub async fn put_into_cart(
        &self,
        id: CartId,
        asking: Option<&Principal>,
        condition: IfMatch,
        (product, quantity): (ProductId, u32),
    ) -> Result<Cart, Error> {
        self.cart(id, asking).await?;
        if quantity > 0 && self.catalogue.by_ids(&[product]).await?.is_empty() {
            return Err(Error::NoSuchProduct(product));
        }
        let now = self.clock.now();
        let put = move |cart: &mut Cart| -> Result<Events, Error> {
            Error::unless_stale(&condition, cart.revision)?;
            cart.put(product, quantity, now)?;
            Ok(Events::none())
        };
        // The id lets a save whose answer was lost be known again, by which the condition still held.
        self.carts.update(id, MessageId::fresh(), put).await
    }

    /// Brings a guest's cart to the customer who has signed in; the lines move once, however often this
    /// is asked for. They are sent off in one write, taken in by another under a name of their own, and
    /// crossed off by a third: who dies in between is followed by whoever asks again.
    pub async fn merge_cart(
        &self,
        id: CartId,
        customer: CustomerId,
        condition: IfMatch,
    ) -> Result<Cart, Error> {
        let (guest, now) = (self.carts.get(&id).await?, self.clock.now());
        if guest.customer_id.is_some() {
            return if guest.customer_id == Some(customer) {
                Ok(guest)
            } else {
                Err(Error::NoSuchCart(id))
            };
        }
        let theirs = self.carts.create(Cart::of_customer(customer, now), Events::none()).await?;
        let mut theirs = theirs.into_inner();
        // Twice, since what was left behind by a merge that died goes first. The first one is bound to
        // the condition, the second follows from it.
        for condition in [condition, IfMatch::default()] {
            let send = move |cart: &mut Cart| -> Result<Events, Error> {
                Error::unless_stale(&condition, cart.revision)?;
                cart.send(now);
                Ok(Events::none())
            };
            let sent = self.carts.update(id, MessageId::fresh(), send).await?;
            theirs = self.take_in(theirs.id, &sent).await?;
            let arrived = move |cart: &mut Cart| -> Result<Events, Error> {
                cart.arrived(sent.merges, now);
                Ok(Events::none())
            };
            self.carts.update(id, None, arrived).await?;
        }
        Ok(theirs)
    }

    /// Takes in what was sent from a guest's cart, once.
    async fn take_in(&self, theirs: CartId, sent: &Cart) -> Result<Cart, Error> {
        let cause = MessageId::derived(&format!("merge/{}/{}", sent.id, sent.merges));
        let (lines, now) = (sent.moving.clone(), self.clock.now());
        let take_in = move |cart: &mut Cart| -> Result<Events, Error> {
            cart.take_in(&lines, now);
            Ok(Events::none())
        };
        self.carts.update(theirs, cause, take_in).await
    }

    /// What lies in a cart, with what the catalogue says of it.
    pub async fn cart_lines(&self, cart: &Cart) -> Result<Vec<CartLine>, Error> {
        let lines = cart.lines(self.clock.now());
        let ids: Vec<_> = lines.keys().copied().collect();
        let mut known = self.catalogue.by_ids(&ids).await?;
        let line = |(product_id, quantity)| CartLine {
            product_id,
            quantity,
            product: known.remove(&product_id),
        };
        Ok(lines.into_iter().map(line).collect())
    }

    /// Empties carts that nobody has touched for too long; says how many there were.
    pub async fn expire_carts(&self) -> Result<usize, Error> {
        let now = self.clock.now();
        let over = self.carts.find(&storage::over(now)).await?;
        let expire = |id: CartId| {
            let expire = move |cart: &mut Cart| -> Result<Events, Error> {
                cart.expire(now);
                Ok(Events::none())
            };
            self.carts.update(id, None, expire)
        };
        let ids: Vec<_> = over.iter().map(|it| it.id).collect();
        let expired: Vec<_> =
            stream::iter(ids).map(expire).buffer_unordered(AT_ONCE).collect().await;
        expired.into_iter().try_for_each(if_there)?;
        Ok(over.len())
    }

    /// Removes carts of guests that have long been empty; says how many there were.
    pub async fn remove_carts(&self) -> Result<usize, Error> {
        Ok(self.carts.purge(&storage::spent(self.clock.now())).await?)
    }
}

/// A cart that is not there any more was empty, so there was nothing left to take out.
pub(super) fn if_there(changed: Result<Cart, Error>) -> Result<(), Error> {
    match changed {
        Err(Error::Store(store::Error::Missing { .. })) => Ok(()),
        changed => changed.map(drop),
    }
}
