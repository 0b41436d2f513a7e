//! Where products are kept, and how they are found.

use crate::domain::{Level, Product};
use contracts::{ids::ProductId, money::Currency, text::Name};
use serde::Deserialize;
use store::{Aggregate, Direction, Find, Index};

/// When it was added.
const SINCE: &str = "found.since";
/// Its name in lower case.
const NAME: &str = "found.name";
/// Its words.
const WORDS: &str = "found.words";
/// What one costs, in the smallest unit.
const AMOUNT: &str = "details.price.amountMinor";
/// In which currency.
const CURRENCY: &str = "details.price.currency";
/// Where it belongs.
const CATEGORY: &str = "details.category";
/// What it is called, to the letter.
const EXACT: &str = "details.name";

impl Aggregate for Product {
    type Id = ProductId;
    const COLLECTION: &'static str = "products";
    /// What is no longer sold has none of the fields, and is in none of them.
    const INDEXES: &'static [Index] = &[
        Index { name: "exact", fields: &[EXACT, CATEGORY, SINCE], unique: false },
        Index { name: "since", fields: &[SINCE], unique: false },
        Index { name: "by-name", fields: &[NAME], unique: false },
        Index { name: "amount", fields: &[AMOUNT], unique: false },
        Index { name: "price", fields: &[CURRENCY, AMOUNT], unique: false },
        Index { name: "category-since", fields: &[CATEGORY, SINCE], unique: false },
        Index { name: "category-name", fields: &[CATEGORY, NAME], unique: false },
        Index { name: "category-amount", fields: &[CATEGORY, AMOUNT], unique: false },
        Index { name: "category-price", fields: &[CATEGORY, CURRENCY, AMOUNT], unique: false },
        Index { name: "words", fields: &[WORDS], unique: false },
    ];

    fn id(&self) -> ProductId {
        self.product_id
    }
}

impl Aggregate for Level {
    type Id = ProductId;
    const COLLECTION: &'static str = "levels";

    fn id(&self) -> ProductId {
        self.product_id
    }
}

/// Which products are listed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Filter {
    /// Only those of this name.
    pub(crate) name: Option<Name>,
    /// Only those of this category.
    pub(crate) category: Option<Name>,
    /// Only those with all these words, or words that begin so.
    pub(crate) words: Vec<String>,
    /// Only those with a price in this currency.
    pub(crate) currency: Option<Currency>,
    /// Only those that cost at least this.
    pub(crate) min_price: Option<i64>,
    /// Only those that cost at most this.
    pub(crate) max_price: Option<i64>,
}

/// In which order products are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub(crate) enum Sort {
    /// The oldest first.
    #[default]
    #[serde(rename = "createdAt")]
    Oldest,
    /// The newest first.
    #[serde(rename = "-createdAt")]
    Newest,
    /// From A to Z.
    #[serde(rename = "name")]
    Name,
    /// From Z to A.
    #[serde(rename = "-name")]
    NameDown,
    /// The cheapest first.
    #[serde(rename = "price")]
    Price,
    /// The dearest first.
    #[serde(rename = "-price")]
    PriceDown,
}

impl Sort {
    const fn by(self) -> (&'static str, Direction) {
        match self {
            Self::Oldest => (SINCE, Direction::Up),
            Self::Newest => (SINCE, Direction::Down),
            Self::Name => (NAME, Direction::Up),
            Self::NameDown => (NAME, Direction::Down),
            Self::Price => (AMOUNT, Direction::Up),
            Self::PriceDown => (AMOUNT, Direction::Down),
        }
    }
}

/// A part of the catalogue, in an order.
pub(crate) fn listed(filter: &Filter, sort: Sort) -> Find {
    let find = filter.name.iter().fold(Find::all(), |find, it| find.and(EXACT, it));
    let find = filter.category.iter().fold(find, |find, it| find.and(CATEGORY, it));
    let find = filter.currency.iter().fold(find, |find, it| find.and(CURRENCY, it));
    let find = filter.min_price.iter().fold(find, |find, it| find.at_least(AMOUNT, it));
    let find = filter.max_price.iter().fold(find, |find, it| find.up_to(AMOUNT, it));
    let find = filter.words.iter().fold(find, |find, it| find.prefix(WORDS, it));
    let (field, direction) = sort.by();
    find.order_by(field, direction)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn no_combination_scans_the_catalogue() {
        let mut queries = Vec::new();
        let name = || Name::parse("Mug").unwrap();
        let sorts =
            [Sort::Oldest, Sort::Newest, Sort::Name, Sort::NameDown, Sort::Price, Sort::PriceDown];
        for (asked, sort) in (0..32_u32).flat_map(|asked| sorts.map(|sort| (asked, sort))) {
            let has = |bit: u32| asked & (1 << bit) != 0;
            let filter = Filter {
                name: has(0).then(name),
                category: has(1).then(name),
                words: if has(2) { vec!["mu".to_owned()] } else { Vec::new() },
                currency: has(3).then_some(Currency::EUR),
                min_price: (has(3) && has(4)).then_some(1),
                max_price: (has(3) && has(4)).then_some(9),
            };
            queries.push(listed(&filter, sort));
        }
        let mongodb = testkit::backend("TEST_MONGODB_URI");
        let scans = store::proof::scans::<Product>(mongodb, &queries).await.unwrap();
        assert_eq!(scans, Vec::<String>::new());
    }
}
