//! The table of an order's states in ARCHITECTURE.md, rendered from what the code does. `UPDATE=1`
//! writes what has changed on purpose.

use super::*;
use std::{fmt::Write as _, fs, path::Path};

const BEGIN: &str = "<!-- the states of an order, rendered by a test -->\n";
const END: &str = "<!-- end of the states of an order -->\n";

/// The places that an order can be in, each with what it has heard.
fn places() -> Vec<(&'static str, Order)> {
    let (stock, promised, taken) =
        (Fact::StockReserved, Fact::PaymentAuthorized, Fact::PaymentCaptured);
    let joined = vec![stock.clone(), promised.clone()];
    let paid = [joined.clone(), vec![taken]].concat();
    let packing = [paid.clone(), vec![shipment(ShipmentStatus::Processing)]].concat();
    let shipped = [packing.clone(), vec![shipment(ShipmentStatus::Shipped)]].concat();
    let delivered = [shipped.clone(), vec![shipment(ShipmentStatus::Delivered)]].concat();
    let mut stopping = that_heard(&packing);
    stopping.call_off("changed my mind".to_owned(), NOW).unwrap();
    let cancelled = |mut order: Order| {
        order.hear(Fact::PaymentFailed("declined".to_owned()), NOW);
        order
    };
    let mut returned = that_heard(&delivered);
    returned.hear(shipment(ShipmentStatus::Returned), NOW);
    vec![
        ("pending", an_order()),
        ("pending, stock held", that_heard(&[stock])),
        ("pending, money promised", that_heard(&[promised])),
        ("processing, money promised", that_heard(&joined)),
        ("processing, paid", that_heard(&paid)),
        ("processing, with the carrier's label", that_heard(&packing)),
        ("processing, being called off", stopping),
        ("shipped", that_heard(&shipped)),
        ("delivered", that_heard(&delivered)),
        ("cancelled before it was paid", cancelled(an_order())),
        ("cancelled, the parcel came back", returned),
    ]
}

/// What an order may hear, in words.
fn heard() -> Vec<(&'static str, Fact)> {
    vec![
        ("`inventory.updated`", Fact::StockReserved),
        ("`inventory.rejected`", Fact::StockShort(Vec::new())),
        ("`inventory.released`", Fact::StockReleased),
        ("`payments.authorized`", Fact::PaymentAuthorized),
        ("`payments.captured`", Fact::PaymentCaptured),
        ("`payments.failed`", Fact::PaymentFailed("declined".to_owned())),
        ("`payments.voided`", Fact::PaymentVoided),
        ("`payments.refunded`, all of it", refunded()),
        ("`shipping.updated`: processing", shipment(ShipmentStatus::Processing)),
        ("`shipping.updated`: shipped", shipment(ShipmentStatus::Shipped)),
        ("`shipping.updated`: delivered", shipment(ShipmentStatus::Delivered)),
        ("`shipping.updated`: cancelled", shipment(ShipmentStatus::Cancelled)),
        ("`shipping.updated`: returned", shipment(ShipmentStatus::Returned)),
    ]
}

fn row(table: &mut String, place: &str, before: &Order, what: &str, after: &Order, events: Events) {
    let said = said(events);
    if said.is_empty() && before.status == after.status && before.legs == after.legs {
        return;
    }
    let became = match (before.status == after.status, before.legs == after.legs) {
        (true, true) => "the same".to_owned(),
        (true, false) => "a step further".to_owned(),
        (false, _) => format!("**{:?}**", after.status).to_lowercase(),
    };
    let said: Vec<_> = said.iter().map(|it| as_said(it)).collect();
    writeln!(table, "| {place} | {what} | {became} | {} |", said.join(", ")).unwrap();
}

fn as_said(what: &str) -> String {
    match what.strip_prefix("mail ") {
        Some(mail) => format!("mail: {}", mail.replace('_', " ")),
        None => format!("`orders.{what}`"),
    }
}

fn table() -> String {
    let mut table =
        "| an order that is | hears | becomes | and says |\n|---|---|---|---|\n".to_owned();
    for (place, order) in places() {
        for (what, fact) in heard() {
            let mut after = order.clone();
            let events = after.hear(fact, NOW);
            row(&mut table, place, &order, what, &after, events);
        }
        let mut after = order.clone();
        if let Ok(events) = after.call_off("changed my mind".to_owned(), NOW) {
            row(&mut table, place, &order, "its customer's wish to cancel", &after, events);
        }
        for (what, time) in [("its timer", next(&order)), ("its deadline", super::after(900))] {
            let mut after = order.clone();
            let events = after.nudge(time);
            if what == "its timer" || after.status != order.status {
                row(&mut table, place, &order, what, &after, events);
            }
        }
    }
    table
}

/// When an order asks again that wants something.
fn next(order: &Order) -> Timestamp {
    let at = order.waiting.as_ref().map_or(0, |it| it.nudge_at);
    Timestamp::from_millisecond(at).unwrap()
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a person says whether the file is to be written")]
fn the_table_of_states_is_current() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ARCHITECTURE.md");
    let page = fs::read_to_string(&file).unwrap();
    let (head, rest) = page.split_once(BEGIN).expect("ARCHITECTURE.md has a place for the table");
    let (_, tail) = rest.split_once(END).expect("the place for the table has an end");
    let wanted = format!("{head}{BEGIN}\n{}\n{END}{tail}", table());
    if std::env::var("UPDATE").is_ok() {
        fs::write(&file, &wanted).unwrap();
    }
    let found = fs::read_to_string(&file).unwrap();
    assert!(
        found == wanted,
        "the table is out of date: run with UPDATE=1 and look at it\n{}",
        table()
    );
}
