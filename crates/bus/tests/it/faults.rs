use crate::{
    Backend,
    ear::{Ear, Failure, QUEUE},
    eventually, on_both, on_rabbit,
    voice::Voice,
};
use contracts::ids::OrderId;
use futures::{FutureExt, future::ready};
use std::{collections::BTreeSet, time::Duration};
use tokio::time::sleep;

on_both! {
    nothing_is_lost_with_a_connection,
    a_queue_that_comes_back_is_heard_again,
}

async fn nothing_is_lost_with_a_connection(backend: Backend) {
    let (ear, voice) = (Ear::content(), Voice::new(&backend));
    let _listening = ear.listen(&backend);
    let mut orders = BTreeSet::new();
    for _ in 0..3 {
        orders.extend(voice.confirm_many(2_000));
        backend.disturb().await;
        orders.extend(voice.confirm_many(500));
    }
    eventually(0, async || voice.outbox.len()).await;
    eventually(orders.len(), async || ear.orders().len()).await;
    assert_eq!(ear.orders(), orders);
}

async fn a_queue_that_comes_back_is_heard_again(backend: Backend) {
    backend.delete(QUEUE).await;
    let (ear, voice) = (Ear::content(), Voice::new(&backend));
    let _listening = ear.listen(&backend);
    let mut orders = voice.confirm_many(10);
    for _ in 0..2 {
        sleep(Duration::from_secs(1)).await;
        backend.repair().await;
        orders.extend(voice.confirm_many(10));
        eventually(orders.clone(), async || ear.orders()).await;
        eventually(0, async || voice.outbox.len()).await;
        backend.delete(QUEUE).await;
        orders.extend(voice.confirm_many(10));
    }
    backend.repair().await;
    eventually(0, async || voice.outbox.len()).await;
}

/// What a full queue refuses stays in the outbox until there is room. That it is full, the broker
/// notices after the fact, so it gets some messages first.
async fn what_a_full_queue_refuses_goes_out_later(backend: Backend) {
    let Backend::Rabbit(management) = &backend else { return };
    management.limit(QUEUE, 5).await;
    let (ear, voice) = (Ear::content(), Voice::new(&backend));
    let mut orders = voice.confirm_many(100);
    eventually(0, async || voice.outbox.len()).await;
    orders.extend(voice.confirm_many(300));
    sleep(Duration::from_secs(2)).await;
    assert_eq!(voice.outbox.len(), 300);
    let _listening = ear.listen(&backend);
    eventually(0, async || voice.outbox.len()).await;
    eventually(orders.len(), async || ear.orders().len()).await;
    assert_eq!(ear.orders(), orders);
}

/// As long as there is no delay queue, what is to be tried again waits for one. It is not handed back
/// to its queue over and over, since the broker counts that.
async fn what_is_tried_again_waits_for_its_delay_queue(backend: Backend) {
    backend.delete("shop_retry_1s").await;
    let ear = Ear::that(|it| match it.attempt {
        1 => ready(Err(Failure::Asleep)).boxed(),
        _ => ready(Ok(())).boxed(),
    });
    let (listening, voice) = (ear.listen(&backend), Voice::new(&backend));
    voice.confirm(OrderId::fresh());
    sleep(Duration::from_secs(5)).await;
    assert_eq!(ear.heard().len(), 1);
    backend.repair().await;
    eventually(2, async || ear.heard().len()).await;
    listening.end().await;
    assert_eq!(backend.waiting(QUEUE).await, 0);
    assert_eq!(backend.dead_letters(QUEUE).await, []);
}

mod only_there {
    use super::*;

    on_rabbit! {
        what_a_full_queue_refuses_goes_out_later,
        what_is_tried_again_waits_for_its_delay_queue,
    }
}
