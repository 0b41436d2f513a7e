//! Payments, as the shop has them.

use super::account::{account, has_provider, owed};
use crate::state::State;
use contracts::{
    ids::{OrderId, RefundId},
    orders::OrderStatus,
    payments::{PaymentMethod, PaymentStatus},
};
use orders::domain::Order;
use payments::domain::{Payment, RefundState};

fn of_payment(payment: &Payment) -> (i64, i64) {
    let taken = payment.captured.map_or(0, |it| it.amount_minor);
    (taken, payment.refunded().map_or(0, |it| it.amount_minor))
}

pub(super) fn payments_agree_with_book(state: &State) -> Vec<String> {
    let check = |order: &Order| {
        let payment = state.payment_of(order.id)?;
        let account = account(state, order.id);
        let (ours, theirs) = (of_payment(payment), (account.taken, account.given_back));
        let differs = has_provider(order) && (ours != theirs || payment.is_promised);
        differs.then(|| format!("{}: {ours:?}, and {account:?}", order.id))
    };
    state.orders.iter().filter_map(check).collect()
}

pub(super) fn payments_agree_with_orders(state: &State) -> Vec<String> {
    let check = |order: &Order| {
        let Some(payment) = state.payment_of(order.id) else {
            return Some(format!("{} has no payment", order.id));
        };
        let (taken, given_back) = of_payment(payment);
        let kept = taken - given_back;
        let is_known = order.legs.payment == payment.status
            && order.refunded.map_or(0, |it| it.amount_minor) == given_back;
        let fits = fits(order, payment.status) && kept == due(state, order, payment) && is_known;
        (!fits).then(|| {
            let heard = (order.legs.payment, order.refunded);
            format!(
                "{} is {:?} and has heard {heard:?}; its payment is {:?}, {taken} taken, {given_back} back",
                order.id, order.status, payment.status
            )
        })
    };
    state.orders.iter().filter_map(check).collect()
}

/// What is to be kept by now; cash comes last.
fn due(state: &State, order: &Order, payment: &Payment) -> i64 {
    match payment.status {
        PaymentStatus::Authorized => 0,
        PaymentStatus::Pending
        | PaymentStatus::Completed
        | PaymentStatus::Failed
        | PaymentStatus::Refunded
        | PaymentStatus::Voided => owed(state, order),
    }
}

fn fits(order: &Order, payment: PaymentStatus) -> bool {
    let is_cash =
        order.payment_method == PaymentMethod::CashOnDelivery || order.total.amount_minor == 0;
    match (order.status, payment) {
        (OrderStatus::Cancelled, status) => matches!(
            status,
            PaymentStatus::Failed | PaymentStatus::Refunded | PaymentStatus::Voided
        ),
        (OrderStatus::Processing | OrderStatus::Shipped, PaymentStatus::Authorized) => is_cash,
        // That it is not over yet is another equation's matter.
        (OrderStatus::Pending, _)
        | (
            OrderStatus::Processing | OrderStatus::Shipped | OrderStatus::Delivered,
            PaymentStatus::Completed | PaymentStatus::Refunded,
        ) => true,
        (
            OrderStatus::Processing | OrderStatus::Shipped | OrderStatus::Delivered,
            PaymentStatus::Pending
            | PaymentStatus::Authorized
            | PaymentStatus::Failed
            | PaymentStatus::Voided,
        ) => false,
    }
}

pub(super) fn goes_back_for_a_reason(state: &State) -> Vec<String> {
    let is_unwanted = |payment: &Payment, refund: RefundId| {
        let names =
            (0..payment.refunds.len()).map(|it| format!("{}/unwanted/{it}", payment.payment_id));
        payment.unwanted.is_some() && names.into_iter().any(|it| RefundId::derived(&it) == refund)
    };
    let all =
        state.payments.iter().flat_map(|it| it.refunds.iter().map(move |refund| (it, refund)));
    let strays = all
        .filter(|(payment, it)| {
            !state.known.refunds_asked.contains(&it.refund_id)
                && !is_unwanted(payment, it.refund_id)
        })
        .map(|(payment, it)| format!("{}: {it:?}", payment.order_id));
    let is_done = |refund: &RefundId, order: OrderId| {
        let payment = state.payment_of(order);
        let mut all = payment.into_iter().flat_map(|it| &it.refunds);
        all.any(|it| it.refund_id == *refund && it.state == RefundState::Done)
    };
    let missing = state.known.refunds_granted.iter().filter(|(id, order)| !is_done(id, **order));
    let missing = missing.map(|(id, order)| format!("{order}: {id} was granted and is not done"));
    strays.chain(missing).collect()
}

/// A transfer that the bank or staff were told to be known of is taken; one that nobody made is not.
pub(super) fn transfers_are_what_arrived(state: &State) -> Vec<String> {
    let taken = |order: &Order| {
        let payment = state.payment_of(order.id);
        payment.and_then(|it| it.captured).map_or(0, |it| it.amount_minor)
    };
    let check = |order: &Order| {
        let (taken, total) = (taken(order), order.total.amount_minor);
        let (made, heard) = (&state.known.transfers_made, &state.known.transfers_heard);
        let is_lost = heard.contains(&order.id) && taken != total;
        let is_made_up = taken > 0 && !made.contains(&order.id);
        (is_lost || is_made_up).then(|| {
            format!("{} costs {total}, of which {taken} are taken; it is lost: {is_lost}", order.id)
        })
    };
    let by_transfer = |it: &&Order| it.payment_method == PaymentMethod::BankTransfer;
    state.orders.iter().filter(by_transfer).filter_map(check).collect()
}
