//! What is heard: each message moves a leg of its order, or changes the local catalogue.

use super::{Orders, carts::if_there};
use crate::{
    Error,
    domain::{Cart, Fact, Order},
};
use bus::Delivery;
use contracts::{
    customers::CustomerDeleted,
    ids::{MessageId, OrderId},
    inventory::{InventoryRejected, InventoryReleased, InventoryUpdated},
    message::Events,
    money::Money,
    payments::{PaymentAuthorized, PaymentCaptured, PaymentFailed, PaymentRefunded, PaymentVoided},
    products::{ProductCreated, ProductDeleted, ProductUpdated},
    shipping::ShippingUpdated,
};

impl Orders {
    /// An order hears a fact. What is said of an order that cannot be seen yet is heard again later.
    async fn tell(
        &self,
        order: OrderId,
        cause: impl Into<Option<MessageId>>,
        fact: Fact,
    ) -> Result<(), Error> {
        let now = self.clock.now();
        self.hear(order, cause, move |order| order.hear(fact.clone(), now)).await
    }

    /// The same of a fact about so much money.
    async fn tell_of_money(
        &self,
        order: OrderId,
        cause: MessageId,
        amount: Money,
        fact: Fact,
    ) -> Result<(), Error> {
        let now = self.clock.now();
        self.hear(order, cause, move |it| it.hear_of_money(amount, fact.clone(), now)).await
    }

    async fn hear(
        &self,
        order: OrderId,
        cause: impl Into<Option<MessageId>>,
        hear: impl Fn(&mut Order) -> Events + Send + 'static,
    ) -> Result<(), Error> {
        let hear = move |order: &mut Order| -> Result<Events, Error> { Ok(hear(order)) };
        match self.orders.update(order, cause, hear).await {
            Err(Error::Store(store::Error::Missing { .. })) => Err(Error::Early(order)),
            heard => heard.map(drop),
        }
    }

    /// Stock has changed; for an order, that it is reserved.
    pub async fn inventory_updated(self, it: Delivery<InventoryUpdated>) -> Result<(), Error> {
        let Some(order) = it.body.order_id else { return Ok(()) };
        self.tell(order, it.id, Fact::StockReserved).await
    }

    /// Stock is short for an order.
    pub async fn inventory_rejected(self, it: Delivery<InventoryRejected>) -> Result<(), Error> {
        self.tell(it.body.order_id, it.id, Fact::StockShort(it.body.shortages)).await
    }

    /// Nothing is held for a cancelled order any more.
    pub async fn inventory_released(self, it: Delivery<InventoryReleased>) -> Result<(), Error> {
        self.tell(it.body.order_id, it.id, Fact::StockReleased).await
    }

    /// The money for an order is promised.
    pub async fn payment_authorized(self, it: Delivery<PaymentAuthorized>) -> Result<(), Error> {
        let PaymentAuthorized { order_id, amount, .. } = it.body;
        self.tell_of_money(order_id, it.id, amount, Fact::PaymentAuthorized).await
    }

    /// The money for an order is taken.
    pub async fn payment_captured(self, it: Delivery<PaymentCaptured>) -> Result<(), Error> {
        let PaymentCaptured { order_id, amount, .. } = it.body;
        self.tell_of_money(order_id, it.id, amount, Fact::PaymentCaptured).await
    }

    /// There will be no money for an order.
    pub async fn payment_failed(self, it: Delivery<PaymentFailed>) -> Result<(), Error> {
        self.tell(it.body.order_id, it.id, Fact::PaymentFailed(it.body.reason)).await
    }

    /// The money promised for an order was given up.
    pub async fn payment_voided(self, it: Delivery<PaymentVoided>) -> Result<(), Error> {
        self.tell(it.body.order_id, it.id, Fact::PaymentVoided).await
    }

    /// Money for an order was given back.
    pub async fn payment_refunded(self, it: Delivery<PaymentRefunded>) -> Result<(), Error> {
        let PaymentRefunded {
            payment_id: _,
            order_id,
            refund_id,
            amount,
            refunded,
            is_full,
            reason,
        } = it.body;
        let fact = Fact::PaymentRefunded { refund: refund_id, amount, refunded, is_full, reason };
        self.tell(order_id, it.id, fact).await
    }

    /// The parcel of an order has come a step further. That is said under the same name each time, and
    /// may come before the order has asked for it; so it is heard each time, as it does no harm.
    pub async fn shipping_updated(self, it: Delivery<ShippingUpdated>) -> Result<(), Error> {
        let ShippingUpdated { shipment_id: _, order_id, status, tracking, reason } = it.body;
        self.tell(order_id, None, Fact::Shipment { status, tracking, reason }).await
    }

    /// A product has been added to the catalogue.
    pub async fn product_created(self, it: Delivery<ProductCreated>) -> Result<(), Error> {
        self.catalogue.note(it.body.into()).await
    }

    /// A product of the catalogue has changed.
    pub async fn product_updated(self, it: Delivery<ProductUpdated>) -> Result<(), Error> {
        self.catalogue.note(it.body.into()).await
    }

    /// A product is no longer sold.
    pub async fn product_deleted(self, it: Delivery<ProductDeleted>) -> Result<(), Error> {
        self.catalogue.note(it.body.into()).await
    }

    /// A customer has left: their cart is emptied. Their orders stay, as the law wants it.
    pub async fn customer_deleted(self, it: Delivery<CustomerDeleted>) -> Result<(), Error> {
        let now = self.clock.now();
        let clear = move |cart: &mut Cart| -> Result<Events, Error> {
            cart.clear(now);
            Ok(Events::none())
        };
        if_there(self.carts.update(Cart::id_of(it.body.customer_id), it.id, clear).await)
    }
}
