//! What a payment refuses, and how often it does things.

use super::*;

#[test]
fn another_wish_for_the_same_order_is_refused_and_never_a_second_charge() {
    let (mut payment, _) = follow("card", "done");
    let before = payment.clone();
    for other in [
        terms("paypal"),
        Terms { amount: usd(1_001), ..terms("card") },
        Terms { amount: Money::new(1_000, Currency::EUR), ..terms("card") },
    ] {
        let refused = payment.wanted_again(&other, NOW).unwrap_err();
        assert_eq!(refused, Refused::OtherTerms(PaymentStatus::Authorized));
    }
    let token = Some(Name::parse("tok_ok").unwrap());
    let other_token = Terms { token, ..terms("card") };
    assert!(payment.wanted_exactly(&other_token, NOW).is_err());
    assert!(payment.wanted_again(&other_token, NOW).is_ok());
    assert_eq!(payment, before);
}

#[test]
fn a_wish_that_was_withdrawn_before_it_came_charges_nothing() {
    let (mut payment, events) = Payment::never_wanted(OrderId::fresh(), "too slow", NOW);
    assert_eq!(shown(&payment, Ok(events)), "voided +voided");
    for word in ["capture", "unwant", "want", "want", "capture", "unwant"] {
        let said = act(&mut payment, word, "card");
        assert_eq!(shown(&payment, said), "voided +voided", "{word}");
    }
    assert_eq!(payment.terms, Some(terms("card")));
    assert!(payment.process(None, NOW).is_err());
    // Even a transfer that comes after that goes back.
    let (mut payment, _) = Payment::never_wanted(OrderId::fresh(), "too slow", NOW);
    assert!(act(&mut payment, "told-received", "transfer").is_err());
    act(&mut payment, "want", "transfer").unwrap();
    let said = act(&mut payment, "told-received", "transfer");
    assert_eq!(shown(&payment, said), "refunded +refunded");
}

#[test]
fn the_same_refund_is_made_once() {
    let (mut payment, _) = follow("card", "done capture done");
    let id = RefundId::fresh();
    let mut refund = |amount, reason| payment.refund(id, amount, reason, NOW).map(drop);
    for _ in 0..3 {
        assert_eq!(refund(Some(usd(300)), "late"), Ok(()));
    }
    assert_eq!(refund(None, "late"), Err(Refused::OtherRefund), "all that is left is more");
    assert_eq!(refund(Some(usd(301)), "late"), Err(Refused::OtherRefund));
    assert_eq!(refund(Some(usd(300)), "later"), Err(Refused::OtherRefund));
    assert_eq!(payment.refunds.len(), 1);
}

#[test]
fn refunds_have_bounds() {
    let (mut payment, _) = follow("cash", "capture");
    let mut refund = |amount| payment.refund(RefundId::fresh(), Some(amount), "x", NOW).map(drop);
    for bad in [usd(0), usd(-1), usd(i64::MIN)] {
        assert!(refund(bad).is_err(), "{bad:?}");
    }
    let refused = refund(Money::new(1, Currency::EUR)).unwrap_err();
    assert!(matches!(refused, Refused::Money(_)), "{refused}");
    assert!(matches!(refund(usd(i64::MAX)).unwrap_err(), Refused::TooMuch { .. }));
    for _ in 0..MOST_REFUNDS {
        assert_eq!(refund(usd(1)), Ok(()));
    }
    assert_eq!(refund(usd(1)), Err(Refused::TooManyRefunds(PaymentStatus::Completed)));
    // What nobody wants goes back all the same.
    act(&mut payment, "unwant", "cash").unwrap();
    assert_eq!(payment.status, PaymentStatus::Refunded);
    assert_eq!(payment.refunded(), Some(usd(1_000)));
}

#[test]
fn who_has_claimed_a_payment_holds_it_for_the_lease() {
    let (mut payment, _) = follow("card", "");
    assert!(payment.claim(NOW));
    assert!(!payment.claim(NOW) && !payment.claim(NOW + LEASE - Duration::from_millis(1)));
    assert!(payment.claim(NOW + LEASE));
}

#[test]
fn an_unknown_outcome_is_asked_for_again_under_the_same_key_for_ever() {
    let (mut payment, _) = follow("card", "");
    let (_, first) = payment.request().unwrap();
    let (mut now, mut pauses) = (NOW, Vec::new());
    for _ in 0..100 {
        assert!(payment.claim(now));
        assert_eq!(payment.request().unwrap().1, first);
        payment.conclude(Operation::Authorize, &Answer::Unknown("silence".to_owned()), now);
        let next = payment.waiting.as_ref().unwrap().next_attempt_at;
        pauses.push((next - now.as_millisecond()) / 1_000);
        now = Timestamp::from_millisecond(next).unwrap();
    }
    assert_eq!(pauses[..8], [1, 2, 4, 8, 16, 32, 60, 60]);
    assert_eq!(pauses.last(), Some(&60));
}
