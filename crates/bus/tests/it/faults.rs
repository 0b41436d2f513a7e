use crate::{
    Backend,
    ear::{Ear, QUEUE},
    eventually, on_both, on_rabbit,
    voice::Voice,
};
use contracts::ids::OrderId;
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

/// What a full queue refuses stays in the outbox until there is room.
async fn what_a_full_queue_refuses_goes_out_later(backend: Backend) {
    let Backend::Rabbit(management) = &backend else { return };
    management.limit(QUEUE, 5).await;
    let (ear, voice) = (Ear::content(), Voice::new(&backend));
    let orders = voice.confirm_many(300);
    sleep(Duration::from_secs(2)).await;
    assert!(voice.outbox.len() > 100, "{} wait", voice.outbox.len());
    let _listening = ear.listen(&backend);
    voice.confirm(OrderId::fresh());
    eventually(0, async || voice.outbox.len()).await;
    eventually(true, async || ear.orders().is_superset(&orders)).await;
}

mod full {
    use super::*;
    on_rabbit!(what_a_full_queue_refuses_goes_out_later);
}
