use super::*;
use contracts::{
    ids::{OrderId, ProductId, RefundId},
    inventory::Shortage,
    message::Events,
    money::{Currency, LARGEST_EXACT, Money, MoneyError},
    orders::{OrderItem, OrderStatus},
    payments::{PaymentMethod, PaymentStatus},
    shipping::{ShipmentStatus, ShippingMethod},
    text::{EmailAddress, Name},
};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use std::time::Duration;

mod properties;
mod table;

const NOW: Timestamp = Timestamp::UNIX_EPOCH;
const TIMING: Timing = Timing {
    nudge: Duration::from_secs(10),
    deadline: Duration::from_mins(15),
    transfer_deadline: Duration::from_hours(7 * 24),
};

fn a_laptop(quantity: u32) -> OrderItem {
    OrderItem {
        product_id: ProductId::derived("laptop"),
        name: Name::parse("Laptop").unwrap(),
        category: Name::parse("Electronics").unwrap(),
        quantity,
        price: Money::new(99_900, Currency::USD),
    }
}

fn a_draft(method: PaymentMethod) -> Draft {
    Draft {
        id: OrderId::derived("the order"),
        customer_id: None,
        email: EmailAddress::parse("ada@example.com").unwrap(),
        items: vec![a_laptop(2)],
        payment_method: method,
        payment_token: None,
        shipping_method: ShippingMethod::Standard,
        shipping_address: None,
        key: None,
    }
}

fn an_order_by(method: PaymentMethod) -> (Order, Events) {
    Order::place(a_draft(method), NOW, TIMING).unwrap()
}

fn an_order() -> Order {
    an_order_by(PaymentMethod::CreditCard).0
}

/// An order that has heard these facts, at once.
fn that_heard(facts: &[Fact]) -> Order {
    facts.iter().fold(an_order(), |mut order, fact| {
        order.hear(fact.clone(), NOW);
        order
    })
}

fn shipment(status: ShipmentStatus) -> Fact {
    Fact::Shipment { status, tracking: None, reason: None }
}

fn refunded() -> Fact {
    let (refund, amount) = (RefundId::derived("refund"), Money::new(199_800, Currency::USD));
    let reason = "Broken".to_owned();
    Fact::PaymentRefunded { refund, amount, refunded: amount, is_full: true, reason }
}

/// What is said, without the name of who says it.
fn said(events: Events) -> Vec<String> {
    let envelopes = events.into_envelopes().into_iter();
    let named = envelopes.map(|it| {
        let notification = it.body.split(r#""notification":""#).nth(1);
        match notification.and_then(|it| it.split('"').next()) {
            Some(what) => format!("mail {what}"),
            None => it.key.replace("orders.", ""),
        }
    });
    named.collect()
}

fn after(seconds: i64) -> Timestamp {
    NOW + SignedDuration::from_secs(seconds)
}

#[test]
fn a_placed_order_asks_for_stock_and_money_and_tells_its_customer() {
    let (order, events) = an_order_by(PaymentMethod::CreditCard);
    assert_eq!(order.total, Money::new(199_800, Currency::USD));
    assert_eq!(said(events), ["mail received", "inventoryupdate", "paymentwanted"]);
}

#[test]
fn an_order_goes_on_when_it_has_both_stock_and_money() {
    let mut order = an_order();
    assert!(said(order.hear(Fact::StockReserved, NOW)).is_empty());
    assert_eq!(order.status, OrderStatus::Pending);
    let told = said(order.hear(Fact::PaymentAuthorized, NOW));
    assert_eq!(told, ["confirmed", "mail confirmed", "capturewanted"]);
    assert_eq!(order.status, OrderStatus::Processing);
    assert_eq!(said(order.hear(Fact::PaymentCaptured, NOW)), ["shipmentwanted"]);
    assert!(said(order.hear(shipment(ShipmentStatus::Processing), NOW)).is_empty());
    assert_eq!(said(order.hear(shipment(ShipmentStatus::Shipped), NOW)), ["mail shipped"]);
    assert_eq!(said(order.hear(shipment(ShipmentStatus::Delivered), NOW)), ["mail delivered"]);
    assert_eq!((order.status, order.waiting.is_none()), (OrderStatus::Delivered, true));
    let way: Vec<_> = order.history.iter().map(|it| it.status).collect();
    let whole = [
        OrderStatus::Pending,
        OrderStatus::Processing,
        OrderStatus::Shipped,
        OrderStatus::Delivered,
    ];
    assert_eq!(way, whole);
}

#[test]
fn other_money_than_it_costs_stops_an_order() {
    for other in [Money::new(199_799, Currency::USD), Money::new(199_800, Currency::EUR)] {
        let mut order = that_heard(&[Fact::StockReserved]);
        let told = said(order.hear_of_money(other, Fact::PaymentAuthorized, NOW));
        assert_eq!(told, ["mail payment_failed", "cancelled", "paymentunwanted"]);
        assert_eq!(order.status, OrderStatus::Cancelled);
    }
    let mut order = that_heard(&[Fact::StockReserved]);
    let total = order.total;
    order.hear_of_money(total, Fact::PaymentAuthorized, NOW);
    assert_eq!(order.status, OrderStatus::Processing);
    let told = said(order.hear_of_money(total.nothing(), Fact::PaymentCaptured, NOW));
    assert_eq!(told, ["mail payment_failed", "cancelled", "paymentunwanted"]);
}

#[test]
fn cash_is_taken_at_the_door() {
    let (mut order, _) = an_order_by(PaymentMethod::CashOnDelivery);
    order.hear(Fact::PaymentAuthorized, NOW);
    let told = said(order.hear(Fact::StockReserved, NOW));
    assert_eq!(told, ["confirmed", "mail confirmed", "shipmentwanted"]);
    let told = said(order.hear(shipment(ShipmentStatus::Delivered), NOW));
    assert_eq!(told, ["mail shipped", "mail delivered", "capturewanted"]);
    order.hear(Fact::PaymentCaptured, NOW);
    assert_eq!((order.legs.payment, order.waiting), (PaymentStatus::Completed, None));
}

#[test]
fn a_transfer_is_waited_for_and_nothing_is_shipped_before() {
    let (mut order, _) = an_order_by(PaymentMethod::BankTransfer);
    order.hear(Fact::StockReserved, NOW);
    assert!(order.nudge(after(15 * 60)).into_envelopes().len() == 1, "asks, and does not give up");
    assert_eq!(order.status, OrderStatus::Pending);
    let told = said(order.hear(Fact::PaymentCaptured, after(3 * 24 * 3600)));
    assert_eq!(told, ["confirmed", "mail confirmed", "shipmentwanted"]);
    let (mut unpaid, _) = an_order_by(PaymentMethod::BankTransfer);
    unpaid.hear(Fact::StockReserved, NOW);
    let told = said(unpaid.nudge(after(7 * 24 * 3600)));
    assert_eq!(told, ["mail payment_failed", "cancelled", "paymentunwanted"]);
}

#[test]
fn whoever_asks_again_is_told_again() {
    let mut order = that_heard(&[Fact::StockReserved, Fact::PaymentAuthorized]);
    assert_eq!(said(order.hear(Fact::StockReserved, NOW)), ["confirmed"]);
    let mut cancelled = an_order();
    cancelled.hear(Fact::PaymentFailed("declined".to_owned()), NOW);
    assert_eq!(said(cancelled.hear(Fact::StockReserved, NOW)), ["cancelled"]);
}

#[test]
fn a_short_order_is_cancelled_and_its_money_given_up() {
    let mut order = that_heard(&[Fact::PaymentAuthorized]);
    let product_id = order.items[0].product_id;
    let shortage = Shortage { product_id, requested: 2, available: 1 };
    let told = said(order.hear(Fact::StockShort(vec![shortage]), NOW));
    assert_eq!(told, ["mail refused", "paymentunwanted"]);
    assert_eq!(order.reason.as_deref(), Some("Out of stock: Laptop (2 wanted, 1 left)"));
    order.hear(Fact::PaymentVoided, NOW);
    assert_eq!(order.waiting, None);
}

#[test]
fn an_unpaid_order_is_cancelled_and_its_stock_freed() {
    let mut order = that_heard(&[Fact::StockReserved]);
    let told = said(order.hear(Fact::PaymentFailed("declined".to_owned()), NOW));
    assert_eq!(told, ["mail payment_failed", "cancelled"]);
    assert_eq!(order.reason.as_deref(), Some("Payment failed: declined"));
    assert!(order.waiting.is_some(), "until the stock is free");
    order.hear(Fact::StockReleased, NOW);
    assert_eq!(order.waiting, None);
}

#[test]
fn money_that_is_taken_for_a_cancelled_order_is_wanted_back() {
    let mut order = an_order();
    order.hear(Fact::StockShort(Vec::new()), NOW);
    assert!(said(order.hear(Fact::PaymentAuthorized, NOW)).is_empty(), "it was asked for already");
    order.hear(Fact::PaymentCaptured, NOW);
    assert_eq!(order.wishes(), [Wish::NoPayment]);
    assert_eq!(said(order.hear(refunded(), NOW)), ["mail refunded"]);
    assert_eq!((order.wishes(), order.legs.payment), (vec![], PaymentStatus::Refunded));
}

#[test]
fn while_a_parcel_is_made_ready_shipping_has_the_last_word() {
    let packing = that_heard(&[
        Fact::StockReserved,
        Fact::PaymentAuthorized,
        Fact::PaymentCaptured,
        shipment(ShipmentStatus::Processing),
    ]);
    let mut stopped = packing;
    let told = said(stopped.call_off("Too dear".to_owned(), NOW).unwrap());
    assert_eq!(
        (told, stopped.status),
        (vec!["shipmentunwanted".to_owned()], OrderStatus::Processing)
    );
    let mut too_late = stopped.clone();
    let told = said(stopped.hear(shipment(ShipmentStatus::Cancelled), NOW));
    assert_eq!(told, ["mail cancelled", "cancelled", "paymentunwanted"]);
    assert_eq!(stopped.reason.as_deref(), Some("Too dear"));
    assert_eq!(
        said(too_late.hear(shipment(ShipmentStatus::Shipped), NOW)),
        ["mail shipped", "shipmentwanted"]
    );
    assert_eq!(too_late.status, OrderStatus::Shipped);
    let refusal = too_late.call_off("Too dear".to_owned(), NOW).unwrap_err();
    assert_eq!(refusal, Refused(OrderStatus::Shipped));
}

#[test]
fn a_parcel_that_comes_back_undoes_everything() {
    let mut order = that_heard(&[
        Fact::StockReserved,
        Fact::PaymentAuthorized,
        Fact::PaymentCaptured,
        shipment(ShipmentStatus::Delivered),
    ]);
    let back = Fact::Shipment {
        status: ShipmentStatus::Returned,
        tracking: None,
        reason: Some("wrong size".to_owned()),
    };
    assert_eq!(said(order.hear(back, NOW)), ["mail cancelled", "cancelled", "paymentunwanted"]);
    assert_eq!(order.reason.as_deref(), Some("The parcel came back: wrong size"));
}

#[test]
fn an_order_without_an_answer_asks_less_and_less_often_and_then_gives_up() {
    let mut order = an_order();
    assert!(order.nudge(after(9)).is_empty());
    assert_eq!(said(order.nudge(after(10))), ["inventoryupdate", "paymentwanted"]);
    assert!(order.nudge(after(29)).is_empty());
    order.hear(Fact::StockReserved, after(29));
    assert_eq!(said(order.nudge(after(39))), ["paymentwanted"], "only what is still missing");
    let told = said(order.nudge(after(15 * 60)));
    assert_eq!(told, ["mail payment_failed", "cancelled", "paymentunwanted"]);
    assert_eq!(order.reason.as_deref(), Some("Not carried out: the payment did not come in time"));
    let again = said(order.nudge(after(60 * 60)));
    assert_eq!(again, ["cancelled", "paymentunwanted"], "until it is undone for sure");
}

#[test]
fn a_repeated_notification_is_the_same_message() {
    let (first, second) =
        (an_order_by(PaymentMethod::Paypal).1, an_order_by(PaymentMethod::Paypal).1);
    let id = |it: Events| it.into_envelopes()[0].id;
    assert_eq!(id(first), id(second));
}

#[test]
fn lines_of_two_currencies_have_no_total_and_sums_are_exact() {
    let yen = OrderItem { price: Money::new(5, Currency::JPY), ..a_laptop(1) };
    assert!(matches!(total(&[a_laptop(1), yen.clone()]), Err(MoneyError::CurrencyMismatch { .. })));
    let dinar = OrderItem { price: Money::new(1_234, Currency::KWD), ..a_laptop(3) };
    assert_eq!(total(&[yen.clone(), yen]).unwrap().to_string(), "10 JPY");
    assert_eq!(total(&[dinar]).unwrap().to_string(), "3.702 KWD");
    let dear = |amount| OrderItem { price: Money::new(amount, Currency::USD), ..a_laptop(1) };
    assert!(total(&[dear(LARGEST_EXACT)]).is_ok());
    assert_eq!(total(&[dear(LARGEST_EXACT), dear(1)]), Err(MoneyError::Overflow));
}

#[test]
fn of_several_refunds_that_come_in_any_order_the_whole_sum_is_known() {
    let refund = |name: &str, sum: i64| Fact::PaymentRefunded {
        refund: RefundId::derived(name),
        amount: Money::new(100, Currency::USD),
        refunded: Money::new(sum, Currency::USD),
        is_full: false,
        reason: "Broken".to_owned(),
    };
    let (first, second) = (refund("first", 100), refund("second", 200));
    for facts in [[first.clone(), second.clone()], [second, first]] {
        let order = that_heard(&facts);
        assert_eq!(order.refunded, Some(Money::new(200, Currency::USD)));
    }
}
