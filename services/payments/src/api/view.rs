use crate::domain::{Payment, Refund, Step};
use contracts::{
    ids::{CustomerId, OrderId, PaymentId},
    money::Money,
    payments::{PaymentMethod, PaymentStatus},
};
use jiff::Timestamp;
use serde::Serialize;

/// A payment as callers see it: without its token.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PaymentView {
    payment_id: PaymentId,
    order_id: OrderId,
    #[serde(skip_serializing_if = "Option::is_none")]
    customer_id: Option<CustomerId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    amount: Option<Money>,
    #[serde(skip_serializing_if = "Option::is_none")]
    payment_method: Option<PaymentMethod>,
    status: PaymentStatus,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// Whether no money is wanted any more, and what there is goes back.
    is_unwanted: bool,
    /// What the provider is being asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    waiting_for: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    transaction_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    captured_amount: Option<Money>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refunded_amount: Option<Money>,
    refunds: Vec<Refund>,
    history: Vec<Step>,
    revision: u64,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl From<Payment> for PaymentView {
    fn from(payment: Payment) -> Self {
        let refunded_amount = payment.refunded();
        let (customer_id, amount, payment_method) = match payment.terms {
            Some(it) => (it.customer_id, Some(it.amount), Some(it.method)),
            None => (None, None, None),
        };
        Self {
            payment_id: payment.payment_id,
            order_id: payment.order_id,
            customer_id,
            amount,
            payment_method,
            status: payment.status,
            reason: payment.reason,
            is_unwanted: payment.unwanted.is_some(),
            waiting_for: payment.waiting.map(|it| it.operation.name()),
            transaction_id: payment.transaction_id.or(payment.authorization_id),
            captured_amount: payment.captured,
            refunded_amount,
            refunds: payment.refunds,
            history: payment.history,
            revision: payment.revision,
            created_at: payment.created_at,
            updated_at: payment.updated_at,
        }
    }
}
