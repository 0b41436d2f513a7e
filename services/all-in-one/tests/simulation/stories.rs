//! The stories that a cluster tells too, told here: once where all is well, and once for each of some
//! seeds where little things go wrong.

use crate::{
    plan::Odds,
    run::runtime,
    stage::{PATIENCE, Stage},
    trace::{LINES, Trace},
};
use anyhow::Result;
use contracts::ids;
use scenarios::{Customers, accounts, calling_off, delivery, messages, payments, placing, stock};

/// How many seeds each story is told by where little things go wrong.
const SEEDS: u64 = 4;

/// Tells a story where all is well, and where little things go wrong.
pub(crate) fn tell(name: &str, story: &impl AsyncFn(&Customers<Stage>) -> Result<()>) {
    for seed in 0..=SEEDS {
        let trace = Trace::new(LINES);
        let told = told(seed, &trace, story);
        assert!(told.is_ok(), "{}\n{name}, seed {seed}: {told:?}", trace.text());
    }
}

/// Tells a story as it follows from a seed.
fn told(
    seed: u64,
    trace: &Trace,
    story: &impl AsyncFn(&Customers<Stage>) -> Result<()>,
) -> Result<()> {
    let _seeded = ids::seeded(seed);
    let odds = if seed == 0 { Odds::default() } else { Odds::mild() };
    runtime().block_on(async { story(&Customers::of(Stage::set(odds, trace))).await })
}

/// Makes tests of stories.
macro_rules! stories {
    ($($group:ident: $($story:ident)*;)*) => {
        $($(
            #[test]
            fn $story() {
                tell(stringify!($story), &async |customers| $group::$story(customers).await);
            }
        )*)*
    };
}

stories! {
    placing: two_hundred_orders_for_fifty_pieces a_guest_orders_by_name one_key_is_one_order;
    delivery: an_order_is_delivered cash_is_taken_at_the_door an_order_is_collected
        a_parcel_comes_back;
    payments: a_declined_card_cancels a_charge_without_an_answer_is_one_charge
        webhooks_race_the_answer a_transfer_is_waited_for a_part_is_given_back;
    stock: one_line_is_short a_thousand_buyers_for_one_piece;
    calling_off: while_money_is_awaited when_it_is_paid when_it_is_on_its_way
        while_it_is_handed_over;
    accounts: a_customer_orders_from_a_cart;
    messages: messages_come_again;
}

#[test]
fn a_transfer_never_comes() {
    tell("a_transfer_never_comes", &async |customers| {
        payments::a_transfer_never_comes(customers, PATIENCE.transfer).await
    });
}

#[test]
fn the_same_seed_is_the_same_story() {
    for seed in 0..=SEEDS {
        let sum = || {
            let trace = Trace::new(LINES);
            let told = told(seed, &trace, &async |customers| {
                delivery::a_parcel_comes_back(customers).await
            });
            assert!(told.is_ok(), "seed {seed}: {told:?}");
            trace.sum()
        };
        assert_eq!(sum(), sum(), "seed {seed}");
    }
}
