//! The equations that hold in every shop that has come to rest. They know nothing of how it came there.

mod account;
mod book;
mod lines;
mod low_stock;
mod mails;
mod orders;
mod parcels;
mod payments;
mod stock;
#[cfg(test)]
mod tests;

use crate::state::State;
use std::fmt;

/// An equation that does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Violation {
    pub(crate) equation: &'static str,
    pub(crate) detail: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.equation, self.detail)
    }
}

/// What an equation says, and who tells where it does not hold.
type Equation = (&'static str, fn(&State) -> Vec<String>);

/// All equations.
const EQUATIONS: [Equation; 32] = [
    ("everybody is answered in the end", |it| it.known.unanswered.clone()),
    ("everything comes to rest", State::unrest),
    ("each acknowledged order is there", orders::acknowledged_are_there),
    ("no order is there that nobody placed", orders::none_is_made_up),
    ("one key is one order", orders::one_key_is_one),
    ("each order is final", orders::are_final),
    ("each order has a legal history", orders::have_legal_histories),
    ("what was called off is as was told", orders::are_called_off_as_told),
    ("lines are what was asked for", lines::are_what_was_asked_for),
    ("lines have prices that were", lines::have_prices_that_were),
    ("lines add up to totals", lines::add_up),
    ("movements add up to stock", stock::movements_add_up),
    ("stock is what came in less what is sold", stock::is_what_came_in_less_what_is_sold),
    ("what came in came in once", stock::came_in_once),
    ("nothing is held or noted any more", stock::nothing_is_held),
    ("reservations end as their orders", stock::reservations_end_as_orders),
    ("the catalogue shows the stock there is", stock::is_shown),
    ("the book keeps what orders owe", book::book_keeps_what_is_owed),
    ("money is promised and taken once", book::once),
    ("each promise ends once", book::promises_end_once),
    ("money is promised and taken in full", book::in_full),
    ("no more goes back than was taken", book::no_more_goes_back),
    ("payments agree with the book", payments::payments_agree_with_book),
    ("payments agree with their orders", payments::payments_agree_with_orders),
    ("money goes back for a reason", payments::goes_back_for_a_reason),
    ("transfers are what arrived", payments::transfers_are_what_arrived),
    ("parcels are where their orders stand", parcels::are_where_orders_stand),
    ("everybody is told what became of their order", mails::tell_what_became),
    ("mails reach whom they concern", mails::reach_whom_they_concern),
    ("each mail is sent", mails::are_sent),
    ("that little is left is told once", low_stock::is_told_once),
    ("nothing is left to say, and nothing was set aside", orders::nothing_is_left),
];

/// Which equations do not hold, and where.
pub(crate) fn check(state: &State) -> Vec<Violation> {
    let broken = |(equation, check): &Equation| {
        let equation = *equation;
        check(state).into_iter().map(move |detail| Violation { equation, detail })
    };
    EQUATIONS.iter().flat_map(broken).collect()
}
