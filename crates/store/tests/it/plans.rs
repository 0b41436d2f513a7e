//! No query scans a collection. A service checks its own queries as these are checked here, with
//! [`Repository::scans`].

use super::*;
use items::{described, of_kind, priced};
use store::{Cursor, Direction};

on_both! {
    no_kind_of_query_scans
    what_no_index_covers_scans
    an_index_gives_the_order
    an_empty_collection_is_no_excuse
    the_sweep_scans_nothing
    an_index_gives_way_to_a_new_one
}

/// Enough that it matters which index is used.
async fn fill(world: &World) {
    let thing = |index: i64| {
        let kind = if index % 10 == 0 { "rare" } else { "common" };
        let words = ["red".to_owned(), format!("word{index}")];
        let thing = described(&format!("{index:04}"), &words.each_ref().map(String::as_str));
        of_kind(kind, Item { price: Some(index % 50), ..thing })
    };
    let create = |index| world.items.create(thing(index), Events::none());
    futures::future::join_all((0..400).map(create))
        .await
        .into_iter()
        .for_each(|it| drop(it.unwrap()));
}

/// One of each kind.
fn covered() -> Vec<Find> {
    let by_price = |find: Find, direction| {
        let query = find.order_by("price", direction);
        let next = query.cursor_of(&priced("0100", 7));
        [query.clone(), query.after_cursor(Some(next))]
    };
    let after = || Some("0100".to_owned());
    let mut all = vec![
        Find::all(),
        Find::all().newest_first(),
        Find::all().after(after()),
        Find::all().newest_first().after(after()),
        Find::by("kind", "rare"),
        Find::by("kind", "rare").after(after()),
        Find::by("kind", "rare").newest_first().after(after()),
        Find::by("kind", "rare").and("colour", "red"),
        Find::by("parts.name", "bell"),
        Find::by("words", "word7"),
        Find::at_most("price", 9),
        Find::all().at_least("price", 9).up_to("price", 12),
        Find::all().at_least("kind", "d"),
        Find::all().prefix("words", "word1"),
        Find::all().prefix("words", "word1").prefix("words", "re"),
        Find::by("kind", "rare").prefix("words", "word1").at_least("price", 3),
    ];
    for direction in [Direction::Up, Direction::Down] {
        all.extend(by_price(Find::all(), direction));
        all.extend(by_price(Find::by("kind", "rare"), direction));
        all.extend(by_price(Find::by("kind", "rare").at_least("price", 5), direction));
        all.extend(by_price(Find::all().prefix("words", "word1"), direction));
    }
    all
}

/// Nothing that is asked is at the beginning of an index.
fn uncovered() -> Vec<Find> {
    vec![
        Find::by("parts.count", 1),
        Find::by("parts.count", 1).after(Some("0100".to_owned())),
        Find::by("parts.count", 1).newest_first(),
        Find::by("parts.count", 1).order_by("price", Direction::Up),
        Find::all().at_least("parts.count", 1),
        Find::all().prefix("id", "0"),
        Find::all().order_by("parts.count", Direction::Up),
    ]
}

async fn no_kind_of_query_scans(world: World) {
    fill(&world).await;
    assert_eq!(world.items.scans(&covered()).await.unwrap(), Vec::<String>::new());
    for query in covered() {
        assert!(query.is_answered_by(Item::INDEXES), "{query:?}");
        let plan = world.items.explain(&query).await.unwrap();
        assert!(!plan.stages.iter().any(|it| it == "COLLSCAN"), "{query:?}: {plan:?}");
    }
}

/// Else the test above would say nothing.
async fn what_no_index_covers_scans(world: World) {
    fill(&world).await;
    let scans = world.items.scans(&uncovered()).await.unwrap();
    assert_eq!(scans.len(), uncovered().len(), "{scans:#?}");
    for query in uncovered() {
        assert!(!query.is_answered_by(Item::INDEXES), "{query:?}");
    }
}

/// What is listed page by page is not sorted anew for each.
async fn an_index_gives_the_order(world: World) {
    fill(&world).await;
    let cursor = |value| Some(Cursor { list: String::new(), value, id: "0100".to_owned() });
    for direction in [Direction::Up, Direction::Down] {
        let rare = Find::by("kind", "rare").order_by("price", direction);
        let all = Find::all().order_by("price", direction);
        for query in [
            Find::by("kind", "rare").order_by("_id", direction),
            Find::by("kind", "rare").order_by("_id", direction).after_cursor(cursor(None)),
            rare.clone().after_cursor(cursor(Some(7.into()))),
            rare,
            all.clone().after_cursor(cursor(Some(7.into()))),
            all,
            Find::all().up_to("price", 30).order_by("price", direction),
        ] {
            let plan = world.items.explain(&query).await.unwrap();
            assert!(!plan.sorts, "{query:?}: {plan:?}");
        }
    }
}

/// So that a service need store nothing to check its queries.
async fn an_empty_collection_is_no_excuse(world: World) {
    assert_eq!(world.items.scans(&covered()).await.unwrap(), Vec::<String>::new());
    assert_eq!(world.items.scans(&uncovered()).await.unwrap().len(), uncovered().len());
}

async fn the_sweep_scans_nothing(mut world: World) {
    world.counters.create(counter("a"), Events::none().and(NOW, &Counted { to: 0 })).await.unwrap();
    world.items.create(items::item("a"), Events::none()).await.unwrap();
    let fragile = Fragile { id: "a".to_owned(), text: String::new() };
    world.fragile.create(fragile, Events::none()).await.unwrap();
    for outbox in world.store.outboxes().all {
        let plan = outbox.explain_sweep(Timestamp::MAX, 100).await.unwrap();
        assert!(!plan.scans, "{}: {plan:?}", outbox.collection());
        assert_eq!(plan.stages.last().map(String::as_str), Some("IXSCAN"), "{plan:?}");
    }
}

/// The same collection in the next version of a service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Newer(Item);

impl Aggregate for Newer {
    type Id = String;
    const COLLECTION: &'static str = Item::COLLECTION;
    const INDEXES: &'static [Index] =
        &[Index { name: "colour", fields: &["colour", "price"], unique: false }];

    fn id(&self) -> String {
        self.0.id.clone()
    }
}

async fn an_index_gives_way_to_a_new_one(mut world: World) {
    world.items.create(items::item("a"), Events::none()).await.unwrap();
    let newer: Repository<Newer> = world.store.repository();
    let wanted = Find::by("colour", "red").order_by("price", Direction::Up);
    assert_eq!(newer.scans(std::slice::from_ref(&wanted)).await.unwrap(), Vec::<String>::new());
    assert!(!newer.explain(&wanted).await.unwrap().sorts);
}
