//! What the order service says, on `orders_exchange`.
//!
//! The first two keys and the shape `{"message", "order": {…}}` are those of the system this one grew
//! out of, so that a consumer written for it still understands them. `itemName` and `itemCategory`
//! are those of the first line; `items` has them all.
//!
//! What the order process wants of others it says as a wish (`…Wanted`, `…Unwanted`) under a key that
//! one service alone hears, and says it again until it has its answer.

use crate::{
    address::Address,
    catalog::{self, Service},
    ids::{CustomerId, OrderId, ProductId},
    message::Message,
    money::Money,
    payments::PaymentMethod,
    shipping::{ShippingMethod, Tracking},
    text::{EmailAddress, Name},
    topology::Exchange,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where an order stands.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum OrderStatus {
    /// Accepted; its stock is not yet reserved, or its money not yet promised.
    Pending,
    /// Its stock is reserved and its money promised: it will be carried out.
    Processing,
    /// On its way.
    Shipped,
    /// Arrived.
    Delivered,
    /// It will not be carried out; the reason is beside it.
    Cancelled,
}

impl OrderStatus {
    /// The word for it, as it is read and written everywhere.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Processing => "processing",
            Self::Shipped => "shipped",
            Self::Delivered => "delivered",
            Self::Cancelled => "cancelled",
        }
    }
}

/// One line of an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrderItem {
    /// The product.
    pub product_id: ProductId,
    /// Its name when it was ordered.
    pub name: Name,
    /// Its category when it was ordered.
    pub category: Name,
    /// How many.
    pub quantity: u32,
    /// The price of one.
    pub price: Money,
}

/// An order, as other services are told of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrderSummary {
    /// Names the order.
    pub order_id: OrderId,
    /// Who is told about it.
    pub email: EmailAddress,
    /// The name of the first line.
    pub item_name: Name,
    /// The category of the first line.
    pub item_category: Name,
    /// Where it stands.
    pub status: OrderStatus,
    /// All lines.
    pub items: Vec<OrderItem>,
    /// What all lines cost together.
    pub total: Money,
    /// How it is paid for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_method: Option<PaymentMethod>,
}

/// Stock is wanted for an order. Said again as long as nobody answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StockWanted {
    /// For people: what happened.
    pub message: String,
    /// The order.
    pub order: OrderSummary,
}

/// What a customer is told.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Notification {
    /// The order has arrived at the shop.
    Received,
    /// The order will be carried out.
    Confirmed,
    /// The shop will not carry the order out.
    Refused,
    /// The order will not be carried out, since it was not paid.
    PaymentFailed,
    /// The parcel is on its way.
    Shipped,
    /// The parcel has arrived.
    Delivered,
    /// The order was called off, by the customer or by staff, or its parcel came back.
    Cancelled,
    /// Money was given back.
    Refunded,
}

/// A customer is to be told something about an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CustomerNotified {
    /// For people: what happened.
    pub message: String,
    /// What it is about.
    pub notification: Notification,
    /// Why, when the order was refused or called off, or money given back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// How the parcel is followed, once it is on its way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tracking: Option<Tracking>,
    /// How much was given back, when money was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refund: Option<Money>,
    /// Tells apart what may be told several times about one order, such as its refunds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// The order.
    pub order: OrderSummary,
}

/// An order will be carried out: what was reserved for it is sold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrderConfirmed {
    /// The order.
    pub order_id: OrderId,
}

/// An order will not be carried out: what was reserved for it is free again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrderCancelled {
    /// The order.
    pub order_id: OrderId,
    /// Why.
    pub reason: String,
}

/// Money is wanted for an order: it is to be promised now and taken later, or to be awaited.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PaymentWanted {
    /// The order.
    pub order_id: OrderId,
    /// Who pays, if they have an account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_id: Option<CustomerId>,
    /// How much.
    pub amount: Money,
    /// How.
    pub method: PaymentMethod,
    /// What the provider gave the customer's browser instead of a card's number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<Name>,
}

/// The money that is promised for an order is to be taken now; or, at the door, was paid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CaptureWanted {
    /// The order.
    pub order_id: OrderId,
}

/// No money is wanted for an order any more: what is promised is to be given up, what was taken is to
/// be given back, and what is still to come is not to be taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PaymentUnwanted {
    /// The order.
    pub order_id: OrderId,
    /// Why.
    pub reason: String,
}

/// So many of a product are in a parcel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Packed {
    /// The product.
    pub product_id: ProductId,
    /// What it is called.
    pub name: Name,
    /// How many.
    pub quantity: u32,
}

/// An order is paid or will be at the door: it is to be shipped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ShipmentWanted {
    /// The order.
    pub order_id: OrderId,
    /// Whose it is, if they have an account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_id: Option<CustomerId>,
    /// How fast.
    pub method: ShippingMethod,
    /// Where to; without one it is collected at the shop.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<Address>,
    /// What is in it.
    pub items: Vec<Packed>,
}

/// An order was called off: its parcel is to stay here, if the carrier does not have it yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ShipmentUnwanted {
    /// The order.
    pub order_id: OrderId,
    /// Why.
    pub reason: String,
}

macro_rules! wish {
    ($name:ident, $key:literal, $meaning:literal) => {
        impl Message for $name {
            const BY: Service = catalog::ORDERS;
            const KEY: &'static str = $key;
            const EXCHANGE: Exchange = Exchange::Orders;
            const MEANING: &'static str = $meaning;

            fn subject(&self) -> String {
                self.order_id.to_string()
            }
        }
    };
}

wish!(PaymentWanted, "orders.paymentwanted", "Money is wanted for a placed order.");
wish!(CaptureWanted, "orders.capturewanted", "The money promised for an order is to be taken.");
wish!(
    PaymentUnwanted,
    "orders.paymentunwanted",
    "No money is wanted for an order any more: it is given up, or given back."
);
wish!(ShipmentWanted, "orders.shipmentwanted", "An order is to be shipped.");
wish!(ShipmentUnwanted, "orders.shipmentunwanted", "The parcel of an order is to stay here.");

impl Message for StockWanted {
    const BY: Service = catalog::ORDERS;
    const KEY: &'static str = "orders.inventoryupdate";
    const EXCHANGE: Exchange = Exchange::Orders;
    const MEANING: &'static str = "Stock is wanted for a placed order.";

    fn subject(&self) -> String {
        self.order.order_id.to_string()
    }
}

impl Message for CustomerNotified {
    const BY: Service = catalog::ORDERS;
    const KEY: &'static str = "orders.emailnotification";
    const EXCHANGE: Exchange = Exchange::Orders;
    const MEANING: &'static str = "A customer is to be told what has become of an order.";

    fn subject(&self) -> String {
        self.order.order_id.to_string()
    }
}

impl Message for OrderConfirmed {
    const BY: Service = catalog::ORDERS;
    const KEY: &'static str = "orders.confirmed";
    const EXCHANGE: Exchange = Exchange::Orders;
    const MEANING: &'static str = "An order will be carried out; what is reserved for it is sold.";

    fn subject(&self) -> String {
        self.order_id.to_string()
    }
}

impl Message for OrderCancelled {
    const BY: Service = catalog::ORDERS;
    const KEY: &'static str = "orders.cancelled";
    const EXCHANGE: Exchange = Exchange::Orders;
    const MEANING: &'static str =
        "An order will not be carried out; what is reserved for it is free again.";

    fn subject(&self) -> String {
        self.order_id.to_string()
    }
}
