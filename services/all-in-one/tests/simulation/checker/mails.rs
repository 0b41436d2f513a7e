use crate::state::State;
use contracts::{ids::MailId, orders::OrderStatus};
use email::domain::{Kind, Mail, State as Stage};
use orders::domain::Order;
use payments::domain::RefundState;
use std::collections::BTreeMap;

/// How a customer is told why their order was called off.
fn ending(order: &Order) -> Kind {
    let reason = order.reason.as_deref().unwrap_or_default();
    let begins = |all: [&str; 2]| all.iter().any(|it| reason.starts_with(it));
    if begins(["Out of stock: ", "Not carried out: the stock"]) {
        Kind::Refused
    } else if begins(["Payment failed: ", "Not carried out: the payment"]) {
        Kind::PaymentFailed
    } else {
        Kind::Cancelled
    }
}

/// How often a customer is told of what, by what has become of their order.
fn due(state: &State, order: &Order) -> BTreeMap<&'static str, usize> {
    let has_been = |status| order.history.iter().any(|it| it.status == status);
    let steps = [
        (Kind::Received, true),
        (Kind::Confirmed, has_been(OrderStatus::Processing)),
        (Kind::Shipped, has_been(OrderStatus::Shipped)),
        (Kind::Delivered, has_been(OrderStatus::Delivered)),
        (ending(order), order.status == OrderStatus::Cancelled),
    ];
    let told = steps.into_iter().filter(|it| it.1).map(|it| (it.0.name(), 1));
    let refunds = state.payment_of(order.id).into_iter().flat_map(|it| &it.refunds);
    let refunds = refunds.filter(|it| it.state == RefundState::Done).count();
    let refunded = (refunds > 0).then_some((Kind::Refunded.name(), refunds));
    told.chain(refunded).collect()
}

/// Whether it is for those who look after the stock.
const fn is_of_stock(kind: Kind) -> bool {
    matches!(kind, Kind::Stock | Kind::LowStock)
}

pub(super) fn tell_what_became(state: &State) -> Vec<String> {
    let check = |order: &Order| {
        let mut told = BTreeMap::<_, usize>::new();
        let own = state.mails.iter().filter(|it| it.order_id == Some(order.id));
        for mail in own.filter(|it| !is_of_stock(it.kind)) {
            *told.entry(mail.kind.name()).or_default() += 1;
        }
        let due = due(state, order);
        (told != due)
            .then(|| format!("{} is {:?}: {due:?} are due, {told:?} told", order.id, order.status))
    };
    let of_stock = state.orders.iter().filter_map(|it| of_stock(state, it));
    state.orders.iter().filter_map(check).chain(of_stock).chain(by_hand(state)).collect()
}

/// Each mail is about an order that there is, to whoever placed it; or about stock, to those who look
/// after that.
pub(super) fn reach_whom_they_concern(state: &State) -> Vec<String> {
    let fits = |mail: &&Mail| {
        let order = mail.order_id.map(|it| state.order(it));
        match order {
            Some(None) => false,
            _ if is_of_stock(mail.kind) => mail.to.as_str() == state.stakeholder,
            Some(Some(order)) => mail.to == order.email,
            None => false,
        }
    };
    let others = state.mails.iter().filter(|it| !fits(it));
    others.map(|it| format!("{:?} of {:?} to {}", it.kind, it.order_id, it.to)).collect()
}

/// Stakeholders are told once when stock is set aside.
fn of_stock(state: &State, order: &Order) -> Option<String> {
    let own = state.mails.iter().filter(|it| it.order_id == Some(order.id));
    let told = own.filter(|it| it.kind == Kind::Stock).count();
    let was_held = order.history.iter().any(|it| it.status == OrderStatus::Processing);
    let fits = if was_held { told == 1 } else { told <= 1 };
    (!fits).then(|| format!("that stock is set aside for {} was told {told} times", order.id))
}

/// Stakeholders are told of each change by hand.
fn by_hand(state: &State) -> Option<String> {
    let moved = state.movements.iter().filter(|it| it.order_id.is_none() && it.change != 0).count();
    let told = state.mails.iter().filter(|it| it.kind == Kind::Stock && it.order_id.is_none());
    let told = told.count();
    (moved != told)
        .then(|| format!("stock moved {moved} times by hand, which was told {told} times"))
}

pub(super) fn are_sent(state: &State) -> Vec<String> {
    let mut arrived = BTreeMap::<MailId, usize>::new();
    state.sent.iter().for_each(|it| *arrived.entry(it.mail_id).or_default() += 1);
    let check = |mail: &Mail| {
        let copies = arrived.get(&mail.mail_id).copied().unwrap_or_default();
        // Who does not come to note that a mail is sent sends it again.
        let hidden = state.hidden.get(&mail.mail_id).copied().unwrap_or_default();
        let most = 1 + hidden + state.unnoted;
        let fits = mail.state == Stage::Sent && (1..=most).contains(&copies);
        (!fits).then(|| format!("{} is {:?}: {copies} of {most}", mail.mail_id, mail.state))
    };
    let written: BTreeMap<_, _> = state.mails.iter().map(|it| (it.mail_id, it)).collect();
    let is_written = |sent: &&Mail| {
        let written = written.get(&sent.mail_id);
        written.is_some_and(|it| it.to == sent.to && it.letter == sent.letter)
    };
    let strays = state.sent.iter().filter(|it| !is_written(it));
    let strays = strays.map(|it| format!("{} is sent, and was not written so", it.mail_id));
    state.mails.iter().filter_map(check).chain(strays).collect()
}
