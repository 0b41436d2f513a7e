use super::*;
use contracts::money::Currency;
use serde_json::Value;

const NOW: Timestamp = Timestamp::UNIX_EPOCH;

fn details() -> Details {
    Details {
        name: Name::parse("Steel Mug").unwrap(),
        description: "A mug, made of STEEL; holds 0.3 l.".to_owned(),
        category: Name::parse("Kitchen").unwrap(),
        price: Money::new(1_500, Currency::EUR),
        images: vec!["https://example.com/mug.png".to_owned()],
    }
}

fn product() -> Product {
    Product::create(details(), NOW).0
}

/// The key of what was said, and the body.
fn said(events: Events) -> (String, Value) {
    let envelope = events.into_envelopes().remove(0);
    (envelope.key, serde_json::from_str(&envelope.body).unwrap())
}

#[test]
fn each_change_is_told_with_the_full_state() {
    let (mut product, events) = Product::create(details(), NOW);
    let (key, created) = said(events);
    assert_eq!((key.as_str(), &created["revision"]), ("products.created", &1.into()));
    let price = Some(Money::new(0, Currency::EUR));
    let free = Changes { price, ..Changes::default() };
    let (key, updated) = said(product.change(&free, &IfMatch::default(), NOW).unwrap());
    assert_eq!((key.as_str(), &updated["revision"]), ("products.updated", &2.into()));
    assert_eq!(updated["price"]["amountMinor"], 0);
    for field in ["name", "category", "description", "images"] {
        assert_eq!(updated[field], created[field], "{field}");
    }
    let again = product.change(&free, &IfMatch::default(), NOW).unwrap();
    assert!(again.is_empty(), "it is so already");
    let (key, deleted) = said(product.delete(&IfMatch::default(), NOW).unwrap());
    assert_eq!((key.as_str(), &deleted["revision"]), ("products.deleted", &3.into()));
}

#[test]
fn nothing_is_left_of_what_is_deleted_but_its_name() {
    let mut product = product();
    product.delete(&IfMatch::default(), NOW).unwrap();
    let kept = serde_json::to_value(&product).unwrap();
    let kept: Vec<_> = kept.as_object().unwrap().keys().cloned().collect();
    assert_eq!(kept, ["createdAt", "productId", "revision", "updatedAt"]);
    let any = IfMatch::default();
    assert_eq!(product.delete(&any, NOW), Err(Unchanged::Deleted));
    assert_eq!(product.change(&Changes::default(), &any, NOW), Err(Unchanged::Deleted));
}

#[test]
fn words_are_what_people_search_for() {
    let found = product().found.unwrap();
    let words_of_mug = ["steel", "mug", "kitchen", "a", "made", "of", "holds", "0", "3", "l"];
    assert_eq!(found.words, words_of_mug);
    assert_eq!(found.name, "steel mug");
    assert_eq!(words(&["Größe, ÄRMEL"], 10), ["größe", "ärmel"]);
    assert_eq!(words(&["a b c"], 2), ["a", "b"]);
    assert_eq!(words(&[&"x".repeat(50)], 2), ["x".repeat(40)]);
    assert_eq!(words(&["…!"], 2), [""; 0]);
}

#[test]
fn only_newer_levels_count() {
    let product_id = ProductId::fresh();
    let level = |available, revision| Level { product_id, available, revision };
    let mut known = level(5, 2);
    assert!(!known.follow(&level(9, 1)));
    assert!(!known.follow(&level(9, 2)));
    assert!(known.follow(&level(4, 3)));
    assert_eq!(known, level(4, 3));
}
