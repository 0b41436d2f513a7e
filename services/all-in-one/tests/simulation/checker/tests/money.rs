//! What is wrong with money.

use super::Wrong;
use crate::state::State;
use contracts::{
    ids::RefundId,
    payments::{PaymentMethod, PaymentStatus},
};
use payments::{
    domain::Payment,
    provider::simulator::{Entry, Kind as Operation},
};

pub(super) const WRONGS: &[Wrong] = &[
    ("the book keeps what orders owe", |it| {
        done(it, Operation::Capture)?.amount.amount_minor += 1;
        Some(())
    }),
    ("money is promised and taken once", |it| twice(it, Operation::Capture)),
    ("money is promised and taken once", |it| twice(it, Operation::Authorize)),
    ("each promise ends once", |it| {
        let given_up = |it: &Entry| it.operation == Operation::Void;
        let index = it.book.iter().position(given_up)?;
        it.book.remove(index);
        Some(())
    }),
    ("each promise ends once", |it| {
        // What is taken is given up as well.
        let taken = done(it, Operation::Capture)?.clone();
        it.book.push(Entry { operation: Operation::Void, ..taken });
        Some(())
    }),
    ("money is promised and taken in full", |it| {
        done(it, Operation::Authorize)?.amount.amount_minor -= 1;
        Some(())
    }),
    ("money is promised and taken in full", |it| {
        done(it, Operation::Capture)?.amount.amount_minor -= 1;
        Some(())
    }),
    ("no more goes back than was taken", |it| {
        let refund = done(it, Operation::Refund)?;
        refund.amount.amount_minor += 1_000_000;
        Some(())
    }),
    ("payments agree with the book", |it| {
        let by_card = it.payments.iter_mut().find(|it| it.authorization_id.is_some())?;
        by_card.captured.as_mut()?.amount_minor += 1;
        Some(())
    }),
    ("payments agree with their orders", |it| {
        let paid = it.payments.iter_mut().find(|it| it.status == PaymentStatus::Completed)?;
        paid.status = PaymentStatus::Failed;
        Some(())
    }),
    ("money goes back for a reason", |it| {
        let payment = it.payments.iter_mut().find(|it| !it.refunds.is_empty())?;
        payment.refunds.first_mut()?.refund_id = RefundId::derived("nobody asked");
        Some(())
    }),
    ("transfers are what arrived", |it| {
        // It was heard of, and forgotten.
        let order = transferred(it)?.order_id;
        it.payments.iter_mut().find(|it| it.order_id == order)?.captured = None;
        it.known.transfers_heard.contains(&order).then_some(())
    }),
    ("transfers are what arrived", |it| {
        let order = transferred(it)?.order_id;
        it.known.transfers_made.remove(&order).then_some(())
    }),
];

/// Something that the provider has done.
fn done(state: &mut State, kind: Operation) -> Option<&mut Entry> {
    state.book.iter_mut().find(|it| it.operation == kind && it.is_done())
}

/// The provider does the same once more.
fn twice(state: &mut State, kind: Operation) -> Option<()> {
    let again = done(state, kind)?.clone();
    state.book.push(again);
    Some(())
}

/// A transfer that has arrived.
fn transferred(state: &State) -> Option<&Payment> {
    let by_transfer =
        |it: &Payment| it.terms.as_ref().is_some_and(|it| it.method == PaymentMethod::BankTransfer);
    let mut all = state.payments.iter().filter(|it| by_transfer(it));
    all.find(|it| it.captured.is_some_and(|it| it.amount_minor > 0))
}
