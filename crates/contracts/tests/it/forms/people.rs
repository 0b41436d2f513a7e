//! What the payment service and the customer service say.

use super::{
    Form,
    orders::{address, customer, name, order_id, price},
};
use contracts::{
    customers::{CustomerDeleted, CustomerRegistered, CustomerState, CustomerUpdated},
    ids::{PaymentId, RefundId},
    money::Money,
    payments::{PaymentAuthorized, PaymentCaptured, PaymentFailed, PaymentRefunded, PaymentVoided},
};

pub(super) fn forms() -> Vec<Form> {
    payments().into_iter().chain(customers()).collect()
}

fn payments() -> Vec<Form> {
    let (payment_id, order_id, amount) = (PaymentId::derived("first"), order_id(), price());
    vec![
        Form::of(&PaymentAuthorized { payment_id, order_id, amount }),
        Form::of(&PaymentCaptured {
            payment_id,
            order_id,
            amount,
            transaction_id: Some("ch_17".to_owned()),
        }),
        Form::of(&PaymentFailed { payment_id, order_id, reason: "Card declined".to_owned() }),
        Form::of(&PaymentVoided { payment_id, order_id }),
        Form::of(&PaymentRefunded {
            payment_id,
            order_id,
            refund_id: RefundId::derived("first"),
            amount: Money::new(9_900, amount.currency),
            refunded: Money::new(9_900, amount.currency),
            is_full: false,
            reason: "Arrived scratched".to_owned(),
        }),
    ]
}

fn customers() -> Vec<Form> {
    let state = |revision| CustomerState {
        customer_id: customer(),
        email: address(),
        first_name: name("Ada"),
        last_name: name("Lovelace"),
        revision,
    };
    vec![
        Form::of(&CustomerRegistered { customer: state(1) }),
        Form::of(&CustomerUpdated { customer: state(2) }),
        Form::of(&CustomerDeleted { customer_id: customer() }),
    ]
}
