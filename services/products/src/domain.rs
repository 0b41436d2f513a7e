//! What a product is, and how it changes. Synchronous; knows no database and no broker.

mod level;
mod search;
#[cfg(test)]
mod tests;

pub use level::Level;
pub use search::{MOST_WORDS, words};

use chassis::http::IfMatch;
use contracts::{
    ids::{MessageId, ProductId},
    message::Events,
    money::Money,
    products::{ProductCreated, ProductDeleted, ProductUpdated},
    text::Name,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A thing that can be bought, or could once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Product {
    /// Names it.
    pub product_id: ProductId,
    /// Counts its changes, from 1.
    pub revision: u64,
    /// When it was added.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// What it is; nothing once it is no longer sold. Its name stays taken, so that what comes late
    /// does not bring it back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    details: Option<Details>,
    /// How it is found; nothing once it is no longer sold, so that no list has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    found: Option<Found>,
}

/// What a product is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Details {
    /// What it is called.
    pub name: Name,
    /// What there is to say about it.
    pub description: String,
    /// Where it belongs.
    pub category: Name,
    /// What one costs.
    pub price: Money,
    /// Where pictures of it are.
    pub images: Vec<String>,
}

/// By what a product is found that is not said in so many words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Found {
    /// When it was added, in milliseconds.
    since: i64,
    /// Its name in lower case, so that a list by name goes from A to Z.
    name: String,
    /// The words of its texts.
    words: Vec<String>,
}

/// What changes about a product; the rest stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Its name.
    pub name: Option<Name>,
    /// Its description.
    pub description: Option<String>,
    /// Its category.
    pub category: Option<Name>,
    /// Its price.
    pub price: Option<Money>,
    /// All its pictures.
    pub images: Option<Vec<String>>,
}

/// Why a product does not change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unchanged {
    /// It is no longer sold.
    #[error("it is no longer sold")]
    Deleted,
    /// The caller has another revision in mind.
    #[error("the product has changed meanwhile: its revision is {revision}")]
    Stale {
        /// The present one.
        revision: u64,
    },
}

impl Product {
    /// Adds a product to the catalogue.
    pub fn create(details: Details, now: Timestamp) -> (Self, Events) {
        let product_id = ProductId::fresh();
        let found = Found::of(&details, now);
        let product = Self {
            product_id,
            revision: 1,
            created_at: now,
            updated_at: now,
            details: Some(details.clone()),
            found: Some(found),
        };
        let Details { name, description, category, price, images } = details;
        let created =
            ProductCreated { product_id, name, category, price, description, images, revision: 1 };
        let events = Events::none().and_as(product.message(), now, &created);
        (product, events)
    }

    /// What it is, as long as it is sold.
    pub const fn details(&self) -> Option<&Details> {
        self.details.as_ref()
    }

    /// Changes some of what it is. What is so already does not change, and nobody is told.
    pub fn change(
        &mut self,
        changes: &Changes,
        if_match: &IfMatch,
        now: Timestamp,
    ) -> Result<Events, Unchanged> {
        let old = self.expect(if_match)?;
        let new = changes.clone().applied_to(old.clone());
        if new == *old {
            return Ok(Events::none());
        }
        self.found = Some(Found::of(&new, self.created_at));
        self.details = Some(new.clone());
        self.changed(now);
        let Details { name, description, category, price, images } = new;
        let (product_id, revision) = (self.product_id, self.revision);
        let updated =
            ProductUpdated { product_id, name, category, price, description, images, revision };
        Ok(Events::none().and_as(self.message(), now, &updated))
    }

    /// Takes it out of the catalogue. Orders keep their copy of it.
    pub fn delete(&mut self, if_match: &IfMatch, now: Timestamp) -> Result<Events, Unchanged> {
        self.expect(if_match)?;
        (self.details, self.found) = (None, None);
        self.changed(now);
        let deleted = ProductDeleted { product_id: self.product_id, revision: self.revision };
        Ok(Events::none().and_as(self.message(), now, &deleted))
    }

    fn expect(&self, if_match: &IfMatch) -> Result<&Details, Unchanged> {
        let details = self.details.as_ref().ok_or(Unchanged::Deleted)?;
        let revision = self.revision;
        if if_match.allows(revision) { Ok(details) } else { Err(Unchanged::Stale { revision }) }
    }

    fn changed(&mut self, now: Timestamp) {
        self.revision = self.revision.saturating_add(1);
        self.updated_at = now;
    }

    /// The name of what is said of the present revision.
    fn message(&self) -> MessageId {
        MessageId::derived(&format!("{}/product/{}", self.product_id, self.revision))
    }
}

impl Found {
    fn of(details: &Details, since: Timestamp) -> Self {
        let texts = [details.name.as_str(), details.category.as_str(), &details.description];
        Self {
            since: since.as_millisecond(),
            name: details.name.as_str().to_lowercase(),
            words: words(&texts, MOST_WORDS),
        }
    }
}

impl Changes {
    /// Whether nothing is to change.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    fn applied_to(self, old: Details) -> Details {
        Details {
            name: self.name.unwrap_or(old.name),
            description: self.description.unwrap_or(old.description),
            category: self.category.unwrap_or(old.category),
            price: self.price.unwrap_or(old.price),
            images: self.images.unwrap_or(old.images),
        }
    }
}
