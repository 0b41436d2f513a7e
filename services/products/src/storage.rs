//! Where products are kept, and how they are found.

use crate::domain::Product;
use contracts::{ids::ProductId, text::Name};
use store::{Aggregate, Find, Index};

impl Aggregate for Product {
    type Id = ProductId;
    const COLLECTION: &'static str = "products";
    const INDEXES: &'static [Index] = &[
        Index { name: "name", fields: &["name", "category"], unique: false },
        Index { name: "category", fields: &["category"], unique: false },
    ];

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
}

/// A page of the catalogue: what comes after a product, oldest first.
pub(crate) fn page(filter: &Filter, after: Option<ProductId>, limit: usize) -> Find {
    let named = filter.name.iter().fold(Find::all(), |find, it| find.and("name", it));
    let within = filter.category.iter().fold(named, |find, it| find.and("category", it));
    within.after(after.map(|it| it.to_string())).limit(limit)
}
