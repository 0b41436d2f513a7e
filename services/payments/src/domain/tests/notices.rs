//! What is told from outside.

use super::*;

#[test]
fn webhook_and_answer_are_one_step_whichever_comes_first() {
    check(
        "card",
        &[
            ("claim told-authorized", "authorized +authorized"),
            ("claim told-authorized told-authorized", "authorized"),
            ("claim told-authorized late-authorize", "authorized"),
            ("claim told-authorized late-authorize capture done", "completed +captured"),
            ("done told-authorized", "authorized"),
            ("claim told-captured", "completed +captured"),
            ("claim told-captured told-authorized", "completed"),
            ("claim told-captured late-authorize", "completed"),
            ("claim told-captured told-captured", "completed"),
            ("done capture claim told-captured", "completed +captured"),
            ("done capture claim told-captured late-capture", "completed"),
            ("done capture done told-captured told-authorized", "completed"),
            ("claim unwant told-authorized", "authorized/void"),
            ("claim unwant told-authorized late-authorize done", "voided +voided"),
            ("claim unwant told-captured", "completed/refund"),
            ("done unwant done told-authorized", "voided"),
            ("done unwant done told-captured", "completed/refund"),
            ("done capture decline told-captured", "completed/refund"),
            ("decline told-authorized", "failed no: the payment is failed by another transaction"),
            (
                "done told-received",
                "authorized no: the payment is authorized and cannot be received by transfer",
            ),
        ],
    );
}

#[test]
fn an_amount_that_does_not_fit_changes_nothing() {
    let (mut payment, _) = follow("transfer", "");
    let before = payment.clone();
    for amount in [usd(999), usd(1_001), Money::new(1_000, Currency::EUR)] {
        let notice = Notice { amount, ..notice(&payment, Told::TransferReceived, "tx") };
        let refused = payment.hear(&notice, NOW).unwrap_err();
        assert!(matches!(refused, Refused::OtherAmount { .. }), "{refused}");
    }
    assert_eq!(payment, before);
}
