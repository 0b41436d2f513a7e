//! The form of each message, as JSON files in `history/`. One that was ever said must be understood for
//! as long as it may lie in a queue; a message that changes its form is a new message under a new key.

use super::holds;
use contracts::{
    ids::{OrderId, ProductId},
    inventory::{InventoryRejected, InventoryUpdated, Shortage, StockChange},
    message::Message,
    money::{Currency, Money},
    orders::{
        CustomerNotified, Notification, OrderCancelled, OrderConfirmed, OrderItem, OrderStatus,
        OrderSummary, StockWanted,
    },
    products::ProductCreated,
    text::{EmailAddress, Name},
};
use std::fmt::Debug;

fn keeps_its_form<M: Message + Debug + PartialEq>(message: &M) {
    let form = serde_json::to_string_pretty(message).expect("a message has a JSON form") + "\n";
    holds(&format!("tests/it/history/{}.v1.json", M::KEY), &form);
    let understood: M = serde_json::from_str(&form).expect("what is said is understood");
    assert_eq!(understood, *message);
}

fn name(text: &str) -> Name {
    Name::parse(text).expect("a good name")
}

fn product() -> ProductId {
    ProductId::derived("laptop")
}

fn price() -> Money {
    Money::new(99_900, Currency::USD)
}

fn order() -> OrderSummary {
    let item = OrderItem {
        product_id: product(),
        name: name("Laptop"),
        category: name("Electronics"),
        quantity: 1,
        price: price(),
    };
    OrderSummary {
        order_id: OrderId::derived("first"),
        email: EmailAddress::parse("ada@example.com").expect("a good address"),
        item_name: name("Laptop"),
        item_category: name("Electronics"),
        status: OrderStatus::Pending,
        items: vec![item],
        total: price(),
    }
}

#[test]
fn orders() {
    let order_id = order().order_id;
    keeps_its_form(&StockWanted { message: "Order placed".to_owned(), order: order() });
    keeps_its_form(&OrderConfirmed { order_id });
    keeps_its_form(&OrderCancelled { order_id, reason: "Out of stock".to_owned() });
    keeps_its_form(&CustomerNotified {
        message: "Order refused".to_owned(),
        notification: Notification::Refused,
        reason: Some("Out of stock".to_owned()),
        order: OrderSummary { status: OrderStatus::Cancelled, ..order() },
    });
}

#[test]
fn inventory() {
    let order_id = order().order_id;
    keeps_its_form(&InventoryUpdated {
        message: "Stock reserved".to_owned(),
        order_id: Some(order_id),
        changes: vec![StockChange { product_id: product(), change: -1, available: 9 }],
    });
    keeps_its_form(&InventoryRejected {
        message: "Out of stock".to_owned(),
        order_id,
        shortages: vec![Shortage { product_id: product(), requested: 1, available: 0 }],
    });
}

#[test]
fn products() {
    keeps_its_form(&ProductCreated {
        product_id: product(),
        name: name("Laptop"),
        category: name("Electronics"),
        price: price(),
    });
}
