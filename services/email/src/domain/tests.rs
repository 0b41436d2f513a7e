use super::*;
use contracts::{
    ids::{OrderId, ProductId},
    inventory::{InventoryUpdated, LowStock, StockChange},
    money::{Currency, Money},
    orders::{CustomerNotified, Notification, OrderItem, OrderStatus, OrderSummary},
    payments::PaymentMethod,
    shipping::{COLLECTION, Tracking},
    text::Name,
};
use jiff::SignedDuration;

fn told(notification: Notification, names: &[&str]) -> CustomerNotified {
    let name = |it: &str| Name::parse(it).unwrap();
    let items = names.iter().map(|it| OrderItem {
        product_id: ProductId::fresh(),
        name: name(it),
        category: name("Electronics"),
        quantity: 2,
        price: Money::new(99_900, Currency::USD),
    });
    let order = OrderSummary {
        order_id: OrderId::derived("order"),
        email: EmailAddress::parse("ada@example.com").unwrap(),
        item_name: name(names[0]),
        item_category: name("Electronics"),
        status: OrderStatus::Pending,
        items: items.collect(),
        total: Money::new(199_800, Currency::USD),
        payment_method: None,
    };
    let reason = Some("Out of <stock> & sorry".to_owned());
    CustomerNotified {
        message: String::new(),
        notification,
        reason,
        tracking: None,
        refund: None,
        about: None,
        order,
    }
}

fn tracking(carrier: &str) -> Tracking {
    let (carrier, tracking_number) = (carrier.to_owned(), "TRK<1>".to_owned());
    Tracking { carrier, tracking_number, estimated_delivery: after(2 * 24 * 3_600) }
}

fn a_mail() -> Mail {
    let told = told(Notification::Received, &["Laptop"]);
    let draft = Draft {
        mail_id: MailId::derived("mail"),
        to: told.order.email.clone(),
        kind: Kind::Received,
        order_id: Some(told.order.order_id),
        letter: Letter::to_customer(&told),
    };
    Mail::queued(draft, Timestamp::UNIX_EPOCH)
}

fn after(seconds: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_secs(seconds)
}

#[test]
fn a_mail_is_one_postman_s_until_his_lease_ends() {
    let mut mail = a_mail();
    assert!(mail.claim(after(0)));
    assert!(!mail.claim(after(44)));
    assert!(mail.claim(after(45)));
}

#[test]
fn a_sent_mail_stays_sent() {
    let mut mail = a_mail();
    assert!(mail.claim(after(0)));
    mail.conclude(&Outcome::Sent, after(1));
    let sent = mail.clone();
    assert_eq!((sent.state, &sent.waiting), (State::Sent, &None));
    mail.conclude(&Outcome::PutOff("slow".to_owned()), after(2));
    mail.conclude(&Outcome::Refused("slow".to_owned()), after(2));
    assert!(!mail.claim(after(1_000)));
    assert_eq!(mail, sent);
}

#[test]
fn a_refused_mail_is_given_up_with_its_reason() {
    let mut mail = a_mail();
    assert!(mail.claim(after(0)));
    mail.conclude(&Outcome::Refused("550 nobody".to_owned()), after(1));
    assert_eq!((mail.state, mail.reason.as_deref()), (State::Failed, Some("550 nobody")));
    assert!(!mail.claim(after(1_000)));
}

#[test]
fn a_mail_that_cannot_be_sent_waits_longer_and_longer_and_not_for_ever() {
    let mut mail = a_mail();
    let mut now = after(0);
    let mut pauses = Vec::new();
    for _ in 0..8 {
        assert!(mail.claim(now));
        mail.conclude(&Outcome::PutOff("down".to_owned()), now);
        let next = mail.waiting.as_ref().unwrap().next_attempt_at;
        pauses.push((next - now.as_millisecond()) / 1_000);
        now = Timestamp::from_millisecond(next).unwrap();
    }
    assert_eq!(pauses, [1, 2, 4, 8, 16, 32, 60, 60]);
    let days = after(5 * 24 * 3_600);
    assert!(mail.claim(days));
    mail.conclude(&Outcome::PutOff("down".to_owned()), days);
    assert_eq!((mail.state, mail.reason.as_deref()), (State::Failed, Some("down")));
}

#[test]
fn a_customer_reads_what_was_ordered_and_what_becomes_of_it() {
    let order = OrderId::derived("order");
    let letter = Letter::to_customer(&told(Notification::Received, &["Laptop", "Mug"]));
    assert_eq!(letter.subject.as_str(), "Order received: Laptop and 1 more");
    let expected = format!(
        "Thank you. Your order {order} has reached us.\n\n  2 × Laptop, 999.00 USD each\n  2 × Mug, \
         999.00 USD each\n\nTotal: 1998.00 USD\n\nWe write again as soon as it is confirmed.\n"
    );
    assert_eq!(letter.text, expected);
    let letter = Letter::to_customer(&told(Notification::Confirmed, &["Laptop"]));
    assert_eq!(letter.subject.as_str(), "Order confirmed: Laptop");
    let letter = Letter::to_customer(&told(Notification::Refused, &["Laptop"]));
    assert_eq!(letter.subject.as_str(), "Order refused: Laptop");
    assert!(letter.text.contains("The reason: Out of <stock> & sorry."));
    assert!(letter.html.contains("The reason: Out of &lt;stock&gt; &amp; sorry."));
}

#[test]
fn markup_in_a_name_is_shown_and_not_obeyed() {
    let evil = "<script>alert('1 & \"2\"')</script>";
    let letter = Letter::to_customer(&told(Notification::Received, &[evil]));
    assert!(letter.text.contains(evil));
    assert!(!letter.html.contains("<script"));
    let shown = "&lt;script&gt;alert(&#39;1 &amp; &quot;2&quot;&#39;)&lt;/script&gt;";
    assert!(letter.html.contains(shown), "{}", letter.html);
}

#[test]
fn the_longest_name_fits_into_a_subject() {
    let long = "ä".repeat(200);
    let letter = Letter::to_customer(&told(Notification::Confirmed, &[&long, &long]));
    assert!(letter.subject.as_str().ends_with("ä and 1 more"));
}

#[test]
fn a_stakeholder_reads_how_stock_has_changed() {
    let product_id = ProductId::derived("laptop");
    let changes = vec![StockChange { product_id, change: -2, available: 8 }];
    let message = "Stock reserved".to_owned();
    let order_id = Some(OrderId::derived("order"));
    let letter = Letter::to_stakeholder(&InventoryUpdated { message, order_id, changes });
    let order = OrderId::derived("order");
    assert_eq!(letter.subject.as_str(), format!("Stock reserved for order {order}"));
    let row = format!("product {product_id}: -2, now 8 available");
    assert_eq!(letter.text, format!("Stock reserved\n\n  {row}\n"));
}

#[test]
fn what_is_collected_is_not_on_its_way() {
    let mut told = told(Notification::Shipped, &["Laptop"]);
    told.tracking = Some(tracking(COLLECTION));
    let letter = Letter::to_customer(&told);
    assert_eq!(letter.subject.as_str(), "Order ready: Laptop");
    assert!(letter.text.contains("waits for you at the shop"), "{}", letter.text);
    assert!(letter.text.contains("Please name this number: TRK<1>"), "{}", letter.text);
}

#[test]
fn a_letter_of_each_kind_says_what_has_happened() {
    let order = OrderId::derived("order");
    for (notification, subject, opening, closing) in [
        (
            Notification::PaymentFailed,
            "Payment failed: Laptop",
            format!("We are sorry: your order {order} was not paid, so it is not carried out."),
            "The reason: Out of <stock> & sorry.",
        ),
        (
            Notification::Shipped,
            "Order shipped: Laptop",
            format!("Your order {order} is on its way to you."),
            "Tracking number: TRK<1>",
        ),
        (
            Notification::Delivered,
            "Order delivered: Laptop",
            format!("Your order {order} has arrived."),
            "Thank you for buying here.",
        ),
        (
            Notification::Cancelled,
            "Order cancelled: Laptop",
            format!("Your order {order} is cancelled."),
            "The reason: Out of <stock> & sorry.",
        ),
        (
            Notification::Refunded,
            "Money given back: Laptop",
            format!("We have given back 0.50 USD for your order {order}."),
            "The reason: Out of <stock> & sorry.",
        ),
    ] {
        let mut told = told(notification, &["Laptop"]);
        told.refund = Some(Money::new(50, Currency::USD));
        told.tracking = Some(tracking("Parcels & Co"));
        let letter = Letter::to_customer(&told);
        assert_eq!(letter.subject.as_str(), subject);
        assert!(letter.text.starts_with(&opening), "{}", letter.text);
        assert!(letter.text.contains("2 × Laptop, 999.00 USD each"), "{}", letter.text);
        assert!(letter.text.contains(closing), "{}", letter.text);
        let shown = closing.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        assert!(letter.html.contains(&opening), "{}", letter.html);
        assert!(letter.html.contains(&format!("<p>{shown}</p>")), "{}", letter.html);
    }
}

#[test]
fn a_customer_reads_how_a_parcel_is_followed() {
    let mut told = told(Notification::Shipped, &["Laptop"]);
    told.tracking = Some(tracking("Parcels & Co"));
    let text = Letter::to_customer(&told).text;
    let expected =
        "Carrier: Parcels & Co\n\nTracking number: TRK<1>\n\nExpected on: 3 January 1970\n";
    assert!(text.ends_with(expected), "{text}");
    told.tracking = None;
    assert!(Letter::to_customer(&told).text.ends_with("Total: 1998.00 USD\n"));
}

#[test]
fn a_customer_reads_how_to_pay() {
    let order = OrderId::derived("order");
    let received = |method| {
        let mut told = told(Notification::Received, &["Laptop"]);
        told.order.payment_method = method;
        Letter::to_customer(&told)
    };
    let transfer = received(Some(PaymentMethod::BankTransfer));
    let how = format!("Please transfer 1998.00 USD and give {order} as the reference.");
    assert!(transfer.text.contains(&how) && transfer.html.contains(&how), "{}", transfer.text);
    let at_the_door = received(Some(PaymentMethod::CashOnDelivery)).text;
    assert!(at_the_door.contains("You pay 1998.00 USD when it is handed to you."), "{at_the_door}");
    let plain = received(None);
    for method in [PaymentMethod::CreditCard, PaymentMethod::Paypal] {
        assert_eq!(received(Some(method)), plain);
    }
}

#[test]
fn a_reason_ends_with_one_stop() {
    let mut told = told(Notification::Cancelled, &["Laptop"]);
    told.reason = Some("Too dear.".to_owned());
    assert!(Letter::to_customer(&told).text.ends_with("The reason: Too dear.\n"));
    told.reason = None;
    assert!(Letter::to_customer(&told).text.ends_with("Total: 1998.00 USD\n"));
}

#[test]
fn a_stakeholder_reads_that_little_is_left() {
    let product_id = ProductId::derived("laptop");
    let location = "<shelf> & 7".to_owned();
    let letter =
        Letter::of_low_stock(&LowStock { product_id, available: 3, threshold: 5, location });
    let subject = format!("Low stock: 3 left of product {product_id}");
    assert_eq!(letter.subject.as_str(), subject);
    let expected = format!(
        "Little is left of product {product_id}.\n\n  Available: 3\n  To be ordered from: 5\n  Place: \
         <shelf> & 7\n"
    );
    assert_eq!(letter.text, expected);
    assert!(letter.html.contains("<li>Place: &lt;shelf&gt; &amp; 7</li>"), "{}", letter.html);
}

#[test]
fn a_mail_that_was_written_before_there_were_attempts_is_read() {
    let mut mail = a_mail();
    let mut old = serde_json::to_value(&mail).unwrap();
    old.as_object_mut()
        .unwrap()
        .retain(|name, _| !["attempts", "orderId"].contains(&name.as_str()));
    old["waiting"]["attempts"] = 3.into();
    mail.order_id = None;
    assert_eq!(serde_json::from_value::<Mail>(old).unwrap(), mail);
}

#[test]
fn kinds_are_called_as_they_are_written() {
    for kind in [
        Kind::Received,
        Kind::Confirmed,
        Kind::Refused,
        Kind::PaymentFailed,
        Kind::Shipped,
        Kind::Delivered,
        Kind::Cancelled,
        Kind::Refunded,
        Kind::Stock,
        Kind::LowStock,
    ] {
        assert_eq!(serde_json::to_value(kind).unwrap(), kind.name());
    }
}
