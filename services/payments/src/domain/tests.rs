use super::*;
use crate::provider::Answer;
use contracts::money::Currency;

mod acts;
mod bounds;
mod notices;
mod property;
mod table;

const NOW: Timestamp = Timestamp::UNIX_EPOCH;
const PATIENCE: Duration = Duration::from_hours(7 * 24);

fn usd(minor: i64) -> Money {
    Money::new(minor, Currency::USD)
}

fn terms(kind: &str) -> Terms {
    let (method, amount) = match kind {
        "card" => (PaymentMethod::CreditCard, 1_000),
        "paypal" => (PaymentMethod::Paypal, 1_000),
        "cash" => (PaymentMethod::CashOnDelivery, 1_000),
        "transfer" => (PaymentMethod::BankTransfer, 1_000),
        "free card" => (PaymentMethod::CreditCard, 0),
        "free transfer" => (PaymentMethod::BankTransfer, 0),
        other => panic!("{other}"),
    };
    Terms { amount: usd(amount), method, customer_id: None, token: None }
}

fn notice(payment: &Payment, told: Told, name: &str) -> Notice {
    let amount = payment.terms.as_ref().map_or_else(|| usd(1_000), |it| it.amount);
    let transaction_id = Name::parse(name).unwrap();
    Notice { told, order_id: payment.order_id, transaction_id, amount }
}

fn done(operation: Operation) -> Answer {
    Answer::Done { transaction_id: format!("tx {}", operation.name()) }
}

/// What the provider is asked for now, once somebody has asked.
fn asked(payment: &mut Payment) -> Operation {
    let waiting = payment.waiting.clone().unwrap();
    if waiting.attempts == 0 {
        assert!(payment.claim(NOW));
    }
    waiting.operation
}

fn act(payment: &mut Payment, word: &str, kind: &str) -> Result<Events, Refused> {
    let told = |payment: &mut Payment, told, name| payment.hear(&notice(payment, told, name), NOW);
    match word {
        "want" => payment.wanted_again(&terms(kind), NOW),
        "capture" => payment.capture_wanted(NOW),
        "unwant" => Ok(payment.unwanted("changed my mind", NOW)),
        "void" => payment.void("by hand", NOW),
        "process" => payment.process(None, NOW),
        "refund" => payment.refund(RefundId::fresh(), None, "broken", NOW),
        "part" => payment.refund(RefundId::fresh(), Some(usd(400)), "scratched", NOW),
        "expire" => Ok(payment.expire(NOW + PATIENCE)),
        "claim" => {
            asked(payment);
            Ok(Events::none())
        }
        "done" => {
            let operation = asked(payment);
            Ok(payment.conclude(operation, &done(operation), NOW))
        }
        "decline" => {
            let operation = asked(payment);
            Ok(payment.conclude(operation, &Answer::Declined("no".to_owned()), NOW))
        }
        "unknown" => {
            let operation = asked(payment);
            Ok(payment.conclude(operation, &Answer::Unknown("silence".to_owned()), NOW))
        }
        "late-authorize" => {
            Ok(payment.conclude(Operation::Authorize, &done(Operation::Authorize), NOW))
        }
        "late-capture" => Ok(payment.conclude(Operation::Capture, &done(Operation::Capture), NOW)),
        "told-authorized" => told(payment, Told::Authorized, "tx authorize"),
        "told-captured" => told(payment, Told::Captured, "tx capture"),
        "told-received" => told(payment, Told::TransferReceived, "tx transfer"),
        "told-another" => told(payment, Told::TransferReceived, "tx another"),
        other => panic!("{other}"),
    }
}

/// Where a payment stands, what is asked of the provider, and what was said last.
fn shown(payment: &Payment, said: Result<Events, Refused>) -> String {
    let waiting = payment.waiting.as_ref().map_or("", |it| it.operation.name());
    let slash = if waiting.is_empty() { "" } else { "/" };
    let text = format!("{}{slash}{waiting}", word(payment.status));
    match said {
        Ok(events) => events
            .into_envelopes()
            .into_iter()
            .fold(text, |text, it| text + " " + &it.key.replace("payments.", "+")),
        Err(refused) => format!("{text} no: {refused}"),
    }
}

/// Whether one state may follow another.
fn is_legal(from: PaymentStatus, to: PaymentStatus) -> bool {
    use PaymentStatus::*;
    matches!(
        (from, to),
        (Pending, Authorized | Completed | Failed | Voided)
            | (Authorized, Completed | Failed | Voided)
            | (Completed, Refunded)
            // Money that comes too late is taken note of, and goes back.
            | (Failed | Voided, Completed)
    )
}

fn check_history(payment: &Payment) {
    let states: Vec<_> = payment.history.iter().map(|it| it.status).collect();
    assert_eq!(states[0], PaymentStatus::Pending);
    assert_eq!(states.last(), Some(&payment.status));
    for pair in states.windows(2) {
        assert!(is_legal(pair[0], pair[1]), "{states:?}");
    }
}

fn follow(kind: &str, script: &str) -> (Payment, String) {
    let (mut payment, events) = Payment::wanted(OrderId::fresh(), terms(kind), PATIENCE, NOW);
    let mut said = Ok(events);
    for word in script.split_ascii_whitespace() {
        said = act(&mut payment, word, kind);
    }
    check_history(&payment);
    let shown = shown(&payment, said);
    (payment, shown)
}

fn check(kind: &str, table: &[(&str, &str)]) {
    for (script, expected) in table {
        assert_eq!(follow(kind, script).1, *expected, "{kind}: {script}");
    }
}
