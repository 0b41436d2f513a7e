//! Where customers are kept, and how they are found.

use crate::domain::{Customer, State};
use contracts::{ids::CustomerId, text::EmailAddress};
use store::{Aggregate, Find, Index};

impl Aggregate for Customer {
    type Id = CustomerId;
    const COLLECTION: &'static str = "customers";
    const INDEXES: &'static [Index] = &[
        // Who has left has no e-mail any more, so that it can register anew.
        Index { name: "email", fields: &["person.email"], unique: true },
        Index { name: "state", fields: &["state"], unique: false },
    ];

    fn id(&self) -> CustomerId {
        self.customer_id
    }
}

/// The customer who has this e-mail.
pub(crate) fn by_email(email: &EmailAddress) -> Find {
    Find::by("person.email", email).limit(1)
}

/// Those who have an account, in the order in which they came.
pub(crate) fn present() -> Find {
    Find::by("state", State::Active)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn no_query_scans_the_collection() {
        let email = EmailAddress::parse("ada@example.com").unwrap();
        let mongodb = testkit::backend("TEST_MONGODB_URI");
        let queries = [by_email(&email), present()];
        let scans = store::proof::scans::<Customer>(mongodb, &queries).await.unwrap();
        assert_eq!(scans, Vec::<String>::new());
    }
}
