//! The provider's own book.

use super::account::{Account, account, has_provider, owed};
use crate::state::State;
use contracts::ids::OrderId;
use orders::domain::Order;
use payments::{domain::Payment, provider::simulator::Entry};

/// Which of all accounts are wrong.
fn wrong(state: &State, is_wrong: impl Fn(&Account) -> bool) -> Vec<String> {
    let accounts = state.orders.iter().map(|it| (it.id, account(state, it.id)));
    let others = accounts.filter(|(_, it)| is_wrong(it));
    others.map(|(id, it): (OrderId, Account)| format!("{id}: {it:?}")).collect()
}

pub(super) fn book_keeps_what_is_owed(state: &State) -> Vec<String> {
    let check = |order: &Order| {
        let (account, owed) = (account(state, order.id), owed(state, order));
        let owed = if has_provider(order) { owed } else { 0 };
        let differs = account.kept() != owed;
        differs.then(|| format!("{} is {:?} and owes {owed}; {account:?}", order.id, order.status))
    };
    let known = |it: &Entry| {
        state.order(it.order_id).is_some() && it.payment_id == Payment::id_of(it.order_id)
    };
    let strays = state.book.iter().filter(|it| !known(it)).map(|it| format!("nobody's: {it:?}"));
    state.orders.iter().filter_map(check).chain(strays).collect()
}

pub(super) fn once(state: &State) -> Vec<String> {
    wrong(state, |it| it.promises > 1 || it.captures > 1)
}

pub(super) fn no_more_goes_back(state: &State) -> Vec<String> {
    wrong(state, |it| it.given_back > it.taken)
}

/// Each promise is used, or given up, and not both.
pub(super) fn promises_end_once(state: &State) -> Vec<String> {
    wrong(state, |it| it.captures + it.voids != it.promises)
}

/// What is promised, taken or given up is what the order costs.
pub(super) fn in_full(state: &State) -> Vec<String> {
    let check = |it: &Order| {
        let (total, account) = (it.total.amount_minor, account(state, it.id));
        let sum = |times: usize| i64::try_from(times).unwrap_or(i64::MAX).saturating_mul(total);
        let is_whole = account.promised == sum(account.promises)
            && account.taken == sum(account.captures)
            && account.given_up == sum(account.voids);
        (!is_whole).then(|| format!("{} costs {}: {account:?}", it.id, it.total))
    };
    state.orders.iter().filter_map(check).collect()
}
