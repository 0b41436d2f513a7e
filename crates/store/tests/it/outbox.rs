use super::*;
use jiff::SignedDuration;
use store::Unsent;

on_both! {
    what_is_said_waits_until_it_is_settled
    settling_takes_only_what_was_confirmed
    the_relay_is_woken_after_the_save
    what_is_refused_is_not_said
    old_messages_are_found_first
}

const LATER: Timestamp = Timestamp::MAX;

/// Everything that waits in the world's outboxes.
async fn waiting(world: &mut World) -> Vec<Unsent> {
    let outboxes = world.store.outboxes();
    outboxes.all[0].sweep(LATER, 1_000).await.unwrap()
}

async fn settle(world: &mut World, confirmed: &[Unsent]) {
    world.store.outboxes().all[0].settle(confirmed).await.unwrap();
}

async fn count(world: &World) {
    world.counters.update("a".to_owned(), MessageId::fresh(), count_to(9)).await.unwrap();
}

async fn what_is_said_waits_until_it_is_settled(mut world: World) {
    world.counters.create(counter("a"), Events::none().and(NOW, &Counted { to: 0 })).await.unwrap();
    count(&world).await;
    let said = waiting(&mut world).await;
    let bodies: Vec<_> = said.iter().map(|it| it.envelope.body.as_str()).collect();
    assert_eq!(bodies, [r#"{"to":0}"#, r#"{"to":1}"#]);
    assert!(said.iter().all(|it| it.document == "a" && it.collection == "counters"));
    settle(&mut world, &said).await;
    assert_eq!(waiting(&mut world).await, []);
}

async fn settling_takes_only_what_was_confirmed(mut world: World) {
    world.counters.create(counter("a"), Events::none().and(NOW, &Counted { to: 0 })).await.unwrap();
    let first = waiting(&mut world).await;
    count(&world).await;
    settle(&mut world, &first).await;
    count(&world).await;
    let left: Vec<_> = waiting(&mut world).await.into_iter().map(|it| it.envelope.body).collect();
    assert_eq!(left, [r#"{"to":1}"#, r#"{"to":2}"#]);
    settle(&mut world, &first).await;
    assert_eq!(waiting(&mut world).await.len(), 2, "settling twice is harmless");
}

async fn the_relay_is_woken_after_the_save(mut world: World) {
    let mut fresh = world.store.outboxes().fresh;
    world.counters.create(counter("a"), Events::none().and(NOW, &Counted { to: 0 })).await.unwrap();
    let woken = tokio::time::timeout(Duration::from_secs(5), fresh.recv()).await.unwrap().unwrap();
    assert_eq!(waiting(&mut world).await, [woken]);
}

async fn what_is_refused_is_not_said(mut world: World) {
    world.counters.create(counter("a"), Events::none()).await.unwrap();
    let refused = world.counters.update("a".to_owned(), MessageId::fresh(), count_to(0)).await;
    assert_eq!(refused, Err(Refused::Full));
    assert_eq!(waiting(&mut world).await, []);
}

async fn old_messages_are_found_first(mut world: World) {
    for (id, seconds) in [("a", 30), ("b", 10), ("c", 20)] {
        let time = NOW + SignedDuration::from_secs(seconds);
        let said = Events::none().and(time, &Counted { to: seconds });
        world.counters.create(counter(id), said).await.unwrap();
    }
    let outboxes = world.store.outboxes();
    let before = NOW + SignedDuration::from_secs(25);
    let mut found = outboxes.all[0].sweep(before, 10).await.unwrap();
    found.sort_by_key(|it| it.envelope.time);
    let documents: Vec<_> = found.iter().map(|it| it.document.as_str()).collect();
    assert_eq!(documents, ["b", "c"]);
}
