//! What the payment service says, on `shop_events`. Each fact has one hearer, the order service.

use crate::{
    catalog::{self, Service},
    ids::{OrderId, PaymentId, RefundId},
    message::Message,
    money::Money,
    topology::Exchange,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How a customer pays.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum PaymentMethod {
    /// Authorised when the order is placed, captured when its stock is there.
    CreditCard,
    /// The same, by another provider.
    Paypal,
    /// Awaited; the order goes on when it has arrived.
    BankTransfer,
    /// Paid at the door, or at the counter: counts as authorised, captured on delivery.
    CashOnDelivery,
}

/// Where a payment stands. The words are those of the system this one grew out of, and two more.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum PaymentStatus {
    /// Nothing is known yet, or the money is awaited.
    Pending,
    /// The money is promised, and not taken.
    Authorized,
    /// The money is taken.
    Completed,
    /// There will be no money; the reason is beside it.
    Failed,
    /// All that was taken is given back.
    Refunded,
    /// What was promised is given up, and nothing was taken.
    Voided,
}

macro_rules! payment_fact {
    ($(#[$doc:meta])* $name:ident, $key:literal, $meaning:literal, {
        $($(#[$field_doc:meta])* $field:ident: $type:ty,)*
    }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
        #[serde(rename_all = "camelCase")]
        pub struct $name {
            /// The payment.
            pub payment_id: PaymentId,
            /// The order it is for.
            pub order_id: OrderId,
            $($(#[$field_doc])* pub $field: $type,)*
        }

        impl Message for $name {
            const BY: Service = catalog::PAYMENTS;
            const KEY: &'static str = $key;
            const EXCHANGE: Exchange = Exchange::Events;
            const MEANING: &'static str = $meaning;

            fn subject(&self) -> String {
                self.order_id.to_string()
            }
        }
    };
}

payment_fact! {
    /// The money for an order is promised.
    PaymentAuthorized, "payments.authorized", "The money for an order is promised.", {
        /// How much.
        amount: Money,
    }
}
payment_fact! {
    /// The money for an order is taken.
    PaymentCaptured, "payments.captured", "The money for an order is taken.", {
        /// How much.
        amount: Money,
        /// What the provider calls it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        transaction_id: Option<String>,
    }
}
payment_fact! {
    /// There will be no money for an order, and none was taken.
    PaymentFailed, "payments.failed", "There will be no money for an order, and none was taken.", {
        /// Why, for people.
        reason: String,
    }
}
payment_fact! {
    /// What was promised for an order is given up; nothing was taken.
    PaymentVoided, "payments.voided", "What was promised for an order is given up; nothing was taken.", {
    }
}
payment_fact! {
    /// Money for an order was given back.
    PaymentRefunded, "payments.refunded", "Money for an order was given back, a part or all of it.", {
        /// Which refund it was.
        refund_id: RefundId,
        /// How much this time.
        amount: Money,
        /// How much altogether so far.
        refunded: Money,
        /// Whether all that was taken is given back now.
        is_full: bool,
        /// Why, for people.
        reason: String,
    }
}
