//! Whatever is heard in whatever order and however often.

use super::*;
use std::collections::BTreeMap;

fn fact(what: u8) -> Option<Fact> {
    Some(match what {
        0 => Fact::StockReserved,
        1 => Fact::StockShort(Vec::new()),
        2 => Fact::StockReleased,
        3 => Fact::PaymentAuthorized,
        4 => Fact::PaymentCaptured,
        5 => Fact::PaymentFailed("declined".to_owned()),
        6 => Fact::PaymentVoided,
        7 => refunded(),
        8 => shipment(ShipmentStatus::Processing),
        9 => shipment(ShipmentStatus::Shipped),
        10 => shipment(ShipmentStatus::Delivered),
        11 => shipment(ShipmentStatus::Cancelled),
        12 => shipment(ShipmentStatus::Returned),
        _ => return None,
    })
}

fn method() -> impl Strategy<Value = PaymentMethod> {
    prop_oneof![
        Just(PaymentMethod::CreditCard),
        Just(PaymentMethod::BankTransfer),
        Just(PaymentMethod::CashOnDelivery),
    ]
}

/// Where an order may go from where it stands.
fn is_legal(from: OrderStatus, to: OrderStatus) -> bool {
    use OrderStatus::{Cancelled, Delivered, Pending, Processing, Shipped};
    matches!(
        (from, to),
        (Pending, Processing | Cancelled)
            | (Processing, Shipped | Cancelled)
            | (Shipped, Delivered | Cancelled)
            | (Delivered, Cancelled)
    )
}

proptest! {
    #[test]
    fn every_history_is_legal_and_every_mail_is_said_once(
        method in method(),
        heard in prop::collection::vec((0_u8..15, 0_i64..4000), 1..60),
    ) {
        let (mut order, events) = an_order_by(method);
        let (mut mails, mut now) = (BTreeMap::<_, u32>::new(), NOW);
        let mut count = |events: Events| {
            let mails_said = said(events).into_iter().filter(|it| it.starts_with("mail"));
            mails_said.for_each(|it| *mails.entry(it).or_default() += 1);
        };
        count(events);
        for (what, seconds) in heard {
            now += SignedDuration::from_secs(seconds);
            let before = order.status;
            let events = match fact(what) {
                Some(fact) => order.hear(fact, now),
                None if what == 13 => order.nudge(now),
                None => order.call_off("no".to_owned(), now).unwrap_or_default(),
            };
            // Delivered without shipped is two steps at once.
            let step = is_legal(before, order.status)
                || before == order.status
                || (before, order.status) == (OrderStatus::Processing, OrderStatus::Delivered);
            prop_assert!(step, "{before:?} to {:?}", order.status);
            prop_assert_eq!(order.waiting.is_some(), !order.wishes().is_empty());
            count(events);
        }
        let steps: Vec<_> = order.history.iter().map(|it| it.status).collect();
        prop_assert!(steps.windows(2).all(|it| is_legal(it[0], it[1])), "{steps:?}");
        let repeated = mails.iter().filter(|(what, times)| **times > 1 && *what != "mail refunded");
        prop_assert_eq!(repeated.count(), 0);
        if order.status != OrderStatus::Pending && order.status != OrderStatus::Cancelled {
            prop_assert_eq!(order.legs.stock, StockLeg::Held);
        }
    }

    /// Whatever was heard: once the others answer what the order wants, it wants nothing more, and
    /// either it was delivered, held and paid, or it is cancelled, with nothing held and nothing kept.
    #[test]
    fn an_order_that_is_answered_comes_to_rest(
        method in method(),
        heard in prop::collection::vec(0_u8..15, 0..20),
    ) {
        let (mut order, _) = an_order_by(method);
        for what in heard {
            match fact(what) {
                // Nobody says that stock is free that was not given up, nor that it came to nothing.
                Some(Fact::StockReleased) if order.status != OrderStatus::Cancelled => {}
                Some(fact) => drop(order.hear(fact, NOW)),
                None => drop(order.call_off("no".to_owned(), NOW)),
            }
        }
        for _ in 0..20 {
            let Some(wish) = order.wishes().first().copied() else { break };
            order.hear(answer(wish, &order), NOW);
        }
        prop_assert_eq!(order.wishes(), vec![]);
        match order.status {
            OrderStatus::Delivered => prop_assert_eq!(order.legs.stock, StockLeg::Held),
            OrderStatus::Cancelled => {
                prop_assert!(matches!(order.legs.stock, StockLeg::Short | StockLeg::Released));
                prop_assert!(order.legs.payment != PaymentStatus::Completed);
                prop_assert!(order.legs.payment != PaymentStatus::Authorized);
            }
            OrderStatus::Pending | OrderStatus::Processing | OrderStatus::Shipped => {
                prop_assert!(false, "it rests on its way: {:?}", order);
            }
        }
    }
}

/// How the others answer a wish.
fn answer(wish: Wish, order: &Order) -> Fact {
    match wish {
        Wish::Stock => Fact::StockReserved,
        Wish::Payment if order.payment_method == PaymentMethod::BankTransfer => {
            Fact::PaymentCaptured
        }
        Wish::Payment => Fact::PaymentAuthorized,
        Wish::Capture => Fact::PaymentCaptured,
        Wish::Shipment => match order.legs.shipment {
            Some(ShipmentStatus::Pending) => shipment(ShipmentStatus::Processing),
            Some(ShipmentStatus::Processing) => shipment(ShipmentStatus::Shipped),
            _ => shipment(ShipmentStatus::Delivered),
        },
        Wish::NoShipment => shipment(ShipmentStatus::Cancelled),
        Wish::NoStock => Fact::StockReleased,
        Wish::NoPayment if order.legs.payment == PaymentStatus::Completed => refunded(),
        Wish::NoPayment => Fact::PaymentVoided,
    }
}
