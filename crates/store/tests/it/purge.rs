//! Removing what nobody can miss.

use super::*;
use futures::{future::join_all, join};

on_both! {
    what_is_found_is_removed_and_nothing_else
    what_has_something_to_say_stays
    no_more_are_removed_than_wanted
    what_is_changed_meanwhile_is_not_lost
}

fn due(id: &str, due: i64) -> Counter {
    Counter { due: Some(due), ..counter(id) }
}

fn over() -> Find {
    Find::at_most("due", 15)
}

async fn what_is_found_is_removed_and_nothing_else(world: World) {
    for it in [due("a", 10), due("b", 20), counter("c"), due("d", 15)] {
        world.counters.create(it, Events::none()).await.unwrap();
    }
    assert_eq!(world.counters.purge(&over()).await.unwrap(), 2);
    let left = world.counters.find(&Find::all()).await.unwrap();
    assert_eq!(left, [due("b", 20), counter("c")]);
    assert_eq!(world.counters.look_up(&"a".to_owned()).await.unwrap(), None);
    let late = world.counters.update("a".to_owned(), MessageId::fresh(), count_to(9)).await;
    assert_eq!(late, Err(Refused::Store("there is no a among the counters".to_owned())));
    let anew = world.counters.create(due("a", 30), Events::none()).await.unwrap();
    assert_eq!(anew, Created::New(due("a", 30)));
    assert_eq!(world.counters.purge(&over()).await.unwrap(), 0);
}

async fn what_has_something_to_say_stays(mut world: World) {
    let said = Events::none().and(NOW, &Counted { to: 0 });
    world.counters.create(due("a", 10), said).await.unwrap();
    assert_eq!(world.counters.purge(&over()).await.unwrap(), 0);
    let outboxes = world.store.outboxes();
    let waiting = outboxes.all[0].sweep(Timestamp::MAX, 10).await.unwrap();
    assert_eq!(waiting.len(), 1);
    outboxes.all[0].settle(&waiting).await.unwrap();
    assert_eq!(world.counters.purge(&over()).await.unwrap(), 1);
}

async fn no_more_are_removed_than_wanted(world: World) {
    for (id, time) in [("a", 3), ("b", 1), ("c", 2)] {
        world.counters.create(due(id, time), Events::none()).await.unwrap();
    }
    assert_eq!(world.counters.purge(&over().limit(0)).await.unwrap(), 0);
    assert_eq!(world.counters.purge(&over().limit(2)).await.unwrap(), 2);
    let left = world.counters.find(&Find::all()).await.unwrap();
    assert_eq!(left, [due("a", 3)], "those that are due longest go first");
}

/// Either the change comes too late and is told so, or it is there afterwards.
async fn what_is_changed_meanwhile_is_not_lost(world: World) {
    let ids: Vec<_> = (10..60).map(|it| it.to_string()).collect();
    let created = ids.iter().map(|id| world.counters.create(due(id, 10), Events::none()));
    join_all(created).await.into_iter().for_each(|it| drop(it.unwrap()));
    let keep = |it: &mut Counter| {
        it.due = None;
        Ok::<_, Refused>(Events::none())
    };
    let kept = ids.iter().map(|id| world.counters.update(id.clone(), MessageId::fresh(), keep));
    let some = over().limit(25);
    let (kept, removed) = join!(join_all(kept), world.counters.purge(&some));
    removed.unwrap();
    world.counters.purge(&over()).await.unwrap();
    for (id, kept) in ids.iter().zip(kept) {
        let there = world.counters.look_up(id).await.unwrap();
        match kept {
            Ok(kept) => assert_eq!(there, Some(kept)),
            Err(refused) => assert_eq!((there, refused), (None, missing(id))),
        }
    }
}

fn missing(id: &str) -> Refused {
    Refused::Store(format!("there is no {id} among the counters"))
}
