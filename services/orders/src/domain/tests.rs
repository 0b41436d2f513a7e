use super::*;
use contracts::{ids::ProductId, money::Currency, text::Name};
use jiff::SignedDuration;
use proptest::prelude::*;

const NOW: Timestamp = Timestamp::UNIX_EPOCH;
const TIMING: Timing = Timing { nudge: Duration::from_secs(10), deadline: Duration::from_mins(15) };

fn a_laptop(quantity: u32) -> OrderItem {
    OrderItem {
        product_id: ProductId::fresh(),
        name: Name::parse("Laptop").unwrap(),
        category: Name::parse("Electronics").unwrap(),
        quantity,
        price: Money::new(99_900, Currency::USD),
    }
}

fn an_order() -> (Order, Events) {
    let items = vec![a_laptop(2)];
    let cost = total(&items).unwrap();
    Order::place(EmailAddress::parse("ada@example.com").unwrap(), items, cost, None, NOW, TIMING)
}

fn keys(events: Events) -> Vec<String> {
    events.into_envelopes().into_iter().map(|it| it.key).collect()
}

fn after(seconds: i64) -> Timestamp {
    NOW + SignedDuration::from_secs(seconds)
}

#[test]
fn a_placed_order_asks_for_stock_and_tells_its_customer() {
    let (order, events) = an_order();
    assert_eq!(order.total, Money::new(199_800, Currency::USD));
    assert_eq!(keys(events), ["orders.inventoryupdate", "orders.emailnotification"]);
}

#[test]
fn a_reserved_order_is_confirmed_once() {
    let (mut order, _) = an_order();
    assert_eq!(keys(order.stock_reserved(NOW)), ["orders.confirmed", "orders.emailnotification"]);
    assert_eq!(order.status, OrderStatus::Processing);
    assert_eq!(
        keys(order.stock_reserved(NOW)),
        ["orders.confirmed"],
        "only who asks is told again"
    );
    assert!(order.stock_rejected(&[], NOW).is_empty());
    assert_eq!(order.status, OrderStatus::Processing);
}

#[test]
fn a_short_order_is_cancelled_with_its_reason() {
    let (mut order, _) = an_order();
    let product_id = order.items[0].product_id;
    let shortage = Shortage { product_id, requested: 2, available: 1 };
    let events = order.stock_rejected(&[shortage], NOW);
    assert_eq!(keys(events), ["orders.cancelled", "orders.emailnotification"]);
    assert_eq!(order.reason.as_deref(), Some("Out of stock: Laptop (2 wanted, 1 left)"));
    assert_eq!(keys(order.stock_reserved(NOW)), ["orders.cancelled"], "a late hold is taken back");
}

#[test]
fn an_order_without_an_answer_asks_less_and_less_often_and_then_gives_up() {
    let (mut order, _) = an_order();
    assert!(order.nudge(after(9)).is_empty());
    assert_eq!(keys(order.nudge(after(10))), ["orders.inventoryupdate"]);
    assert!(order.nudge(after(29)).is_empty());
    assert_eq!(keys(order.nudge(after(30))), ["orders.inventoryupdate"]);
    let events = order.nudge(after(15 * 60));
    assert_eq!(keys(events), ["orders.cancelled", "orders.emailnotification"]);
    assert!(order.nudge(after(60 * 60)).is_empty(), "what is final waits for nothing");
}

#[test]
fn a_repeated_notification_is_the_same_message() {
    let (order, _) = an_order();
    let id = |it: Events| it.into_envelopes()[0].id;
    let first = order.notify(Events::none(), Notification::Received, NOW);
    let second = order.notify(Events::none(), Notification::Received, after(5));
    assert_eq!(id(first), id(second));
}

#[test]
fn lines_of_two_currencies_have_no_total() {
    let yen = OrderItem { price: Money::new(5, Currency::JPY), ..a_laptop(1) };
    assert!(matches!(total(&[a_laptop(1), yen]), Err(MoneyError::CurrencyMismatch { .. })));
}

proptest! {
    /// Whatever is heard in whatever order and however often: one outcome, told to the customer once.
    #[test]
    fn an_order_ends_once(heard in prop::collection::vec(0_u8..3, 1..30)) {
        let (mut order, _) = an_order();
        let mut told = Vec::new();
        let mut statuses = vec![order.status];
        for (step, what) in (0_i64..).zip(heard) {
            let now = after(step * 60);
            let events = match what {
                0 => order.stock_reserved(now),
                1 => order.stock_rejected(&[], now),
                _ => order.nudge(now),
            };
            told.extend(keys(events).into_iter().filter(|it| it == "orders.emailnotification"));
            statuses.push(order.status);
        }
        statuses.dedup();
        prop_assert!(statuses.len() <= 2, "{statuses:?}");
        prop_assert_eq!(told.len(), statuses.len() - 1);
    }
}
