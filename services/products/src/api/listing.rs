//! The catalogue, a page at a time.

use super::{request::HIGHEST_PRICE, view::ProductView};
use crate::{
    Error, Products,
    domain::words,
    storage::{Filter, Sort},
};
use axum::extract::State;
use chassis::{
    http::{Limit, Page, Query},
    problem::{FieldErrors, Problem},
};
use contracts::{money::Currency, text::Name};
use serde::Deserialize;

/// How long what is searched for may be, in bytes.
const LONGEST_SEARCH: usize = 200;
/// How many words are searched for at most: each is looked at for each product that has the first.
const MOST_SOUGHT: usize = 10;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Listing {
    /// The beginnings of words that must all be found.
    q: Option<String>,
    name: Option<Name>,
    category: Option<Name>,
    min_price: Option<i64>,
    max_price: Option<i64>,
    currency: Option<Currency>,
    sort: Option<Sort>,
    #[serde(default)]
    limit: Limit,
    /// Where the page before ended.
    cursor: Option<String>,
}

pub(super) async fn list(
    State(products): State<Products>,
    Query(mut listing): Query<Listing>,
) -> Result<Page<ProductView>, Problem> {
    let limit = listing.limit.get();
    let sort = listing.sort.unwrap_or_default();
    let cursor = listing.cursor.take();
    let found = products.list(&listing.try_into()?, sort, cursor.as_deref(), limit).await?;
    Ok(Page::new(found.items.into_iter().map(ProductView::from).collect(), found.next))
}

impl TryFrom<Listing> for Filter {
    type Error = Error;

    fn try_from(it: Listing) -> Result<Self, Error> {
        let mut errors = FieldErrors::default();
        for (price, pointer) in [(it.min_price, "#/minPrice"), (it.max_price, "#/maxPrice")] {
            let fits = price.is_none_or(|it| (0..=HIGHEST_PRICE).contains(&it));
            errors.require(fits, pointer, format!("must be 0 to {HIGHEST_PRICE}"));
        }
        let has_range = it.min_price.is_some() || it.max_price.is_some();
        let detail =
            "must be there when a price is: amounts of different currencies do not compare";
        errors.require(!has_range || it.currency.is_some(), "#/currency", detail);
        let in_order = it.min_price.zip(it.max_price).is_none_or(|(min, max)| min <= max);
        errors.require(in_order, "#/maxPrice", "must not be below minPrice");
        let sought = it.q.unwrap_or_default();
        let detail = format!("must not be longer than {LONGEST_SEARCH} bytes");
        errors.require(sought.len() <= LONGEST_SEARCH, "#/q", detail);
        let words = words(&[&sought], MOST_SOUGHT + 1);
        let detail = format!("must not have more than {MOST_SOUGHT} words");
        errors.require(words.len() <= MOST_SOUGHT, "#/q", detail);
        let is_sought = sought.trim().is_empty() || !words.is_empty();
        errors.require(is_sought, "#/q", "must have a letter or a digit");
        let filter = Self {
            name: it.name,
            category: it.category,
            words,
            currency: it.currency,
            min_price: it.min_price,
            max_price: it.max_price,
        };
        errors.finish(Some(filter)).map_err(Error::Fields)
    }
}
