use super::*;
use chassis::http::IfMatch;
use contracts::inventory::InventoryUpdated;
use proptest::prelude::*;
use std::collections::BTreeMap;

const NOW: Timestamp = Timestamp::UNIX_EPOCH;

fn stock(quantity: u32) -> Stock {
    counted(quantity, 5).0
}

fn counted(quantity: u32, threshold: u32) -> (Stock, Events) {
    let location = Name::parse("main-warehouse").unwrap();
    Stock::count(ProductId::fresh(), quantity, location, threshold, NOW)
}

fn holder() -> Holder {
    Holder::first(OrderId::fresh())
}

fn by_hand(by: Adjustment) -> ByHand {
    let if_match = IfMatch::default();
    ByHand { by, kind: MovementKind::Adjusted, reason: None, key: None, if_match }
}

fn said(events: Events) -> Vec<String> {
    events.into_envelopes().into_iter().map(|it| it.key).collect()
}

/// The movements among what was said.
fn moved(events: Events) -> Vec<StockMoved> {
    let envelopes = events.into_envelopes().into_iter();
    let moved = envelopes.filter(|it| it.key == "inventory.moved");
    moved.map(|it| serde_json::from_str(&it.body).unwrap()).collect()
}

#[test]
fn the_last_one_is_promised_once() {
    let mut stock = stock(1);
    let first = holder();
    assert!(stock.hold(first, 1, NOW).is_ok());
    assert!(stock.hold(first, 1, NOW).is_ok(), "promising again changes nothing");
    let shortage = stock.hold(holder(), 1, NOW).unwrap_err();
    assert_eq!((shortage.requested, shortage.available), (1, 0));
}

#[test]
fn what_is_promised_cannot_be_taken_away_by_hand() {
    let mut stock = stock(3);
    stock.hold(holder(), 2, NOW).unwrap();
    let mut adjust = |by| stock.adjust(&by_hand(by), NOW).map(drop);
    assert_eq!(adjust(Adjustment::Set(1)), Err(StockRefused::Promised { reserved: 2 }));
    assert_eq!(adjust(Adjustment::Decrement(4)), Err(StockRefused::TooFew { quantity: 3 }));
    assert_eq!(adjust(Adjustment::Increment(MOST)), Err(StockRefused::TooMany));
    assert_eq!(adjust(Adjustment::Decrement(1)), Ok(()));
    assert_eq!((stock.quantity(), stock.available()), (2, 0));
}

#[test]
fn what_was_sold_comes_back_once() {
    let mut stock = stock(10);
    let order = holder();
    stock.hold(order, 3, NOW).unwrap();
    assert_eq!(moved(stock.sell(order, NOW).unwrap())[0].change, -3);
    assert!(stock.sell(order, NOW).is_none());
    let back = moved(stock.take_back(order, 3, NOW).unwrap());
    assert_eq!((back[0].kind, back[0].change), (MovementKind::Returned, 3));
    assert!(stock.take_back(order, 3, NOW).is_none());
    assert!(stock.sell(order, NOW).is_none(), "whoever was to sell it comes late");
    assert_eq!((stock.quantity(), stock.available()), (10, 10));
    assert!(stock.forget(order).is_some());
    assert!(stock.forget(order).is_none());
    assert!(!serde_json::to_string(&stock).unwrap().contains("returning"));
}

#[test]
fn what_was_to_be_sold_and_is_not_yet_is_only_let_go() {
    let mut stock = stock(10);
    let order = holder();
    stock.hold(order, 3, NOW).unwrap();
    let back = moved(stock.take_back(order, 3, NOW).unwrap());
    assert_eq!((back[0].kind, back[0].change, back[0].available), (MovementKind::Released, 0, 10));
    assert!(stock.take_back(order, 3, NOW).is_none());
    assert_eq!(stock.quantity(), 10);
}

#[test]
fn an_attempt_does_not_touch_what_the_next_one_holds() {
    let mut stock = stock(10);
    let first = holder();
    let second = Holder { attempt: 1, ..first };
    stock.hold(second, 3, NOW).unwrap();
    assert!(stock.release(first, NOW).is_none());
    assert_eq!(stock.reserved(), 3);
}

#[test]
fn little_is_said_once_until_there_is_more() {
    let (mut stock, events) = counted(10, 5);
    assert_eq!(said(events), ["inventory.moved", "inventory.updated"]);
    let (first, second) = (holder(), holder());
    assert_eq!(said(stock.hold(first, 5, NOW).unwrap()), ["inventory.low_stock"]);
    assert!(stock.hold(second, 1, NOW).unwrap().is_empty());
    assert_eq!(said(stock.release(first, NOW).unwrap()), ["inventory.moved"]);
    assert_eq!(stock.low_since, None);
    let sold = stock.adjust(&by_hand(Adjustment::Decrement(4)), NOW).unwrap();
    assert_eq!(said(sold), ["inventory.moved", "inventory.low_stock", "inventory.updated"]);
    let settings = |threshold| Settings { threshold: Some(threshold), ..Settings::default() };
    assert!(stock.set_up(&settings(4), NOW).unwrap().is_empty());
    assert_eq!(stock.low_since, None);
    assert_eq!(said(stock.set_up(&settings(5), NOW).unwrap()), ["inventory.low_stock"]);
}

#[test]
fn a_key_changes_stock_once() {
    let mut stock = stock(10);
    let key = |id: &str, body: &str| {
        let (id, fingerprint) = (MessageId::derived(id), MessageId::derived(body));
        ByHand { key: Some(Key { id, fingerprint }), ..by_hand(Adjustment::Increment(1)) }
    };
    assert!(stock.adjust(&key("a", "x"), NOW).is_ok());
    assert_eq!(stock.adjust(&key("a", "x"), NOW), Err(StockRefused::Done));
    assert_eq!(stock.adjust(&key("a", "y"), NOW), Err(StockRefused::KeyReused));
    for other in 0..40 {
        stock.adjust(&key(&other.to_string(), "x"), NOW).unwrap();
    }
    assert_eq!((stock.quantity(), stock.keys.len()), (51, 32));
}

#[test]
fn what_people_say_is_kept_and_told() {
    let mut stock = stock(10);
    let reason = Some(Name::parse("two were broken").unwrap());
    let change = ByHand { reason, ..by_hand(Adjustment::Decrement(2)) };
    let events = stock.adjust(&change, NOW).unwrap();
    let told: InventoryUpdated =
        serde_json::from_str(&events.clone().into_envelopes()[1].body).unwrap();
    assert_eq!((told.changes[0].change, told.changes[0].available), (-2, 8));
    assert_eq!(moved(events)[0].reason.as_deref(), Some("two were broken"));
}

proptest! {
    /// Whatever happens in whatever order: nothing is promised that is not there, nothing goes below
    /// zero, and the ledger adds up to what there is, in order and without gaps between its numbers.
    #[test]
    fn stock_adds_up(steps in prop::collection::vec((0_u8..7, 0_usize..6, 0_u32..5), 0..80)) {
        let (mut stock, first) = counted(10, 3);
        let mut ledger = moved(first);
        let orders: Vec<_> = (0..6).map(|_| holder()).collect();
        let mut sold = BTreeMap::new();
        for (what, who, count) in steps {
            let order = orders[who];
            let before = stock.revision();
            let events = match what {
                0 => stock.hold(order, count, NOW).ok(),
                1 => stock.release(order, NOW),
                2 => {
                    let held = stock.held.get(&order.key()).copied();
                    let events = stock.sell(order, NOW);
                    prop_assert_eq!(events.is_some(), held.is_some());
                    sold.extend(held.map(|it| (who, it)));
                    events
                }
                // Only what was sold is ever taken back, and that many.
                3 => sold.get(&who).and_then(|it| stock.take_back(order, *it, NOW)),
                4 => stock.adjust(&by_hand(Adjustment::Increment(count)), NOW).ok(),
                5 => stock.adjust(&by_hand(Adjustment::Decrement(count)), NOW).ok(),
                _ => stock.adjust(&by_hand(Adjustment::Set(count)), NOW).ok(),
            };
            ledger.extend(events.map(moved).into_iter().flatten());
            prop_assert!(stock.reserved() <= stock.quantity());
            prop_assert!(stock.revision() <= before + 1);
            let sum: i64 = ledger.iter().map(|it| it.change).sum();
            prop_assert_eq!(sum, i64::from(stock.quantity()));
            prop_assert_eq!(stock.low_since.is_some(), stock.available() <= 3);
        }
        let mut before = (0, 0);
        for it in &ledger {
            prop_assert!(it.revision > before.0);
            prop_assert_eq!(i64::from(it.quantity) - it.change, before.1);
            before = (it.revision, i64::from(it.quantity));
        }
    }
}
