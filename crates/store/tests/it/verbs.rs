use super::*;
use futures::future::join_all;

on_both! {
    what_is_created_can_be_read
    creating_twice_changes_nothing
    what_is_not_there_is_missing
    a_cause_changes_once
    a_refusal_changes_nothing
    many_at_once_count_exactly
    a_limit_holds_for_many_at_once
    a_unique_value_is_taken_once
    what_has_no_unique_value_may_be_many
    queries_find_by_equality_limit_and_place
}

async fn what_is_created_can_be_read(world: World) {
    let created = world.counters.create(counter("a"), Events::none()).await.unwrap();
    assert_eq!(created, Created::New(counter("a")));
    assert_eq!(world.counters.get(&"a".to_owned()).await.unwrap(), counter("a"));
}

async fn creating_twice_changes_nothing(world: World) {
    let first = Counter { count: 7, ..counter("a") };
    world.counters.create(first.clone(), Events::none()).await.unwrap();
    let again = world.counters.create(counter("a"), Events::none()).await.unwrap();
    assert_eq!(again, Created::Existing(first));
}

async fn what_is_not_there_is_missing(world: World) {
    let found = world.counters.get(&"a".to_owned()).await;
    assert!(matches!(found, Err(Error::Missing { collection: "counters", .. })));
    assert_eq!(world.counters.look_up(&"a".to_owned()).await.unwrap(), None);
    let updated = world.counters.update("a".to_owned(), MessageId::fresh(), count_to(1)).await;
    assert_eq!(updated, Err(Refused::Store("there is no a among the counters".to_owned())));
}

async fn a_cause_changes_once(world: World) {
    world.counters.create(counter("a"), Events::none()).await.unwrap();
    let cause = MessageId::fresh();
    for _ in 0..3 {
        let after = world.counters.update("a".to_owned(), cause, count_to(9)).await.unwrap();
        assert_eq!(after.count, 1);
    }
}

async fn a_refusal_changes_nothing(world: World) {
    world.counters.create(counter("a"), Events::none()).await.unwrap();
    let cause = MessageId::fresh();
    let refused = world.counters.update("a".to_owned(), cause, count_to(0)).await;
    assert_eq!(refused, Err(Refused::Full));
    let after = world.counters.update("a".to_owned(), cause, count_to(1)).await;
    assert_eq!(after.unwrap().count, 1, "a cause that was refused was not dealt with");
}

async fn many_at_once_count_exactly(world: World) {
    world.counters.create(counter("a"), Events::none()).await.unwrap();
    let update = |_| world.counters.update("a".to_owned(), MessageId::fresh(), count_to(1_000));
    let counts = join_all((0..500).map(update)).await;
    let mut counts: Vec<_> = counts.into_iter().map(|it| it.unwrap().count).collect();
    counts.sort_unstable();
    assert_eq!(counts, (1..=500).collect::<Vec<_>>(), "each sees the counter as it left it");
}

async fn a_limit_holds_for_many_at_once(world: World) {
    world.counters.create(counter("a"), Events::none()).await.unwrap();
    let update = |_| world.counters.update("a".to_owned(), MessageId::fresh(), count_to(50));
    let counts = join_all((0..200).map(update)).await;
    assert_eq!(counts.iter().filter(|it| it.is_ok()).count(), 50);
    assert_eq!(world.counters.get(&"a".to_owned()).await.unwrap().count, 50);
}

/// As two replicas of a service: neither knows what the other is about to write. In memory there is
/// but one process.
#[tokio::test(flavor = "multi_thread")]
async fn two_replicas_do_not_overtake_each_other() {
    let Some(mut world) = World::mongo().await else { return };
    let others: Repository<Counter> = world.store.repository();
    let other = chassis::process::Process::new("other", &testkit::any_port());
    let _running = Running::start(world.store.attach(other));
    world.counters.create(counter("a"), Events::none()).await.unwrap();
    let update = |index: usize| {
        let counters = if index.is_multiple_of(2) { &world.counters } else { &others };
        counters.update("a".to_owned(), MessageId::fresh(), count_to(100))
    };
    let counts = join_all((0..150).map(update)).await;
    assert_eq!(counts.iter().filter(|it| it.is_ok()).count(), 100);
    assert_eq!(world.counters.get(&"a".to_owned()).await.unwrap().count, 100);
}

async fn a_unique_value_is_taken_once(world: World) {
    let create = |index: usize| {
        let owner = Some("ada".to_owned());
        let counter = Counter { owner, ..counter(&index.to_string()) };
        world.counters.create(counter, Events::none())
    };
    let created = join_all((0..20).map(create)).await;
    let is_taken =
        |it: &Result<_, Error>| matches!(it, Err(Error::Duplicate { index }) if index == "owner");
    assert_eq!(created.iter().filter(|it| it.is_ok()).count(), 1);
    assert_eq!(created.iter().filter(|it| is_taken(it)).count(), 19);
    assert_eq!(world.counters.find(&Find::by("owner", "ada")).await.unwrap().len(), 1);
}

async fn what_has_no_unique_value_may_be_many(world: World) {
    for id in ["a", "b", "c"] {
        world.counters.create(counter(id), Events::none()).await.unwrap();
    }
    assert_eq!(world.counters.find(&Find::all()).await.unwrap().len(), 3);
}

async fn queries_find_by_equality_limit_and_place(world: World) {
    for (id, due) in [("a", 10), ("b", 20), ("c", 30), ("d", 20)] {
        let counter = Counter { due: Some(due), ..counter(id) };
        world.counters.create(counter, Events::none()).await.unwrap();
    }
    let ids = async |find: Find| {
        let found = world.counters.find(&find).await.unwrap();
        found.into_iter().map(|it| it.id).collect::<String>()
    };
    assert_eq!(
        ids(Find::at_most("due", 30)).await.replace("db", "bd"),
        "abdc",
        "due longest first"
    );
    assert_eq!(ids(Find::by("due", 20)).await, "bd");
    assert_eq!(ids(Find::all().limit(2)).await, "ab");
    assert_eq!(ids(Find::all().after(Some("b".to_owned()))).await, "cd");
    assert_eq!(ids(Find::by("due", 99)).await, "");
}
