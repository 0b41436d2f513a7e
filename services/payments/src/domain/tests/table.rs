//! What follows from what, state by state: the script, and where it leads.

use super::*;

#[test]
fn a_card_is_authorized_and_then_captured() {
    let table = [
        ("", "pending/authorize"),
        ("claim", "pending/authorize"),
        ("unknown", "pending/authorize"),
        ("done", "authorized +authorized"),
        ("unknown done", "authorized +authorized"),
        ("decline", "failed +failed"),
        ("capture", "pending/authorize no: the payment is pending: there is nothing to take yet"),
        ("done capture", "authorized/capture"),
        ("done process", "authorized/capture"),
        ("done capture unknown", "authorized/capture"),
        ("done capture done", "completed +captured"),
        ("done capture decline", "failed/void +failed"),
        ("done capture decline unknown", "failed/void"),
        ("done capture decline done", "failed"),
        ("done capture decline decline", "failed"),
    ];
    check("card", &table);
    check("paypal", &table);
}

#[test]
fn what_is_no_longer_wanted_costs_nothing() {
    check(
        "card",
        &[
            ("unwant", "voided +voided"),
            ("void", "voided +voided"),
            ("claim unwant", "pending/authorize"),
            ("claim void", "pending/authorize"),
            ("claim unwant unknown", "pending/authorize"),
            ("claim unwant capture", "pending/authorize"),
            ("claim unwant done", "authorized/void"),
            ("claim unwant done unknown", "authorized/void"),
            ("claim unwant done done", "voided +voided"),
            ("claim unwant decline", "failed +failed"),
            ("done unwant", "authorized/void"),
            ("done unwant capture", "authorized/void"),
            (
                "done unwant process",
                "authorized/void no: the payment is authorized and no longer wanted: it cannot be processed",
            ),
            ("done unwant done", "voided +voided"),
            ("done unwant decline", "voided +voided"),
            ("done capture unwant", "authorized/void"),
            ("done capture claim unwant", "authorized/capture"),
            ("done capture claim unwant done", "completed/refund"),
            ("done capture claim unwant done done", "refunded +refunded"),
            ("done capture claim unwant decline", "failed/void +failed"),
            ("done capture done unwant", "completed/refund"),
            ("done capture done unwant unwant", "completed/refund"),
            ("done capture done unwant capture", "completed/refund"),
            ("done capture done unwant done", "refunded +refunded"),
        ],
    );
}

#[test]
fn who_asks_again_is_answered_again() {
    check(
        "card",
        &[
            ("want", "pending/authorize"),
            ("done want", "authorized +authorized"),
            ("done capture want", "authorized/capture +authorized"),
            ("done capture capture", "authorized/capture"),
            ("done capture done want", "completed +captured"),
            ("done capture done capture", "completed +captured"),
            ("decline want", "failed +failed"),
            ("decline capture", "failed +failed"),
            ("decline unwant", "failed +failed"),
            ("unwant want", "voided +voided"),
            ("unwant capture", "voided +voided"),
            ("unwant unwant", "voided +voided"),
            ("unwant void", "voided +voided"),
            ("claim unwant want", "pending/authorize"),
            ("done unwant want", "authorized/void"),
            ("done capture done unwant want", "completed/refund"),
            ("done capture done unwant done want", "refunded +refunded"),
            ("done capture done unwant done capture", "refunded +refunded"),
            ("done capture done unwant done unwant", "refunded +refunded"),
        ],
    );
}

#[test]
fn what_was_taken_goes_back_in_parts_or_whole() {
    let cannot = |status: &str, action: &str| {
        format!("{status} no: the payment is {status} and cannot be {action}")
    };
    check(
        "card",
        &[
            ("done capture done part", "completed/refund"),
            ("done capture done part done", "completed +refunded"),
            ("done capture done part part", "completed/refund"),
            ("done capture done part part done", "completed/refund +refunded"),
            ("done capture done part part done done", "completed +refunded"),
            (
                "done capture done part part part",
                "completed/refund no: only 2.00 USD of the payment can be given back, which is completed",
            ),
            ("done capture done part refund done done", "refunded +refunded"),
            (
                "done capture done refund part",
                "completed/refund no: only 0.00 USD of the payment can be given back, which is completed",
            ),
            (
                "done capture done refund refund",
                "completed/refund no: only 0.00 USD of the payment can be given back, which is completed",
            ),
            ("done capture done part unwant done", "completed/refund +refunded"),
            ("done capture done part unwant done done", "refunded +refunded"),
            ("done capture done refund decline", "completed"),
            ("done capture done refund decline refund done", "refunded +refunded"),
            ("done capture done unwant decline", "completed"),
            ("done capture done unwant decline unwant", "completed/refund"),
            ("done capture done unwant decline unwant done", "refunded +refunded"),
            ("done capture done void", &cannot("completed", "voided")),
            ("done capture done process", &cannot("completed", "processed")),
            ("done refund", &cannot("authorized", "refunded")),
            ("decline refund", &cannot("failed", "refunded")),
            ("decline void", &cannot("failed", "voided")),
            ("decline process", &cannot("failed", "processed")),
            ("unwant refund", &cannot("voided", "refunded")),
            ("done capture done unwant done refund", &cannot("refunded", "refunded")),
            ("done capture done unwant done void", &cannot("refunded", "voided")),
        ],
    );
}

#[test]
fn cash_is_promised_at_once_and_taken_at_the_door() {
    check(
        "cash",
        &[
            ("", "authorized +authorized"),
            ("want", "authorized +authorized"),
            ("capture", "completed +captured"),
            ("process", "completed +captured"),
            ("unwant", "voided +voided"),
            ("void capture", "voided +voided"),
            ("capture unwant", "refunded +refunded"),
            ("capture part", "completed +refunded"),
            ("capture part unwant", "refunded +refunded"),
            ("told-captured", "authorized no: the payment is authorized and cannot be captured"),
        ],
    );
}

#[test]
fn a_transfer_is_awaited_and_one_that_is_late_goes_back() {
    check(
        "transfer",
        &[
            ("", "pending"),
            ("want", "pending"),
            ("capture", "pending no: the payment is pending: there is nothing to take yet"),
            ("process", "completed +captured"),
            ("told-received", "completed +captured"),
            ("told-received told-received", "completed"),
            (
                "told-received process",
                "completed no: the payment is completed and cannot be processed",
            ),
            (
                "told-received told-another",
                "completed no: the payment is completed by another transaction",
            ),
            ("process told-received", "completed"),
            (
                "process told-received told-another",
                "completed no: the payment is completed by another transaction",
            ),
            ("process capture", "completed +captured"),
            ("process unwant", "refunded +refunded"),
            ("process expire", "completed"),
            ("unwant", "voided +voided"),
            ("unwant process", "refunded +refunded"),
            ("unwant told-received", "refunded +refunded"),
            ("expire", "failed +failed"),
            ("expire want", "failed +failed"),
            ("expire told-received", "refunded +refunded"),
            ("expire process", "refunded +refunded"),
            (
                "expire process process",
                "refunded no: the payment is refunded and cannot be processed",
            ),
            ("expire told-received told-received", "refunded"),
        ],
    );
    let (payment, _) = follow("transfer", "expire told-received");
    assert_eq!(payment.refunds[0].reason, "The transfer arrived when it was no longer wanted");
    let (mut payment, _) = follow("transfer", "");
    let early = NOW + PATIENCE - Duration::from_millis(1);
    assert!(payment.expire(early).is_empty() && payment.status == PaymentStatus::Pending);
}

#[test]
fn nothing_to_pay_needs_nobody() {
    check(
        "free card",
        &[
            ("", "authorized +authorized"),
            ("capture", "completed +captured"),
            ("capture unwant", "refunded +refunded"),
            ("unwant", "voided +voided"),
        ],
    );
    check(
        "free transfer",
        &[
            ("", "completed +captured"),
            ("unwant", "refunded +refunded"),
            (
                "refund",
                "completed no: only 0.00 USD of the payment can be given back, which is completed",
            ),
        ],
    );
}
