//! Where orders, carts and the local catalogue are kept, and how they are found.

use crate::{
    catalogue::Entry,
    domain::{Cart, IdempotencyKey, Order},
};
use contracts::{
    ids::{CartId, CustomerId, OrderId, ProductId},
    orders::OrderStatus,
    text::{EmailAddress, Name},
};
use jiff::Timestamp;
use store::{Aggregate, Direction, Find, Index};

impl Aggregate for Order {
    type Id = OrderId;
    const COLLECTION: &'static str = "orders";
    const INDEXES: &'static [Index] = &[
        Index {
            name: "idempotency",
            fields: &["key.key", "key.principal", "key.route"],
            unique: true,
        },
        Index { name: "nudge", fields: &["waiting.nudgeAt"], unique: false },
        Index { name: "placed", fields: &["placedAt", "_id"], unique: false },
        Index { name: "status", fields: &["status", "placedAt", "_id"], unique: false },
        Index { name: "customer", fields: &["customerId", "placedAt", "_id"], unique: false },
        Index { name: "email", fields: &["email", "placedAt", "_id"], unique: false },
    ];

    fn id(&self) -> OrderId {
        self.id
    }

    fn count_change(&mut self, before: &Self) {
        self.revision = self.revision.saturating_add(u64::from(self != before));
    }
}

impl Aggregate for Cart {
    type Id = CartId;
    const COLLECTION: &'static str = "carts";
    const INDEXES: &'static [Index] = &[
        Index { name: "expiry", fields: &["expiresAt"], unique: false },
        Index { name: "removal", fields: &["removedAt"], unique: false },
    ];

    fn id(&self) -> CartId {
        self.id
    }

    fn count_change(&mut self, before: &Self) {
        self.revision = self.revision.saturating_add(u64::from(self != before));
    }
}

impl Aggregate for Entry {
    type Id = ProductId;
    const COLLECTION: &'static str = "catalogue";
    const INDEXES: &'static [Index] =
        &[Index { name: "name", fields: &["product.name", "product.category"], unique: false }];

    fn id(&self) -> ProductId {
        self.product_id
    }
}

/// Which orders are listed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct OrderFilter {
    /// Only those of this customer.
    pub(crate) customer: Option<CustomerId>,
    /// Only those that tell this address.
    pub(crate) email: Option<EmailAddress>,
    /// Only those that stand here.
    pub(crate) status: Option<OrderStatus>,
}

/// Orders, newest first.
pub(crate) fn listed(filter: &OrderFilter) -> Find {
    let find = filter.customer.iter().fold(Find::all(), |find, it| find.and("customerId", it));
    let find = filter.email.iter().fold(find, |find, it| find.and("email", it));
    let find = filter.status.iter().fold(find, |find, it| find.and("status", it));
    find.order_by("placedAt", Direction::Down)
}

/// The order that was placed under a key.
pub(crate) fn placed_under(key: &IdempotencyKey) -> Find {
    Find::by("key.key", &key.key).and("key.principal", &key.principal).and("key.route", &key.route)
}

/// How many orders or carts are looked after at once.
pub(crate) const BATCH: usize = 500;

/// Orders that wait too long for an answer.
pub(crate) fn overdue(now: Timestamp) -> Find {
    Find::at_most("waiting.nudgeAt", now.as_millisecond()).limit(BATCH)
}

/// Carts that nobody has touched for too long.
pub(crate) fn over(now: Timestamp) -> Find {
    Find::at_most("expiresAt", now.as_millisecond()).limit(BATCH)
}

/// Carts that nobody can miss.
pub(crate) fn spent(now: Timestamp) -> Find {
    Find::at_most("removedAt", now.as_millisecond()).limit(BATCH)
}

/// The oldest product of this name.
pub(crate) fn named(name: &Name, category: &Name) -> Find {
    Find::by("product.name", name).and("product.category", category).limit(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use store::Cursor;

    /// Looks on a real MongoDB too where there is one.
    async fn scans<A: Aggregate>(queries: &[Find]) -> Vec<String> {
        let mongodb = testkit::backend("TEST_MONGODB_URI");
        store::proof::scans::<A>(mongodb, queries).await.unwrap()
    }

    fn orders() -> Vec<Find> {
        let key = IdempotencyKey {
            principal: "guest".to_owned(),
            route: "POST /order".to_owned(),
            key: "k".to_owned(),
            fingerprint: String::new(),
        };
        let customer = Some(CustomerId::fresh());
        let status = Some(OrderStatus::Shipped);
        let email = EmailAddress::parse("ada@example.com").ok();
        let all = OrderFilter::default();
        let lists = [
            all.clone(),
            OrderFilter { customer, ..all.clone() },
            OrderFilter { customer, status, ..all.clone() },
            OrderFilter { email: email.clone(), ..all.clone() },
            OrderFilter { customer, email, status },
            OrderFilter { status, ..all },
        ];
        let (list, value) = (String::new(), Some(7.into()));
        let cursor = Cursor { list, value, id: OrderId::fresh().to_string() };
        let next = |it: &OrderFilter| listed(it).after_cursor(Some(cursor.clone()));
        let pages = lists.iter().map(listed).chain(lists.iter().map(next));
        pages.chain([placed_under(&key), overdue(Timestamp::UNIX_EPOCH)]).collect()
    }

    #[tokio::test]
    async fn no_query_scans_a_collection() {
        let laptop = Name::parse("Laptop").unwrap();
        let none: Vec<String> = Vec::new();
        assert_eq!(scans::<Order>(&orders()).await, none);
        let now = Timestamp::UNIX_EPOCH;
        assert_eq!(scans::<Cart>(&[over(now), spent(now)]).await, none);
        assert_eq!(scans::<Entry>(&[named(&laptop, &laptop)]).await, none);
    }
}
