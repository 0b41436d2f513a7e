//! The use cases, one method per verb.

mod carts;
mod hearing;
mod placing;

pub use crate::domain::Timing;
pub use carts::CartLine;
pub use placing::{OrderRequest, Ordered, Placed, ProductRef, RequestedLine};

use crate::{
    Catalogue, Error,
    domain::{Cart, Order},
    storage::{self, OrderFilter},
};
use chassis::{clock::SharedClock, http::IfMatch, identity::Principal};
use contracts::{
    ids::{CustomerId, MessageId, OrderId},
    message::Events,
};
use futures::{StreamExt as _, stream};
use store::{Page, Repository, Store};

/// How many overdue orders are nudged at once.
const NUDGES: usize = 32;

/// What can be done with orders and carts. Cheap to clone.
#[derive(Clone)]
pub struct Orders {
    orders: Repository<Order>,
    carts: Repository<Cart>,
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
    /// The orders in `store`, with the prices of a catalogue.
    pub fn new(
        store: &mut Store,
        catalogue: Catalogue,
        clock: SharedClock,
        timing: Timing,
    ) -> Self {
        let (orders, carts) = (store.repository(), store.repository());
        Self { orders, carts, catalogue, clock, timing }
    }

    /// The order of this id, as far as it concerns whoever asks: a customer's order is shown to that
    /// customer and to staff; a guest's to whoever knows its id.
    pub async fn get(&self, id: OrderId, asking: Option<&Principal>) -> Result<Order, Error> {
        let order = self.orders.get(&id).await?;
        let may_see = |owner: CustomerId| asking.is_some_and(|it| it.may_act_for(owner));
        if order.customer_id.is_none_or(may_see) { Ok(order) } else { Err(Error::NotYours(id)) }
    }

    /// A page of orders, newest first.
    pub(crate) async fn list(
        &self,
        filter: &OrderFilter,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<Page<Order>, Error> {
        Ok(self.orders.page_after(&storage::listed(filter), cursor, limit).await?)
    }

    /// Calls an order off: at once where that is still ours to decide, else as soon as shipping agrees.
    pub async fn call_off(
        &self,
        id: OrderId,
        asking: Option<&Principal>,
        condition: IfMatch,
        reason: String,
    ) -> Result<Order, Error> {
        self.get(id, asking).await?;
        let now = self.clock.now();
        let call_off = move |order: &mut Order| {
            Error::unless_stale(&condition, order.revision)?;
            Ok(order.call_off(reason.clone(), now)?)
        };
        // The id lets a save whose answer was lost be known again, by which the condition still held.
        self.orders.update(id, MessageId::fresh(), call_off).await
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
