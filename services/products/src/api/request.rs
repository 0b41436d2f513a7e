//! The bodies of requests, checked field by field.

use crate::{
    Error,
    domain::{Changes, Details},
};
use axum::http::{Uri, uri::Scheme};
use chassis::{http::present, problem::FieldErrors};
use contracts::{
    money::Money,
    text::{Name, turns},
};
use serde::{Deserialize, de::IgnoredAny};

/// How long a description may be, in bytes.
const LONGEST_DESCRIPTION: usize = 10_000;
/// The most that a product may cost, in the smallest unit, so that sums of orders cannot overflow.
pub(super) const HIGHEST_PRICE: i64 = 1_000_000_000_000;
/// How many pictures a product has at most.
const MOST_IMAGES: usize = 10;
/// How long the address of a picture may be, in bytes.
const LONGEST_IMAGE: usize = 2_048;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct NewProduct {
    name: String,
    description: String,
    category: String,
    price: Money,
    #[serde(default)]
    images: Vec<String>,
    #[serde(default, deserialize_with = "present")]
    stock: Option<IgnoredAny>,
}

impl TryFrom<NewProduct> for Details {
    type Error = Error;

    fn try_from(it: NewProduct) -> Result<Self, Error> {
        let mut errors = FieldErrors::default();
        refuse_stock(&mut errors, it.stock.is_some());
        let name = errors.check("#/name", Name::parse(&it.name));
        let category = errors.check("#/category", Name::parse(&it.category));
        check_description(&mut errors, &it.description);
        check_price(&mut errors, it.price);
        check_images(&mut errors, &it.images);
        let (description, price, images) = (it.description, it.price, it.images);
        let details = name.zip(category).map(|(name, category)| Self {
            name,
            description,
            category,
            price,
            images,
        });
        errors.finish(details).map_err(Error::Fields)
    }
}

/// What is not there stays as it is.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct ChangeRequest {
    #[serde(default, deserialize_with = "present")]
    name: Option<String>,
    #[serde(default, deserialize_with = "present")]
    description: Option<String>,
    #[serde(default, deserialize_with = "present")]
    category: Option<String>,
    #[serde(default, deserialize_with = "present")]
    price: Option<Money>,
    #[serde(default, deserialize_with = "present")]
    images: Option<Vec<String>>,
    #[serde(default, deserialize_with = "present")]
    stock: Option<IgnoredAny>,
}

impl TryFrom<ChangeRequest> for Changes {
    type Error = Error;

    fn try_from(it: ChangeRequest) -> Result<Self, Error> {
        let mut errors = FieldErrors::default();
        refuse_stock(&mut errors, it.stock.is_some());
        let name = it.name.map(|it| Name::parse(&it));
        let category = it.category.map(|it| Name::parse(&it));
        it.description.iter().for_each(|it| check_description(&mut errors, it));
        it.price.iter().for_each(|it| check_price(&mut errors, *it));
        it.images.iter().for_each(|it| check_images(&mut errors, it));
        let says_something = name.is_some() || category.is_some() || it.stock.is_some();
        let changes = Self {
            name: name.and_then(|it| errors.check("#/name", it)),
            description: it.description,
            category: category.and_then(|it| errors.check("#/category", it)),
            price: it.price,
            images: it.images,
        };
        let says_something = says_something || !changes.is_empty();
        let detail = "must have one of name, description, category, price, images";
        errors.require(says_something, "#", detail);
        errors.finish(Some(changes)).map_err(Error::Fields)
    }
}

fn refuse_stock(errors: &mut FieldErrors, is_there: bool) {
    let detail = "is changed at /api/inventory/product/{id}, and only shown here";
    errors.require(!is_there, "#/stock", detail);
}

fn check_description(errors: &mut FieldErrors, description: &str) {
    let short = description.len() <= LONGEST_DESCRIPTION;
    let detail = format!("must not be longer than {LONGEST_DESCRIPTION} bytes");
    errors.require(short, "#/description", detail);
    let legible = description.chars().all(|it| !it.is_control() || "\n\t".contains(it));
    let detail = "must not contain control characters but line breaks and tabs";
    errors.require(legible, "#/description", detail);
    let detail = "must not contain characters that turn the direction of the text";
    errors.require(!description.chars().any(turns), "#/description", detail);
}

fn check_price(errors: &mut FieldErrors, price: Money) {
    let fits = (0..=HIGHEST_PRICE).contains(&price.amount_minor);
    errors.require(fits, "#/price/amountMinor", format!("must be 0 to {HIGHEST_PRICE}"));
    errors.require(price.is_tender(), "#/price/currency", "must be money that one can pay with");
}

fn check_images(errors: &mut FieldErrors, images: &[String]) {
    let detail = format!("must not be more than {MOST_IMAGES}");
    errors.require(images.len() <= MOST_IMAGES, "#/images", detail);
    for (place, image) in images.iter().enumerate() {
        let detail = format!("must be an http or https URL of at most {LONGEST_IMAGE} bytes");
        errors.require(is_address(image), format!("#/images/{place}"), detail);
    }
}

/// Whether a browser can fetch a picture there. A name and password before the host have no place in a
/// catalogue, and a port must be one.
fn is_address(text: &str) -> bool {
    let Some(uri) = text.parse::<Uri>().ok().filter(|_| text.len() <= LONGEST_IMAGE) else {
        return false;
    };
    let is_web = uri.scheme().is_some_and(|it| *it == Scheme::HTTP || *it == Scheme::HTTPS);
    let is_whole = uri.authority().is_some_and(|it| {
        let port = it.port_u16().map(|port| format!(":{port}")).unwrap_or_default();
        !it.host().is_empty() && it.as_str() == format!("{}{port}", it.host())
    });
    is_web && is_whole
}
