//! Pages: together they are the result, whatever their size.

use super::*;
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use items::{described, of_kind, priced};
use store::{Cursor, Direction, NoCursor};

on_both! {
    pages_together_are_the_result
    the_last_page_has_no_next
    what_comes_meanwhile_shifts_nothing
    a_cursor_of_another_list_leads_nowhere
}

/// A shelf with many that share a price, some of a kind, and some without a price.
fn shelf() -> impl Iterator<Item = Item> {
    ('a'..='p').enumerate().map(|(index, id)| {
        let price = i64::try_from(index * 7 % 4).unwrap();
        let word = if index % 3 == 0 { "blue" } else { "red" };
        let thing = Item { words: vec![word.to_owned()], ..priced(&id.to_string(), price) };
        let thing = if index % 5 == 4 { Item { price: None, ..thing } } else { thing };
        if index % 2 == 0 { of_kind("even", thing) } else { of_kind("odd", thing) }
    })
}

fn queries() -> Vec<Find> {
    let wanted = [
        Find::all(),
        Find::by("kind", "even"),
        Find::all().at_least("price", 1),
        Find::all().prefix("words", "b"),
        Find::by("kind", "odd").prefix("words", "r").up_to("price", 2),
    ];
    let orders: [fn(Find) -> Find; 6] = [
        |it| it,
        Find::newest_first,
        |it| it.order_by("price", Direction::Up),
        |it| it.order_by("price", Direction::Down),
        |it| it.order_by("kind", Direction::Up),
        |it| it.order_by("kind", Direction::Down),
    ];
    wanted.iter().flat_map(|find| orders.map(|order| order(find.clone()))).collect()
}

async fn pages_together_are_the_result(world: World) {
    world.stock(shelf()).await;
    for query in queries() {
        let all = world.ids(&query).await;
        assert!(!all.is_empty(), "{query:?}");
        for size in [1, 2, 3, 5, 16, 17] {
            assert_eq!(leaf_through(&world, &query, size).await, all, "{size} of {query:?}");
        }
    }
}

async fn leaf_through(world: &World, query: &Find, size: usize) -> String {
    let (mut seen, mut cursor) = (String::new(), None);
    loop {
        let page = world.items.page(&query.clone().after_cursor(cursor), size).await.unwrap();
        assert!(page.items.len() <= size);
        seen.extend(page.items.into_iter().map(|it| it.id));
        let Some(next) = page.next else { return seen };
        assert!(seen.len() < 100, "it goes in circles: {seen}");
        cursor = Some(next.to_string().parse().unwrap());
    }
}

async fn the_last_page_has_no_next(world: World) {
    world.stock(["a", "b", "c"].map(|id| described(id, &[]))).await;
    let page = world.items.page(&Find::all(), 3).await.unwrap();
    assert_eq!((page.items.len(), page.next), (3, None));
    let page = world.items.page(&Find::all(), 2).await.unwrap();
    assert_eq!(page.next, Some(Find::all().cursor_of(&items::item("b"))));
    assert_eq!(world.items.page(&Find::by("kind", "none"), 2).await.unwrap().next, None);
}

async fn what_comes_meanwhile_shifts_nothing(world: World) {
    world.stock([priced("b", 1), priced("d", 1), priced("f", 2)]).await;
    let query = Find::all().order_by("price", Direction::Up);
    let page = world.items.page(&query, 2).await.unwrap();
    world.stock([priced("a", 1), priced("c", 0), priced("e", 1)]).await;
    assert_eq!(world.ids(&query.after_cursor(page.next)).await, "ef");
}

async fn a_cursor_of_another_list_leads_nowhere(world: World) {
    world.stock(shelf()).await;
    let by_price = |find: Find| find.order_by("price", Direction::Up);
    let even = by_price(Find::by("kind", "even"));
    let page = world.items.page_after(&even, None, 2).await.unwrap();
    let cursor = page.next.unwrap().to_string();
    let next = world.items.page_after(&even, Some(&cursor), 5).await.unwrap();
    assert!(!next.items.is_empty() && !next.items.contains(&page.items[1]));
    for other in [
        by_price(Find::by("kind", "odd")),
        by_price(Find::all()),
        Find::by("kind", "even").order_by("price", Direction::Down),
        Find::by("kind", "even").order_by("colour", Direction::Up),
        Find::by("kind", "even"),
    ] {
        let page = world.items.page_after(&other, Some(&cursor), 5).await;
        assert!(matches!(page, Err(Error::BadCursor)), "{other:?}");
    }
    let elsewhere = world.counters.page_after(&even, Some(&cursor), 5).await;
    assert!(matches!(elsewhere, Err(Error::BadCursor)));
    let nonsense = world.items.page_after(&even, Some("17"), 5).await;
    assert!(matches!(nonsense, Err(Error::BadCursor)));
}

#[test]
fn a_cursor_is_a_token_for_a_url() {
    let values = [None, Some(5.into()), Some((-1).into()), Some("ä/?&=#%+ \"".into())];
    for value in values {
        let (list, id) = ("a1".to_owned(), "größe 1/2".to_owned());
        let cursor = Cursor { list, value, id };
        let text = cursor.to_string();
        let is_safe = |it: char| it.is_ascii_alphanumeric() || it == '-' || it == '_';
        assert!(text.chars().all(is_safe), "{text}");
        assert_eq!(text.parse(), Ok(cursor));
    }
}

#[test]
fn other_text_is_no_cursor() {
    for text in ["", "a", "%%", "1", "e30="] {
        assert_eq!(text.parse::<Cursor>(), Err(NoCursor), "{text}");
    }
    let token = |json: &str| BASE64_URL_SAFE_NO_PAD.encode(json).parse::<Cursor>();
    for json in [
        "{}",
        "[1,2]",
        r#"{"id":"a"}"#,
        r#"{"list":"b","id":"a","x":1}"#,
        r#"{"list":"b","value":{"$gt":1},"id":"a"}"#,
    ] {
        assert_eq!(token(json), Err(NoCursor), "{json}");
    }
    assert!(token(r#"{"list":"b","id":"a"}"#).is_ok());
    assert!(NoCursor.to_string().contains("is no cursor"));
}
