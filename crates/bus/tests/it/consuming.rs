use crate::{
    Backend,
    ear::{Ear, Failure, QUEUE},
    eventually, on_both,
    voice::Voice,
};
use bus::{Raw, Subscriptions};
use contracts::{catalog::INVENTORY, ids::OrderId, topology::MOST_ATTEMPTS};
use futures::{FutureExt, future::ready};
use std::time::Duration;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

on_both! {
    a_message_is_heard_once_and_acknowledged,
    a_failed_message_comes_back_after_its_delay,
    what_cannot_be_handled_is_set_aside_with_its_reason,
    what_cannot_be_understood_is_set_aside_and_the_next_is_heard,
    a_handler_that_panics_harms_only_its_own_message,
    a_foreign_message_has_the_same_id_each_time,
    stopping_finishes_what_is_in_hand,
}

fn confirmed(order: OrderId) -> Raw {
    Raw {
        exchange: "orders_exchange".to_owned(),
        key: "orders.confirmed".to_owned(),
        body: format!(r#"{{"orderId":"{order}"}}"#),
        ..Raw::default()
    }
}

async fn a_message_is_heard_once_and_acknowledged(backend: Backend) {
    let (ear, voice, order) = (Ear::content(), Voice::new(&backend), OrderId::fresh());
    let listening = ear.listen(&backend);
    voice.confirm(order);
    eventually(1, async || ear.heard().len()).await;
    eventually(0, async || voice.outbox.len()).await;
    listening.end().await;
    assert_eq!(backend.waiting(QUEUE).await, 0);
    let heard = ear.heard();
    assert_eq!((heard.len(), heard[0].order, heard[0].attempt), (1, order, 1));
}

async fn a_failed_message_comes_back_after_its_delay(backend: Backend) {
    let ear = Ear::that(|it| match it.attempt {
        1 => ready(Err(Failure::Asleep)).boxed(),
        _ => ready(Ok(())).boxed(),
    });
    let _listening = ear.listen(&backend);
    backend.publish(confirmed(OrderId::fresh())).await;
    eventually(2, async || ear.heard().len()).await;
    let heard = ear.heard();
    assert_eq!((heard[0].attempt, heard[1].attempt), (1, 2));
    assert_eq!(heard[0].id, heard[1].id);
    let waited = heard[1].at - heard[0].at;
    assert!(waited >= Duration::from_millis(950), "{waited:?}");
    assert!(waited <= Duration::from_secs(5), "{waited:?}");
    assert_eq!(backend.dead_letters(QUEUE).await, []);
}

async fn what_cannot_be_handled_is_set_aside_with_its_reason(backend: Backend) {
    let ear = Ear::that(|_| ready(Err(Failure::Refused)).boxed());
    let _listening = ear.listen(&backend);
    let raw = confirmed(OrderId::fresh());
    backend.publish(raw.clone()).await;
    eventually(1, async || backend.dead_letters(QUEUE).await.len()).await;
    let dead = backend.dead_letters(QUEUE).await.remove(0);
    assert_eq!(dead.reason, "nothing-to-confirm: there is nothing to confirm");
    assert_eq!((dead.key, dead.attempts, dead.body), (raw.key, 1, Some(raw.body)));
    assert_eq!(dead.id, ear.heard()[0].id);
}

async fn what_cannot_be_understood_is_set_aside_and_the_next_is_heard(backend: Backend) {
    let ear = Ear::content();
    let _listening = ear.listen(&backend);
    let good = confirmed(OrderId::fresh());
    backend.publish(Raw { body: "no json".to_owned(), ..good.clone() }).await;
    let to_queue = Raw { exchange: String::new(), key: QUEUE.to_owned(), ..good.clone() };
    backend.publish(Raw { kind: Some("orders.eaten".to_owned()), ..to_queue }).await;
    backend.publish(good).await;
    eventually(1, async || ear.heard().len()).await;
    eventually(2, async || backend.dead_letters(QUEUE).await.len()).await;
    let dead = backend.dead_letters(QUEUE).await;
    let mut reasons: Vec<_> = dead.iter().map(|it| it.reason.as_str()).collect();
    reasons.sort_unstable();
    assert!(reasons[0].starts_with("undecodable: expected"), "{reasons:?}");
    assert!(reasons[1].starts_with("unheard: nobody here hears orders.eaten"), "{reasons:?}");
}

async fn a_handler_that_panics_harms_only_its_own_message(backend: Backend) {
    let poison = OrderId::fresh();
    let ear = Ear::that(move |it| {
        assert_ne!(it.order, poison, "not this one");
        ready(Ok(())).boxed()
    });
    let _listening = ear.listen(&backend);
    backend.publish(confirmed(poison)).await;
    backend.publish(confirmed(OrderId::fresh())).await;
    eventually(2, async || ear.heard().len()).await;
    eventually(1, async || backend.dead_letters(QUEUE).await.len()).await;
    let dead = backend.dead_letters(QUEUE).await.remove(0);
    assert!(dead.reason.starts_with("bug: ") && dead.reason.contains("not this one"), "{dead:?}");
}

async fn a_foreign_message_has_the_same_id_each_time(backend: Backend) {
    let ear = Ear::content();
    let _listening = ear.listen(&backend);
    let raw = confirmed(OrderId::fresh());
    backend.publish(raw.clone()).await;
    backend.publish(raw.clone()).await;
    backend.publish(Raw { id: Some("order-17".to_owned()), ..raw }).await;
    eventually(3, async || ear.heard().len()).await;
    let heard = ear.heard();
    let others = heard.iter().filter(|it| it.id != heard[0].id).count();
    let same = heard.len() - others;
    assert_eq!(same.max(others), 2, "{heard:?}");
}

async fn stopping_finishes_what_is_in_hand(backend: Backend) {
    let ear = Ear::that(|_| sleep(Duration::from_secs(1)).map(Ok).boxed());
    let listening = ear.listen(&backend);
    for _ in 0..3 {
        backend.publish(confirmed(OrderId::fresh())).await;
    }
    eventually(3, async || ear.heard().len()).await;
    listening.end().await;
    backend.publish(confirmed(OrderId::fresh())).await;
    let next = Ear::content();
    let _listening = next.listen(&backend);
    eventually(1, async || next.heard().len()).await;
    sleep(Duration::from_millis(500)).await;
    assert_eq!((ear.heard().len(), next.heard().len()), (3, 1));
}

#[tokio::test(start_paused = true)]
async fn what_fails_again_and_again_is_set_aside() {
    let backend = Backend::memory();
    let ear = Ear::that(|_| ready(Err(Failure::Early)).boxed());
    let _listening = ear.listen(&backend);
    backend.publish(confirmed(OrderId::fresh())).await;
    sleep(Duration::from_hours(1)).await;
    let dead = backend.dead_letters(QUEUE).await.remove(0);
    assert_eq!(dead.attempts, MOST_ATTEMPTS);
    assert_eq!(dead.key, "orders.confirmed");
    assert_eq!(u32::try_from(ear.heard().len()).unwrap(), MOST_ATTEMPTS);
}

#[tokio::test(start_paused = true)]
async fn what_waits_for_something_is_never_set_aside() {
    let backend = Backend::memory();
    let ear = Ear::that(|_| ready(Err(Failure::Asleep)).boxed());
    let _listening = ear.listen(&backend);
    backend.publish(confirmed(OrderId::fresh())).await;
    sleep(Duration::from_hours(2)).await;
    assert_eq!(backend.dead_letters(QUEUE).await.len(), 0);
    assert!(u32::try_from(ear.heard().len()).unwrap() > 2 * MOST_ATTEMPTS);
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_never_ends_is_given_up_and_tried_again() {
    let backend = Backend::memory();
    let ear = Ear::that(|it| match it.attempt {
        1 => futures::future::pending().boxed(),
        _ => ready(Ok(())).boxed(),
    });
    let _listening = ear.listen(&backend);
    backend.publish(confirmed(OrderId::fresh())).await;
    eventually(2, async || ear.heard().len()).await;
    assert!(ear.heard()[1].at - ear.heard()[0].at >= Duration::from_secs(30));
}

#[tokio::test]
async fn subscriptions_that_do_not_fit_stop_the_start() {
    let bus = Backend::memory().bus(INVENTORY);
    let wrong = bus.consume_until(Subscriptions::of(QUEUE), CancellationToken::new()).await;
    let told = wrong.unwrap_err().to_string();
    assert!(told.contains("orders.confirmed is bound and not heard"), "{told}");
}
