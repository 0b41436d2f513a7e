//! That little is left is told once, until there is more again.
//!
//! A hold changes what can be had as well, and is no movement. So what is known are stretches, which end
//! with each movement after which there was enough: in one of them it is told once if a movement shows
//! that little was left, and at most once otherwise.

use crate::state::State;
use contracts::ids::{MailId, MessageId};
use email::domain::Kind;
use inventory::domain::{Movement, Stock};
use std::collections::{BTreeMap, BTreeSet};

/// The mail that tells that little was left at a revision; it takes its name from the message, and that
/// from the revision.
fn mail(stock: &Stock, revision: u64, to: &str) -> MailId {
    let message = MessageId::derived(&format!("{}/stock/{revision}/low", stock.product_id));
    MailId::derived(&format!("{message}/{to}"))
}

/// A stretch: whether a movement in it shows that little was left, and how often that was told.
#[derive(Clone, Copy, Debug, Default)]
struct Stretch {
    is_low: bool,
    told: usize,
}

/// The stretches of a product, by its movements and the mails about it.
fn stretches(state: &State, stock: &Stock, told: &BTreeSet<MailId>) -> Vec<Stretch> {
    let own = state.movements.iter().filter(|it| it.product_id == stock.product_id);
    let moved: BTreeMap<u64, &Movement> = own.map(|it| (it.revision, it)).collect();
    let mut all = vec![Stretch::default()];
    for revision in 1..=stock.revision() {
        let left = moved.get(&revision).map(|it| it.available <= stock.low_stock_threshold);
        if left == Some(false) {
            all.push(Stretch::default());
        }
        if let Some(last) = all.last_mut() {
            last.is_low |= left == Some(true);
            last.told += usize::from(told.contains(&mail(stock, revision, state.stakeholder)));
        }
    }
    all
}

pub(super) fn is_told_once(state: &State) -> Vec<String> {
    let mails = state.mails.iter().filter(|it| it.kind == Kind::LowStock);
    let told: BTreeSet<_> = mails.map(|it| it.mail_id).collect();
    let (mut wrong, mut known) = (Vec::new(), 0);
    for stock in &state.stock {
        let stretches = stretches(state, stock, &told);
        known += stretches.iter().map(|it| it.told).sum::<usize>();
        let others = stretches.iter().filter(|it| it.told > 1 || it.is_low && it.told == 0);
        wrong.extend(others.map(|it| format!("{}: {it:?}", stock.product_id)));
    }
    if known != told.len() {
        wrong.push(format!("{} were told, of which {known} have a cause", told.len()));
    }
    wrong
}
