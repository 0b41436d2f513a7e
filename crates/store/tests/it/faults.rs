//! What the store promises when its database fails it, in memory, where it does so on demand.

use super::*;
use std::sync::{Arc, Mutex};
use store::memory::{Database, Fault, Operation, Verb};
use tokio::time::Instant;

/// A world, and the database it rests on.
fn world() -> (Database, World) {
    let database = Database::new();
    let world = World::over(Store::within(&database));
    (database, world)
}

/// The first `times` that `verb` is done, this becomes of it.
fn first(times: usize, verb: Verb, fault: Fault) -> impl FnMut(Operation) -> Fault + Send {
    let mut left = times;
    move |operation| {
        if operation.verb != verb || left == 0 {
            return Fault::none();
        }
        left -= 1;
        fault
    }
}

fn said() -> Events {
    Events::none().and(NOW, &Counted { to: 0 })
}

#[tokio::test(start_paused = true)]
async fn a_save_that_fails_is_done_again() {
    let (database, world) = world();
    database.disturb(first(3, Verb::Save, Fault::fail()));
    let created = world.counters.create(counter("a"), said()).await.unwrap();
    assert_eq!(created, Created::New(counter("a")));
    assert_eq!((database.all::<Counter>().len(), database.unsent()), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn what_was_created_is_new_though_the_answer_was_lost() {
    let (database, world) = world();
    database.disturb(first(3, Verb::Save, Fault::lose_answer()));
    let created = world.counters.create(counter("a"), said()).await.unwrap();
    assert_eq!(created, Created::New(counter("a")));
    assert_eq!(database.unsent(), 1, "said once");
    let again = world.counters.create(counter("a"), said()).await.unwrap();
    assert_eq!(again, Created::Existing(counter("a")));
}

#[tokio::test(start_paused = true)]
async fn a_cause_changes_once_though_the_answer_was_lost() {
    let (database, world) = world();
    world.counters.create(counter("a"), Events::none()).await.unwrap();
    database.disturb(first(3, Verb::Save, Fault::lose_answer()));
    let counted = world.counters.update("a".to_owned(), MessageId::fresh(), count_to(9)).await;
    assert_eq!(counted.unwrap().count, 1);
    assert_eq!((database.all::<Counter>()[0].count, database.unsent()), (1, 1));
}

/// What [`Repository::update`] warns of.
#[tokio::test(start_paused = true)]
async fn without_a_cause_it_is_decided_again_when_the_answer_was_lost() {
    let (database, world) = world();
    world.counters.create(counter("a"), Events::none()).await.unwrap();
    database.disturb(first(1, Verb::Save, Fault::lose_answer()));
    let counted = world.counters.update("a".to_owned(), None, count_to(9)).await;
    assert_eq!(counted.unwrap().count, 2);
}

#[tokio::test(start_paused = true)]
async fn a_refusal_that_rests_on_a_lost_answer_is_right() {
    let (database, world) = world();
    world.counters.create(counter("a"), Events::none()).await.unwrap();
    database.disturb(first(1, Verb::Save, Fault::lose_answer()));
    let update = || world.counters.update("a".to_owned(), MessageId::fresh(), count_to(1));
    let (one, other) = tokio::join!(update(), update());
    assert_eq!(one.unwrap().count, 1);
    assert_eq!(other, Err(Refused::Full));
    assert_eq!(database.unsent(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_database_that_stays_away_is_told_of_in_time() {
    let (database, world) = world();
    database.disturb(first(usize::MAX, Verb::Save, Fault::fail()));
    let start = Instant::now();
    let created = world.counters.create(counter("a"), said()).await;
    assert!(matches!(created, Err(Error::Unavailable(_))), "{created:?}");
    assert!(start.elapsed() <= Duration::from_secs(10), "{:?}", start.elapsed());
    assert_eq!(database.all::<Counter>(), []);
    database.calm();
    world.counters.create(counter("a"), said()).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn reads_fail_and_take_their_time() {
    let (database, mut world) = world();
    world.counters.create(counter("a"), said()).await.unwrap();
    let outbox = world.store.outboxes().all[0].clone();
    database.disturb(|_| Fault::lose_answer());
    assert!(world.counters.find(&Find::all()).await.is_err());
    assert!(world.counters.look_up(&"a".to_owned()).await.is_err());
    assert!(outbox.sweep(Timestamp::MAX, 9).await.is_err());
    database.disturb(|_| Fault::delay(Duration::from_secs(3)));
    let start = Instant::now();
    assert_eq!(world.counters.find(&Find::all()).await.unwrap().len(), 1);
    assert_eq!(start.elapsed(), Duration::from_secs(3));
}

#[tokio::test(start_paused = true)]
async fn a_message_is_settled_though_the_answer_was_lost() {
    let (database, mut world) = world();
    world.counters.create(counter("a"), said()).await.unwrap();
    let outbox = world.store.outboxes().all[0].clone();
    let waiting = outbox.sweep(Timestamp::MAX, 9).await.unwrap();
    database.disturb(first(1, Verb::Settle, Fault::fail()));
    assert!(outbox.settle(&waiting).await.is_err());
    assert_eq!(database.unsent(), 1);
    database.disturb(first(1, Verb::Settle, Fault::lose_answer()));
    assert!(outbox.settle(&waiting).await.is_err());
    assert_eq!(database.unsent(), 0);
}

/// Kills a process while it saves: whether it was saved depends on when.
#[tokio::test(start_paused = true)]
async fn a_process_is_killed_before_or_after_its_save() {
    let long = Duration::from_secs(1);
    let before = Fault { before: long, ..Fault::none() };
    let after = Fault { after: long, ..Fault::none() };
    for (fault, saved) in [(before, 0), (after, 1)] {
        let (database, world) = world();
        database.disturb(move |_| fault);
        let create = world.counters.create(counter("a"), said());
        assert!(tokio::time::timeout(long / 2, create).await.is_err(), "it has no answer yet");
        drop(world);
        tokio::time::sleep(2 * long).await;
        assert_eq!((database.all::<Counter>().len(), database.unsent()), (saved, saved));
    }
}

/// What happens to a world full of faults, told by the operations and what is stored in the end.
async fn run(seed: u64) -> (Vec<Operation>, Vec<Counter>) {
    let _seeded = contracts::ids::seeded(seed);
    let (database, world) = world();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let (trace, mut state) = (seen.clone(), seed);
    database.disturb(move |operation| {
        trace.lock().unwrap().push(operation);
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        match state >> 61 {
            0 => Fault::fail(),
            1 => Fault::lose_answer(),
            millis => Fault::delay(Duration::from_millis(millis)),
        }
    });
    let create = |index: usize| world.counters.create(counter(&index.to_string()), said());
    let created = futures::future::join_all((0..30).map(create)).await;
    assert!(created.iter().all(|it| matches!(it, Ok(Created::New(_)))), "seed {seed}: {created:?}");
    let count = |index: usize| {
        let id = (index % 30).to_string();
        world.counters.update(id, MessageId::fresh(), count_to(9))
    };
    let counted = futures::future::join_all((0..90).map(count)).await;
    assert!(counted.iter().all(Result::is_ok), "seed {seed}: {counted:?}");
    assert_eq!(database.unsent(), 120, "seed {seed}: each is said once");
    let seen = seen.lock().unwrap().clone();
    (seen, database.all())
}

#[tokio::test(start_paused = true)]
async fn whatever_goes_wrong_each_cause_counts_once_and_each_run_is_the_same() {
    for seed in 0..30 {
        let (trace, counters) = run(seed).await;
        assert!(counters.iter().all(|it| it.count == 3), "seed {seed}: {counters:?}");
        assert_eq!(run(seed).await, (trace, counters), "seed {seed}");
    }
}
