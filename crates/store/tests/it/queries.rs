//! What a query finds, and in which order.

use super::*;
use items::{Part, described, item, of_kind, priced};
use serde_json::json;
use store::Direction;

on_both! {
    a_list_is_found_by_what_it_contains
    a_path_leads_through_lists
    null_is_what_is_absent
    a_value_is_never_an_operator
    numbers_lie_within_bounds
    text_lies_within_bounds
    a_bound_is_of_one_kind
    several_bounds_hold_together
    all_words_sought_must_be_found
    a_prefix_is_plain_text
    what_is_ordered_by_a_field_has_it
    equals_are_in_the_order_of_ids
    ids_have_two_directions
    a_cursor_is_where_the_next_page_begins
    a_limit_of_nothing_finds_nothing
}

async fn a_list_is_found_by_what_it_contains(world: World) {
    world.stock([described("a", &["red", "hat"]), described("b", &["red"]), item("c")]).await;
    assert_eq!(world.ids(&Find::by("words", "red")).await, "ab");
    assert_eq!(world.ids(&Find::by("words", "red").and("words", "hat")).await, "a");
    assert_eq!(world.ids(&Find::by("words", ["red", "hat"])).await, "a", "the list itself");
    assert_eq!(world.ids(&Find::by("words", ["hat", "red"])).await, "", "in its order");
}

async fn a_path_leads_through_lists(world: World) {
    let part = |name: &str, count| Part { name: name.to_owned(), count };
    let made_of = |id, parts: &[Part]| Item { parts: parts.to_vec(), ..item(id) };
    let (wheel, bell) = (part("wheel", 2), part("bell", 1));
    world.stock([made_of("a", &[wheel.clone(), bell]), made_of("b", &[wheel]), item("c")]).await;
    assert_eq!(world.ids(&Find::by("parts.name", "wheel")).await, "ab");
    assert_eq!(world.ids(&Find::by("parts.name", "bell")).await, "a");
    assert_eq!(world.ids(&Find::all().up_to("parts.count", 1)).await, "a");
}

async fn null_is_what_is_absent(world: World) {
    let red = Item { colour: Some("red".to_owned()), ..item("b") };
    world.stock([item("a"), red, priced("c", 1)]).await;
    assert_eq!(world.ids(&Find::by("colour", None::<String>)).await, "ac", "stored as null");
    assert_eq!(world.ids(&Find::by("price", None::<i64>)).await, "ab", "not stored");
}

async fn a_value_is_never_an_operator(world: World) {
    world.stock([of_kind("hat", item("a"))]).await;
    assert_eq!(world.ids(&Find::by("kind", json!({ "$gt": "" }))).await, "");
    assert_eq!(world.ids(&Find::all().prefix("kind", ".*")).await, "");
}

async fn numbers_lie_within_bounds(world: World) {
    world.stock([priced("a", -5), priced("b", 0), priced("c", 7), priced("d", 8), item("e")]).await;
    assert_eq!(world.ids(&Find::all().at_least("price", 0)).await, "bcd");
    assert_eq!(world.ids(&Find::all().up_to("price", 7)).await, "abc");
    assert_eq!(world.ids(&Find::all().at_least("price", 7.5)).await, "d");
    assert_eq!(world.ids(&Find::all().up_to("price", u64::MAX)).await, "abcd");
    assert_eq!(world.ids(&Find::by("price", 7.0)).await, "c");
}

async fn text_lies_within_bounds(world: World) {
    let kinds = [("a", "Hat"), ("b", "hat"), ("c", "hut"), ("d", "hüt"), ("e", "z")];
    world.stock(kinds.map(|(id, kind)| of_kind(kind, item(id)))).await;
    assert_eq!(world.ids(&Find::all().at_least("kind", "hat")).await, "bcde");
    assert_eq!(world.ids(&Find::all().up_to("kind", "hut")).await, "abc", "by UTF-8");
    assert_eq!(world.ids(&Find::all().at_least("kind", "hau").up_to("kind", "y")).await, "cd");
}

async fn a_bound_is_of_one_kind(world: World) {
    world.stock([of_kind("7", priced("a", 7)), item("b")]).await;
    assert_eq!(world.ids(&Find::all().at_least("kind", 0)).await, "", "no text is a number");
    assert_eq!(world.ids(&Find::all().at_least("price", "")).await, "", "no number is text");
    assert_eq!(world.ids(&Find::all().up_to("price", None::<i64>)).await, "", "nothing is a bound");
    assert_eq!(world.ids(&Find::by("price", "7")).await, "");
}

async fn several_bounds_hold_together(world: World) {
    let thing = |id, kind, price| of_kind(kind, priced(id, price));
    world
        .stock([thing("a", "x", 1), thing("b", "x", 5), thing("c", "y", 5), thing("d", "x", 9)])
        .await;
    let within = Find::by("kind", "x").at_least("price", 2).up_to("price", 9).up_to("price", 8);
    assert_eq!(world.ids(&within).await, "b");
    assert_eq!(world.ids(&Find::all().at_least("price", 5).at_least("kind", "y")).await, "c");
}

async fn all_words_sought_must_be_found(world: World) {
    let words: [(&str, &[&str]); 4] =
        [("a", &["blue", "hat"]), ("b", &["blush", "hut"]), ("c", &["red", "blue"]), ("d", &[])];
    world.stock(words.map(|(id, words)| described(id, words))).await;
    assert_eq!(world.ids(&Find::all().prefix("words", "blu")).await, "abc");
    assert_eq!(world.ids(&Find::all().prefix("words", "blu").prefix("words", "h")).await, "ab");
    assert_eq!(world.ids(&Find::all().prefix("words", "blue").prefix("words", "ha")).await, "a");
    assert_eq!(world.ids(&Find::all().prefix("words", "lue")).await, "");
    assert_eq!(world.ids(&Find::all().prefix("words", "blue h")).await, "", "one word at a time");
}

async fn a_prefix_is_plain_text(world: World) {
    let kinds = [("a", "a.c"), ("b", "abc"), ("c", "(x)\\Q|$"), ("d", "ärmel"), ("e", "x\ny")];
    world.stock(kinds.map(|(id, kind)| of_kind(kind, item(id)))).await;
    let begins = [
        ("a.", "a"),
        ("a", "ab"),
        ("(x)\\Q|", "c"),
        ("(x)\\Q|$", "c"),
        ("är", "d"),
        ("Är", ""),
        ("y", ""),
        ("x\n", "e"),
        ("", "abcde"),
        ("a\0", ""),
        ("^a", ""),
        ("a#", ""),
        ("a b", ""),
    ];
    for (text, found) in begins {
        assert_eq!(world.ids(&Find::all().prefix("kind", text)).await, found, "{text:?}");
    }
}

async fn what_is_ordered_by_a_field_has_it(world: World) {
    let red = |id| Item { colour: Some("red".to_owned()), ..priced(id, 1) };
    world.stock([red("a"), priced("b", 3), priced("c", -2), item("d")]).await;
    assert_eq!(world.ids(&Find::all().order_by("price", Direction::Up)).await, "cab");
    assert_eq!(world.ids(&Find::all().order_by("price", Direction::Down)).await, "bac");
    assert_eq!(
        world.ids(&Find::all().order_by("colour", Direction::Up)).await,
        "a",
        "null is none"
    );
    assert_eq!(world.ids(&Find::all().order_by("price", Direction::Up).limit(2)).await, "ca");
}

async fn equals_are_in_the_order_of_ids(world: World) {
    let prices = [("d", 1), ("a", 2), ("c", 1), ("b", 2), ("e", 0)];
    world.stock(prices.map(|(id, price)| priced(id, price))).await;
    assert_eq!(world.ids(&Find::all().order_by("price", Direction::Up)).await, "ecdab");
    assert_eq!(world.ids(&Find::all().order_by("price", Direction::Down)).await, "badce");
    assert_eq!(world.ids(&Find::at_most("price", 1)).await, "ecd", "due longest first");
}

async fn ids_have_two_directions(world: World) {
    world.stock(["b", "c", "a"].map(item)).await;
    assert_eq!(world.ids(&Find::all()).await, "abc");
    assert_eq!(world.ids(&Find::all().newest_first()).await, "cba");
    assert_eq!(world.ids(&Find::all().order_by("_id", Direction::Down)).await, "cba");
    assert_eq!(world.ids(&Find::all().after(Some("b".to_owned()))).await, "c");
    assert_eq!(world.ids(&Find::all().newest_first().after(Some("b".to_owned()))).await, "a");
}

async fn a_cursor_is_where_the_next_page_begins(world: World) {
    let prices = [("a", 2), ("b", 1), ("c", 2), ("d", 3), ("e", 2)];
    world.stock(prices.map(|(id, price)| of_kind("x", priced(id, price)))).await;
    let middle = of_kind("x", priced("c", 2));
    for (direction, rest) in [(Direction::Up, "ed"), (Direction::Down, "ab")] {
        let query = Find::by("kind", "x").order_by("price", direction);
        let after = query.clone().after_cursor(Some(query.cursor_of(&middle)));
        assert_eq!(world.ids(&after).await, rest, "{direction:?}");
    }
}

async fn a_limit_of_nothing_finds_nothing(world: World) {
    world.stock([item("a")]).await;
    assert_eq!(world.ids(&Find::all().limit(0)).await, "");
}
