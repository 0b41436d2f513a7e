use contracts::ids::{CartId, CustomerId, OrderId, ProductId};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How many lines a cart, and so an order, has at most.
pub const MOST_LINES: usize = 100;
/// How many of a product one line may have.
pub const MOST_PIECES: u32 = 10_000;
/// How long the cart of somebody without an account is kept after its last change.
const GUEST_LIFE: SignedDuration = SignedDuration::from_hours(7 * 24);
/// How long the cart of a customer is kept after its last change.
const CUSTOMER_LIFE: SignedDuration = SignedDuration::from_hours(30 * 24);

/// How long the cart of somebody without an account is kept while there is nothing in it.
const EMPTY_LIFE: SignedDuration = SignedDuration::from_hours(30 * 24);

/// What somebody means to buy. A cart is never closed: ordering takes out of it what was ordered, and
/// expiry empties it. That of a customer is kept for ever, since its next order is named by how many
/// there were; one of a guest is removed when it has long been empty, and nobody makes another of its
/// name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Cart {
    /// Names it. Whoever knows the name of a guest's cart may use it.
    pub id: CartId,
    /// Counts its changes, from 1.
    #[serde(default)]
    pub revision: u64,
    /// Whose it is, if they have an account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_id: Option<CustomerId>,
    /// How many of what.
    pub lines: BTreeMap<ProductId, u32>,
    /// How many orders were made of it; the next one's id follows from this, so that a cart that is
    /// ordered twice at once is one order.
    pub orders: u32,
    /// How often it was merged into a customer's; the next merge is named by this, so that it moves the
    /// lines once.
    #[serde(default)]
    pub merges: u32,
    /// What is on its way to a customer's cart.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub moving: BTreeMap<ProductId, u32>,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// When it is emptied, in milliseconds; not while it is empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<i64>,
    /// When it is removed, in milliseconds; only the cart of a guest, while there is nothing in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub removed_at: Option<i64>,
}

/// Why something does not go into a cart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CartRefused {
    /// It has as many lines as it can have.
    #[error("a cart has at most {MOST_LINES} lines: take one out first")]
    Full,
    /// More of one product than an order may have.
    #[error("a cart has at most {MOST_PIECES} of a product")]
    TooMany,
}

impl Cart {
    /// An empty cart of somebody without an account.
    pub fn of_guest(now: Timestamp) -> Self {
        Self::empty(CartId::fresh(), None, now)
    }

    /// The cart of a customer, who has one, under an id that follows from theirs.
    pub fn of_customer(customer: CustomerId, now: Timestamp) -> Self {
        Self::empty(Self::id_of(customer), Some(customer), now)
    }

    /// What the cart of a customer is called.
    pub fn id_of(customer: CustomerId) -> CartId {
        CartId::derived(&format!("customer/{customer}"))
    }

    fn empty(id: CartId, customer_id: Option<CustomerId>, now: Timestamp) -> Self {
        let mut cart = Self {
            id,
            revision: 1,
            customer_id,
            lines: BTreeMap::new(),
            orders: 0,
            merges: 0,
            moving: BTreeMap::new(),
            updated_at: now,
            expires_at: None,
            removed_at: None,
        };
        cart.touch(now);
        cart
    }

    /// What is in it now: nothing, once its time is over.
    pub fn lines(&self, now: Timestamp) -> BTreeMap<ProductId, u32> {
        if self.is_over(now) { BTreeMap::new() } else { self.lines.clone() }
    }

    /// What the order will be called that is made of it as it is.
    pub fn next_order(&self) -> OrderId {
        OrderId::derived(&format!("cart/{}/{}", self.id, self.orders))
    }

    /// Puts so many of a product in, instead of how many there were; none takes it out.
    pub fn put(
        &mut self,
        product: ProductId,
        quantity: u32,
        now: Timestamp,
    ) -> Result<(), CartRefused> {
        self.expire(now);
        if quantity > MOST_PIECES {
            return Err(CartRefused::TooMany);
        }
        if quantity == 0 {
            self.lines.remove(&product);
        } else if self.lines.len() >= MOST_LINES && !self.lines.contains_key(&product) {
            return Err(CartRefused::Full);
        } else {
            self.lines.insert(product, quantity);
        }
        self.touch(now);
        Ok(())
    }

    /// Takes over what lies in another cart, as far as it fits.
    pub fn take_in(&mut self, lines: &BTreeMap<ProductId, u32>, now: Timestamp) {
        self.expire(now);
        for (product, quantity) in lines {
            let has = self.lines.get(product).copied().unwrap_or(0);
            // What does not fit is left out: nobody is kept from signing in by a full cart.
            let _full = self.put(*product, has.saturating_add(*quantity).min(MOST_PIECES), now);
        }
    }

    /// Takes out what the next order has taken, once; what was put in since stays.
    pub fn ordered(&mut self, order: OrderId, taken: &BTreeMap<ProductId, u32>, now: Timestamp) {
        if self.next_order() == order {
            self.orders = self.orders.saturating_add(1);
            self.take(taken, now);
        }
    }

    /// Takes so many of each out, as far as they are there.
    pub fn take(&mut self, taken: &BTreeMap<ProductId, u32>, now: Timestamp) {
        for (product, quantity) in taken {
            match self.lines.get_mut(product) {
                Some(left) if *left > *quantity => *left -= quantity,
                Some(_) | None => drop(self.lines.remove(product)),
            }
        }
        self.touch(now);
    }

    /// Sends what is in it on its way to a customer's cart, unless something is on its way already.
    pub fn send(&mut self, now: Timestamp) {
        self.expire(now);
        if self.moving.is_empty() {
            self.moving = std::mem::take(&mut self.lines);
            self.touch(now);
        }
    }

    /// What was sent as its `merge`-th merge has arrived.
    pub fn arrived(&mut self, merge: u32, now: Timestamp) {
        if self.merges == merge {
            self.merges = self.merges.saturating_add(1);
            self.moving.clear();
            self.touch(now);
        }
    }

    /// Takes everything out.
    pub fn clear(&mut self, now: Timestamp) {
        self.lines.clear();
        self.touch(now);
    }

    /// Takes everything out when its time is over.
    pub fn expire(&mut self, now: Timestamp) {
        if self.is_over(now) {
            self.clear(now);
        }
    }

    fn is_over(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|it| it <= now.as_millisecond())
    }

    fn touch(&mut self, now: Timestamp) {
        let is_guests = self.customer_id.is_none();
        let life = if is_guests { GUEST_LIFE } else { CUSTOMER_LIFE };
        let after = |life| now.saturating_add(life).unwrap_or(Timestamp::MAX).as_millisecond();
        let is_spent = is_guests && self.lines.is_empty() && self.moving.is_empty();
        self.expires_at = (!self.lines.is_empty()).then(|| after(life));
        self.removed_at = is_spent.then(|| after(EMPTY_LIFE));
        self.updated_at = now;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    fn later(hours: i64) -> Timestamp {
        NOW + SignedDuration::from_hours(hours)
    }

    #[test]
    fn what_is_ordered_is_taken_out_once_and_what_came_since_stays() {
        let (mut cart, product) = (Cart::of_guest(NOW), ProductId::fresh());
        cart.put(product, 2, NOW).unwrap();
        let (order, taken) = (cart.next_order(), cart.lines(NOW));
        cart.put(product, 5, NOW).unwrap();
        cart.ordered(order, &taken, NOW);
        cart.ordered(order, &taken, NOW);
        assert_eq!(cart.lines(NOW), BTreeMap::from([(product, 3)]));
        assert_ne!(cart.next_order(), order);
    }

    #[test]
    fn a_cart_that_nobody_touches_is_emptied() {
        let (mut cart, product) = (Cart::of_guest(NOW), ProductId::fresh());
        cart.put(product, 1, NOW).unwrap();
        assert_eq!(cart.lines(later(7 * 24 - 1)).len(), 1);
        assert!(cart.lines(later(7 * 24)).is_empty());
        cart.put(ProductId::fresh(), 1, later(8 * 24)).unwrap();
        assert_eq!(cart.lines(later(8 * 24)).len(), 1, "only what was put in since");
        assert_eq!(cart.expires_at, Some(later(15 * 24).as_millisecond()));
        cart.clear(later(8 * 24));
        assert_eq!(cart.expires_at, None);
    }

    #[test]
    fn only_the_empty_cart_of_a_guest_is_removed() {
        let (mut guests, product) = (Cart::of_guest(NOW), ProductId::fresh());
        let over = |hours: i64| Some(later(hours).as_millisecond());
        assert_eq!(guests.removed_at, over(30 * 24));
        guests.put(product, 1, later(1)).unwrap();
        assert_eq!(guests.removed_at, None);
        guests.send(later(2));
        assert_eq!(guests.removed_at, None, "its lines are on their way");
        guests.arrived(0, later(3));
        assert_eq!(guests.removed_at, over(3 + 30 * 24));
        guests.put(product, 1, later(4)).unwrap();
        guests.expire(later(4 + 7 * 24));
        assert_eq!(guests.removed_at, over(4 + 37 * 24));
        let mut customers = Cart::of_customer(CustomerId::fresh(), NOW);
        assert_eq!(customers.removed_at, None);
        customers.put(product, 1, NOW).unwrap();
        customers.expire(later(60 * 24));
        assert!(customers.lines.is_empty());
        assert_eq!(customers.removed_at, None);
    }

    #[test]
    fn a_cart_has_bounds() {
        let mut cart = Cart::of_customer(CustomerId::fresh(), NOW);
        for _ in 0..MOST_LINES {
            cart.put(ProductId::fresh(), 1, NOW).unwrap();
        }
        assert_eq!(cart.put(ProductId::fresh(), 1, NOW), Err(CartRefused::Full));
        let known = *cart.lines.keys().next().unwrap();
        assert_eq!(cart.put(known, MOST_PIECES + 1, NOW), Err(CartRefused::TooMany));
        cart.take_in(&BTreeMap::from([(known, MOST_PIECES), (ProductId::fresh(), 1)]), NOW);
        assert_eq!((cart.lines[&known], cart.lines.len()), (MOST_PIECES, MOST_LINES));
        cart.put(known, 0, NOW).unwrap();
        assert_eq!(cart.lines.len(), MOST_LINES - 1);
    }
}
