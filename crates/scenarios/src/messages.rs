//! Messages that come again, in any order.

use crate::{Customers, Said, Shop, Staff, Wanted, delivery::way, ledger, mails, same};
use anyhow::Result;
use serde_json::{Value, json};
use std::time::Duration;

/// How long a step may take.
const PATIENCE: Duration = Duration::from_mins(2);
/// How often each message comes again.
const AGAIN: usize = 6;

/// What an order has said and heard comes again, several times and in any order: nothing happens twice.
pub async fn messages_come_again<S: Shop>(customers: &Customers<S>) -> Result<()> {
    let (staff, email) = (Staff::beside(customers), customers.somebody("again"));
    let product = customers.stock("Heard again", 10).await?;
    let order = customers.place(&Wanted::of(&email, &[(&product, 1)]).by_card("tok_ok")).await?;
    let before = customers.comes_to(&order, ("processing", "completed"), PATIENCE).await?;
    let messages = heard(&order, &staff.payment(&order).await?);
    customers.shop().say(several(&messages)).await?;
    // What comes behind them in the same queues has been heard: so have they.
    let next = Wanted::of("behind@example.com", &[(&product, 1)]).by_card("tok_ok");
    let next = customers.place(&next).await?;
    customers.comes_to(&next, ("processing", "completed"), PATIENCE).await?;
    let after = customers.view(&order).await?;
    same("its way", &way(&after), &way(&before))?;
    ledger::money_is_taken_once(customers, &order).await?;
    ledger::stock_adds_up(customers, &product, 10, 2).await?;
    let count = messages.len();
    customers.shop().tell(format_args!("{count} messages came {AGAIN} times more, in vain"));
    mails::told(customers, &email, &["received", "confirmed"]).await
}

/// Where something is said, under which key, and what.
type Message = (&'static str, &'static str, Value);

/// What was said of a paid order, later things first.
fn heard(order: &str, payment: &Value) -> [Message; 5] {
    let (amount, paid) = (&payment["amount"], &payment["paymentId"]);
    let wanted =
        json!({"orderId": order, "amount": amount, "method": "credit_card", "token": "tok_ok"});
    let taken = json!({"paymentId": paid, "orderId": order, "amount": amount});
    [
        ("shop_events", "payments.captured", taken.clone()),
        ("orders_exchange", "orders.capturewanted", json!({"orderId": order})),
        ("orders_exchange", "orders.confirmed", json!({"orderId": order})),
        ("orders_exchange", "orders.paymentwanted", wanted),
        ("shop_events", "payments.authorized", taken),
    ]
}

/// Each message several times, every second time under another name: said again, and not only
/// delivered again.
fn several(messages: &[Message]) -> Vec<Said> {
    let each = messages.iter().flat_map(|message| (0..AGAIN).map(move |number| (message, number)));
    each.map(|((exchange, key, body), number)| Said {
        exchange,
        key,
        id: format!("{key}-{}-{}", body["orderId"], number / 2),
        body: body.clone(),
    })
    .collect()
}
