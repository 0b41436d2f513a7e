//! A database in memory is there before and after those who use it.

use super::*;
use store::memory::Database;

/// A process that uses a database until this is dropped.
fn live(database: &Database) -> World {
    World::over(Store::within(database))
}

#[tokio::test]
async fn what_a_process_stored_the_next_one_finds() {
    let database = Database::new();
    let said = Events::none().and(NOW, &Counted { to: 0 });
    live(&database).counters.create(counter("a"), said).await.unwrap();
    let mut next = live(&database);
    assert_eq!(next.counters.get(&"a".to_owned()).await.unwrap(), counter("a"));
    let waiting = next.store.outboxes().all[0].sweep(Timestamp::MAX, 10).await.unwrap();
    assert_eq!(waiting.len(), 1, "and says what the first one did not");
}

#[tokio::test]
async fn replicas_share_a_database() {
    let database = Database::new();
    let (one, other) = (live(&database), live(&database));
    one.counters.create(counter("a"), Events::none()).await.unwrap();
    let cause = MessageId::fresh();
    for world in [&one, &other, &one] {
        let counted = world.counters.update("a".to_owned(), cause, count_to(9)).await.unwrap();
        assert_eq!(counted.count, 1);
    }
}

#[tokio::test]
async fn stores_in_memory_are_strangers() {
    let (one, other) = (World::memory(), World::memory());
    one.counters.create(counter("a"), Events::none()).await.unwrap();
    assert_eq!(other.counters.look_up(&"a".to_owned()).await.unwrap(), None);
}

/// What another service means by counters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Desk(String);

impl Aggregate for Desk {
    type Id = String;
    const COLLECTION: &'static str = Counter::COLLECTION;

    fn id(&self) -> String {
        self.0.clone()
    }
}

#[tokio::test]
async fn a_name_may_mean_two_things() {
    let database = Database::new();
    let world = live(&database);
    world.counters.create(counter("a"), Events::none()).await.unwrap();
    assert_eq!(database.all::<Desk>(), []);
    assert_eq!(database.all::<Counter>(), [counter("a")]);
}

#[tokio::test]
async fn it_can_be_looked_at_from_outside() {
    let database = Database::new();
    let mut world = live(&database);
    assert_eq!((database.all::<Counter>().len(), database.unsent()), (0, 0));
    for id in ["b", "a"] {
        let said = Events::none().and(NOW, &Counted { to: 0 }).and(NOW, &Counted { to: 1 });
        world.counters.create(counter(id), said).await.unwrap();
    }
    assert_eq!(database.all::<Counter>(), [counter("a"), counter("b")]);
    assert_eq!(database.unsent(), 4);
    let outbox = world.store.outboxes().all[0].clone();
    outbox.settle(&outbox.sweep(Timestamp::MAX, 3).await.unwrap()).await.unwrap();
    assert_eq!(database.unsent(), 1);
}
