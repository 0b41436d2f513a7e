//! What must add up when everything has come to rest: the stock and its movements, the money and what
//! the provider has in its book.

use crate::{
    cluster::{same, wait_for},
    customers::Customers,
    say,
    scenarios::World,
    shop::Shop,
};
use anyhow::{Context as _, Result, bail, ensure};
use serde_json::Value;
use std::time::Duration;

/// How long everything may take to come to rest.
const PATIENCE: Duration = Duration::from_mins(2);

/// What the provider did for one order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Book {
    /// How often it promised money.
    pub authorizations: usize,
    /// How often it took money.
    pub captures: usize,
    /// How much it took altogether, in minor units.
    pub captured: i64,
    /// How much it gave back.
    pub refunded: i64,
}

impl Book {
    /// What the provider's book has about an order.
    pub async fn about(shop: &Shop, order: &str) -> Result<Self> {
        let path = format!("/simulator/book?order={order}");
        let book = shop.inside("payments", &path).await?;
        let entries = book["data"].as_array().context("a book has entries")?;
        let done = entries.iter().filter(|it| it["outcome"]["kind"] == "done");
        done.map(Self::read).try_fold(Self::default(), |sum, it| Ok(sum.plus(it?)))
    }

    /// One entry of the book.
    fn read(entry: &Value) -> Result<Self> {
        let amount = entry["amount"]["amountMinor"].as_i64().context("an entry has an amount")?;
        match entry["operation"].as_str().context("an entry has an operation")? {
            "authorize" => Ok(Self { authorizations: 1, ..Self::default() }),
            "capture" => Ok(Self { captures: 1, captured: amount, ..Self::default() }),
            "refund" => Ok(Self { refunded: amount, ..Self::default() }),
            "void" => Ok(Self::default()),
            other => bail!("the book has {other}: {entry}"),
        }
    }

    const fn plus(self, other: Self) -> Self {
        Self {
            authorizations: self.authorizations + other.authorizations,
            captures: self.captures + other.captures,
            captured: self.captured + other.captured,
            refunded: self.refunded + other.refunded,
        }
    }

    /// What the shop keeps.
    pub const fn kept(&self) -> i64 {
        self.captured - self.refunded
    }
}

/// Waits until a product's stock is what was counted less what is sold, and until its movements say so.
pub async fn stock_adds_up(world: &World, product: &str, counted: u64, sold: u64) -> Result<()> {
    let (quantity, available) = world.customers.settled_stock(product, PATIENCE).await?;
    same(
        "stock and what can be promised",
        &(quantity, available),
        &(counted - sold, counted - sold),
    )?;
    let wanted = i64::try_from(quantity)?;
    let (movements, _) = wait_for("the movements adding up", PATIENCE, async || {
        let movements = world.staff.movements(product).await?;
        let sum: i64 = movements.iter().filter_map(|it| it["change"].as_i64()).sum();
        ensure!(sum == wanted, "{} movements add up to {sum}, not to {wanted}", movements.len());
        Ok(movements.len())
    })
    .await?;
    say!(
        "stock: {counted} counted, {sold} sold, {quantity} left; {movements} movements say the same"
    );
    Ok(())
}

/// Waits until the provider has taken and not given back just what an order costs, or nothing if it was
/// not carried out; it never takes twice.
pub async fn money_adds_up(world: &World, order: &str) -> Result<Book> {
    money_of(world, &world.customers, order).await
}

/// The same for an order that only this customer may see.
pub async fn money_of(world: &World, customer: &Customers, order: &str) -> Result<Book> {
    let (book, _) = wait_for("the provider's book adding up", PATIENCE, async || {
        let order_now = customer.view(order).await?;
        let total = order_now["total"]["amountMinor"].as_i64().context("an order has a total")?;
        let owed = if order_now["status"] == "cancelled" { 0 } else { total };
        let book = Book::about(&world.market, order).await?;
        ensure!(book.kept() == owed, "{owed} are owed, and the book has {book:?}");
        ensure!(book.captures <= 1, "the book has {book:?}");
        Ok(book)
    })
    .await?;
    Ok(book)
}
