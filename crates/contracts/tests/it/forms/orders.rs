//! What orders are told of, and the values that many messages share.

use super::Form;
use contracts::{
    ids::{CustomerId, OrderId, ProductId},
    money::{Currency, Money},
    orders::{
        CustomerNotified, Notification, OrderCancelled, OrderConfirmed, OrderItem, OrderStatus,
        OrderSummary, StockWanted,
    },
    payments::PaymentMethod,
    shipping::Tracking,
    text::{EmailAddress, Name},
};
use jiff::Timestamp;

pub(super) fn name(text: &str) -> Name {
    Name::parse(text).expect("a good name")
}

pub(super) fn address() -> EmailAddress {
    EmailAddress::parse("ada@example.com").expect("a good address")
}

pub(super) fn product() -> ProductId {
    ProductId::derived("laptop")
}

pub(super) fn order_id() -> OrderId {
    OrderId::derived("first")
}

pub(super) fn customer() -> CustomerId {
    CustomerId::derived("ada")
}

pub(super) fn price() -> Money {
    Money::new(99_900, Currency::USD)
}

pub(super) fn tracking() -> Tracking {
    Tracking {
        carrier: "ups".to_owned(),
        tracking_number: "1Z999AA10123456784".to_owned(),
        estimated_delivery: Timestamp::constant(1_800_432_000, 0),
    }
}

fn order(status: OrderStatus) -> OrderSummary {
    let item = OrderItem {
        product_id: product(),
        name: name("Laptop"),
        category: name("Electronics"),
        quantity: 1,
        price: price(),
    };
    OrderSummary {
        order_id: order_id(),
        email: address(),
        item_name: name("Laptop"),
        item_category: name("Electronics"),
        status,
        items: vec![item],
        total: price(),
        payment_method: Some(PaymentMethod::CreditCard),
    }
}

pub(super) fn forms() -> Vec<Form> {
    let order_id = order_id();
    vec![
        Form::of(&StockWanted {
            message: "Order placed".to_owned(),
            order: order(OrderStatus::Pending),
        }),
        Form::of(&OrderConfirmed { order_id }),
        Form::of(&OrderCancelled { order_id, reason: "Out of stock".to_owned() }),
        Form::of(&CustomerNotified {
            message: "Money given back".to_owned(),
            notification: Notification::Refunded,
            reason: Some("Arrived broken".to_owned()),
            tracking: Some(tracking()),
            refund: Some(price()),
            about: Some("first refund".to_owned()),
            order: order(OrderStatus::Delivered),
        }),
    ]
}
