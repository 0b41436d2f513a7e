//! The scenarios, in the order of a story. Arguments: a part of the names of those to run.

use e2e::{
    scenarios::{
        World, a_transfer_never_comes, dead_letters, faults, formation, frugality, healing, life,
        orders, refusals,
    },
    story::{self, Scenario},
};
use scenarios::{accounts, calling_off, delivery, messages, payments, placing, stock};
use std::process::ExitCode;

/// Makes a list of scenarios from their paths.
macro_rules! scenarios {
    ($($scenario:path)*) => {
        &[$((stringify!($scenario), |world| Box::pin($scenario(world)))),*]
    };
}

/// The same of those that know a shop only by its customers.
macro_rules! stories {
    ($($story:path)*) => {
        &[$((stringify!($story), |world: &World| Box::pin($story(&world.customers)))),*]
    };
}

/// What all others need.
const STAGE: &[Scenario<World>] = scenarios![
    formation::shops_are_applied
    formation::the_market_becomes_ready
];

/// How a shop is made, and what it refuses.
const MAKING: &[Scenario<World>] = scenarios![
    formation::the_smallest_shop_becomes_ready
    frugality::idle_services_are_small
    formation::the_broker_is_one_cluster
    formation::the_database_is_one_replica_set
    formation::pods_are_restricted
    formation::every_pod_can_be_scraped
    formation::a_settled_shop_is_quiet
    frugality::services_are_soon_ready
    refusals::illegal_shops_are_refused
    refusals::bad_requests_are_refused
    dead_letters::what_cannot_be_read_is_set_aside
    dead_letters::what_was_set_aside_is_sent_again
    orders::a_consumer_of_the_first_system_understands
];

/// What is bought and sold, as in one process.
const SELLING: &[Scenario<World>] = stories![
    placing::two_hundred_orders_for_fifty_pieces
    placing::a_guest_orders_by_name
    placing::one_key_is_one_order
    delivery::an_order_is_delivered
    delivery::an_order_is_collected
    delivery::cash_is_taken_at_the_door
    delivery::a_parcel_comes_back
    payments::a_declined_card_cancels
    payments::a_charge_without_an_answer_is_one_charge
    payments::webhooks_race_the_answer
    payments::a_transfer_is_waited_for
    payments::a_part_is_given_back
    stock::one_line_is_short
    stock::a_thousand_buyers_for_one_piece
    calling_off::while_money_is_awaited
    calling_off::when_it_is_paid
    calling_off::when_it_is_on_its_way
    calling_off::while_it_is_handed_over
    accounts::a_customer_orders_from_a_cart
    messages::messages_come_again
];

/// What goes wrong, and how it heals.
const HURTING: &[Scenario<World>] = scenarios![
    a_transfer_never_comes
    faults::services_are_killed
    faults::the_broker_goes_away
    faults::services_die_while_cards_are_charged
    faults::queues_and_bindings_are_deleted
    faults::the_primary_is_killed
    healing::topology_comes_back
    healing::objects_come_back
    healing::changed_fields_are_put_right
    healing::the_operator_is_killed
    healing::a_broken_image_is_told_and_recovers
    healing::a_broken_broker_image_recovers
    life::a_shop_is_deleted_and_comes_back
    life::a_shop_may_go_for_good
];

#[tokio::main]
async fn main() -> anyhow::Result<ExitCode> {
    let mut arguments = std::env::args().skip(1);
    let filter = arguments.rfind(|it| !it.starts_with('-')).unwrap_or_default();
    let scenarios = [MAKING, SELLING, HURTING].concat();
    let passed = story::tell(&World::new().await?, STAGE, &scenarios, &filter).await;
    Ok(if passed { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
