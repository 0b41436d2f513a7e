//! What must add up when everything has come to rest: the stock and its movements, the money and what
//! the provider has in its book.

use crate::{Customers, Shop, Staff, same, wait_for};
use anyhow::{Context as _, Result, bail, ensure};
use contracts::catalog::PAYMENTS;
use serde_json::Value;
use std::time::Duration;

/// How long everything may take to come to rest.
const PATIENCE: Duration = Duration::from_mins(2);

/// What the provider did for one order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Book {
    /// How often it promised money.
    pub authorizations: usize,
    /// How often it gave up what it had promised.
    pub voids: usize,
    /// How often it took money.
    pub captures: usize,
    /// How much it took altogether, in minor units.
    pub captured: i64,
    /// How much it gave back.
    pub refunded: i64,
}

impl Book {
    /// What the provider's book has about an order.
    pub async fn about<S: Shop>(shop: &S, order: &str) -> Result<Self> {
        let book = shop.inside(PAYMENTS, &format!("/simulator/book?order={order}")).await?;
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
            "void" => Ok(Self { voids: 1, ..Self::default() }),
            other => bail!("the book has {other}: {entry}"),
        }
    }

    const fn plus(self, other: Self) -> Self {
        Self {
            authorizations: self.authorizations + other.authorizations,
            voids: self.voids + other.voids,
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
pub async fn stock_adds_up<S: Shop>(
    customers: &Customers<S>,
    product: &str,
    counted: u64,
    sold: u64,
) -> Result<()> {
    let left = counted - sold;
    let (stock, _) = wait_for("stock adding up", PATIENCE, async || {
        let stock = customers.settled_stock(product, PATIENCE).await?;
        same("stock and what can be promised", &stock, &(left, left))?;
        Ok(stock)
    })
    .await?;
    let wanted = i64::try_from(stock.0)?;
    let staff = Staff::beside(customers);
    let (movements, _) = wait_for("the movements adding up", PATIENCE, async || {
        let movements = staff.movements(product).await?;
        let sum: i64 = movements.iter().filter_map(|it| it["change"].as_i64()).sum();
        ensure!(sum == wanted, "{} movements add up to {sum}, not to {wanted}", movements.len());
        Ok(movements.len())
    })
    .await?;
    customers.shop().tell(format_args!(
        "stock: {counted} counted, {sold} sold, {left} left; {movements} movements say the same"
    ));
    Ok(())
}

/// Waits until the provider has taken and not given back just what an order costs, or nothing if it was
/// not carried out; it never takes twice.
pub async fn money_adds_up<S: Shop>(customers: &Customers<S>, order: &str) -> Result<Book> {
    money_less(customers, order, 0).await
}

/// The same for an order of which staff have given a part back.
pub async fn money_less<S: Shop>(
    customers: &Customers<S>,
    order: &str,
    given_back: i64,
) -> Result<Book> {
    let (book, _) = wait_for("the provider's book adding up", PATIENCE, async || {
        let order_now = customers.view(order).await?;
        let total = order_now["total"]["amountMinor"].as_i64().context("an order has a total")?;
        let owed = if order_now["status"] == "cancelled" { 0 } else { total - given_back };
        let book = Book::about(customers.shop(), order).await?;
        ensure!(book.kept() == owed, "{owed} are owed, and the book has {book:?}");
        ensure!(book.captures <= 1, "the book has {book:?}");
        let kept = book.authorizations == book.captures + book.voids;
        ensure!(kept, "a promise was neither kept nor given up: {book:?}");
        Ok(book)
    })
    .await?;
    Ok(book)
}

/// Waits until that is so, and the provider has promised and taken the money just once.
pub async fn money_is_taken_once<S: Shop>(customers: &Customers<S>, order: &str) -> Result<()> {
    let Book { authorizations, captures, .. } = money_adds_up(customers, order).await?;
    same("promised and taken", &(authorizations, captures), &(1, 1))
}

/// Waits until that is so, and nothing was ever taken.
pub async fn money_is_never_taken<S: Shop>(customers: &Customers<S>, order: &str) -> Result<()> {
    same("captures", &money_adds_up(customers, order).await?.captures, &0)
}

/// Waits until that is so, and all that was taken has been given back.
pub async fn money_is_given_back<S: Shop>(customers: &Customers<S>, order: &str) -> Result<()> {
    let book = money_adds_up(customers, order).await?;
    ensure!(book.captured > 0 && book.refunded == book.captured, "the book has {book:?}");
    customers.shop().tell(format_args!("{} were taken and given back", book.captured));
    Ok(())
}
