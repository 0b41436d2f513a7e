use crate::{
    Backend,
    ear::{Ear, QUEUE},
    eventually, on_both,
    voice::Voice,
};
use contracts::ids::OrderId;
use jiff::SignedDuration;
use std::{collections::BTreeSet, time::Duration};
use tokio::time::sleep;

on_both! {
    thousands_are_relayed_heard_and_settled_in_groups,
    what_no_queue_wants_stays_until_one_does,
    what_is_terminal_leaves_although_nobody_hears_it,
    among_many_only_what_was_returned_stays,
    what_nobody_was_told_of_is_swept,
    the_last_words_are_said_before_the_end,
}

async fn thousands_are_relayed_heard_and_settled_in_groups(backend: Backend) {
    let (ear, voice) = (Ear::content(), Voice::new(&backend));
    let _listening = ear.listen(&backend);
    let orders = voice.confirm_many(5_000);
    eventually(0, async || voice.outbox.len()).await;
    eventually(orders.len(), async || ear.orders().len()).await;
    assert_eq!(ear.orders(), orders);
    let settlings = voice.outbox.settlings();
    assert!(settlings < 500, "{settlings} settlings are no groups");
}

async fn what_no_queue_wants_stays_until_one_does(backend: Backend) {
    backend.unbind(QUEUE, "orders.confirmed").await;
    let (ear, voice, order) = (Ear::content(), Voice::new(&backend), OrderId::fresh());
    let _listening = ear.listen(&backend);
    voice.confirm(order);
    sleep(Duration::from_secs(2)).await;
    assert_eq!((voice.outbox.len(), ear.heard().len()), (1, 0));
    backend.repair().await;
    eventually(0, async || voice.outbox.len()).await;
    eventually(BTreeSet::from([order]), async || ear.orders()).await;
}

/// It is said for whoever may be attached, and does not come back.
async fn what_is_terminal_leaves_although_nobody_hears_it(backend: Backend) {
    let (ear, voice, order) = (Ear::content(), Voice::new(&backend), OrderId::fresh());
    let _listening = ear.listen(&backend);
    voice.register();
    voice.confirm(order);
    eventually(0, async || voice.outbox.len()).await;
    eventually(BTreeSet::from([order]), async || ear.orders()).await;
}

/// The broker confirms several messages at once, some of which it has returned: those and no others
/// must stay. lapin may tell of a return at the confirm of another message, now and then, so it takes
/// some rounds to see what comes of that.
async fn among_many_only_what_was_returned_stays(backend: Backend) {
    let (ear, voice) = (Ear::content(), Voice::new(&backend));
    let _listening = ear.listen(&backend);
    let mut orders = BTreeSet::new();
    for _ in 0..5 {
        backend.unbind(QUEUE, "orders.cancelled").await;
        for index in 0..1_200 {
            let order = OrderId::fresh();
            orders.insert(order);
            if index / 3 % 2 == 0 { voice.cancel(order) } else { voice.confirm(order) }
        }
        eventually(0, async || voice.outbox.count("orders.confirmed")).await;
        assert_eq!(voice.outbox.count("orders.cancelled"), 600);
        backend.repair().await;
        eventually(0, async || voice.outbox.len()).await;
        eventually(orders.len(), async || ear.orders().len()).await;
    }
    assert_eq!(ear.orders(), orders);
}

async fn what_nobody_was_told_of_is_swept(backend: Backend) {
    let (ear, voice, order) = (Ear::content(), Voice::new(&backend), OrderId::fresh());
    let _listening = ear.listen(&backend);
    voice.confirm_quietly(order, SignedDuration::from_secs(10));
    eventually(0, async || voice.outbox.len()).await;
    eventually(BTreeSet::from([order]), async || ear.orders()).await;
}

async fn the_last_words_are_said_before_the_end(backend: Backend) {
    let (ear, voice) = (Ear::content(), Voice::new(&backend));
    let _listening = ear.listen(&backend);
    let first = OrderId::fresh();
    voice.confirm(first);
    eventually(0, async || voice.outbox.len()).await;
    let mut orders = voice.confirm_many(100);
    let untold = OrderId::fresh();
    voice.confirm_quietly(untold, SignedDuration::ZERO);
    orders.extend([first, untold]);
    let outbox = voice.end().await;
    assert_eq!(outbox.len(), 0);
    eventually(orders, async || ear.orders()).await;
}
