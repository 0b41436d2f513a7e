//! Orders, as those ask for them who are told of one by a client.

use super::{Gateway, Unanswered};
use async_trait::async_trait;
use contracts::{
    ids::OrderId,
    money::Money,
    orders::OrderStatus,
    payments::{PaymentMethod, PaymentStatus},
};
use serde::Deserialize;

/// An order, as much of it as others go by.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct KnownOrder {
    /// Names it.
    pub order_id: OrderId,
    /// What it costs.
    pub total: Money,
    /// Where it stands.
    pub status: OrderStatus,
    /// How it is paid for.
    pub payment_method: PaymentMethod,
    /// Where its payment stands, as far as the order has heard.
    pub payment_status: PaymentStatus,
}

impl KnownOrder {
    /// Whether its parcel may leave: its goods are set aside, and it is paid for, or will be at the door.
    #[must_use]
    pub fn is_to_be_shipped(&self) -> bool {
        let is_paid = self.payment_status == PaymentStatus::Completed
            || (self.payment_method, self.payment_status)
                == (PaymentMethod::CashOnDelivery, PaymentStatus::Authorized);
        self.status == OrderStatus::Processing && is_paid
    }
}

/// Who knows all orders.
#[async_trait]
pub trait OrderSource: Send + Sync + 'static {
    /// The order of this id, if there is one.
    async fn order(&self, id: OrderId) -> Result<Option<KnownOrder>, Unanswered>;
}

#[async_trait]
impl OrderSource for Gateway {
    async fn order(&self, id: OrderId) -> Result<Option<KnownOrder>, Unanswered> {
        self.get(&format!("/api/orders/{id}"), &[]).await
    }
}
