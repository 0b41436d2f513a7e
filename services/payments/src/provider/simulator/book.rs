use super::{Manner, PAGE, Request, storage};
use contracts::{
    ids::{MessageId, OrderId, PaymentId},
    money::{Money, MoneyError},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::Repository;

/// What the simulator has done, or not, under one key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    /// The key it was asked with.
    pub key: String,
    /// What it was asked for.
    pub operation: Kind,
    /// The payment.
    pub payment_id: PaymentId,
    /// What that is for.
    pub order_id: OrderId,
    /// How much.
    pub amount: Money,
    /// The transaction that it builds on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub builds_on: Option<String>,
    /// How often it was asked.
    pub calls: u32,
    /// What came of it; none as long as nothing has reached it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
    /// When that came of it.
    pub at: Timestamp,
}

/// What a provider is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Money promised.
    Authorize,
    /// Money taken.
    Capture,
    /// A promise given up.
    Void,
    /// Money given back.
    Refund,
}

/// What came of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase", rename_all_fields = "camelCase")]
pub enum Outcome {
    /// It was done.
    Done {
        /// What it is called.
        transaction_id: String,
    },
    /// It was declined.
    Declined {
        /// Why.
        reason: String,
    },
}

impl Entry {
    pub(super) fn of(kind: Kind, request: &Request, now: Timestamp) -> Self {
        Self {
            key: request.key.clone(),
            operation: kind,
            payment_id: request.payment_id,
            order_id: request.order_id,
            amount: request.amount,
            builds_on: request.transaction_id.clone(),
            calls: 0,
            outcome: None,
            at: now,
        }
    }

    /// Notes that it was asked, and what comes of it; what has come of it stays.
    pub(super) fn ask(&mut self, manner: Manner, now: Timestamp) {
        self.calls = self.calls.saturating_add(1);
        if self.outcome.is_none() {
            // Like everything that follows from a key, so that nobody can tell a repetition.
            let transaction = format!("tx_{}", MessageId::derived(&self.key));
            self.outcome = manner.outcome(self.operation, self.calls, transaction);
            self.at = now;
        }
    }

    /// Whether it was done.
    #[must_use]
    pub fn is_done(&self) -> bool {
        matches!(self.outcome, Some(Outcome::Done { .. }))
    }
}

/// What was taken less what was given back; none if nothing was ever taken.
pub fn balance<'a>(
    entries: impl IntoIterator<Item = &'a Entry>,
) -> Result<Option<Money>, MoneyError> {
    entries.into_iter().filter(|it| it.is_done()).try_fold(None, |sum: Option<Money>, it| {
        let sum_or_nothing = sum.unwrap_or_else(|| it.amount.nothing());
        match it.operation {
            Kind::Capture => sum_or_nothing.plus(it.amount).map(Some),
            Kind::Refund => sum_or_nothing.minus(it.amount).map(Some),
            Kind::Authorize | Kind::Void => Ok(sum),
        }
    })
}

/// All entries of the book that something came of, for one order or all.
pub(super) async fn all(
    book: &Repository<Entry>,
    order: Option<OrderId>,
) -> Result<Vec<Entry>, store::Error> {
    let (query, mut all, mut after) = (storage::entries(order), Vec::new(), None);
    loop {
        let page = book.page(&query.clone().after_cursor(after), PAGE).await?;
        all.extend(page.items.into_iter().filter(|it| it.outcome.is_some()));
        after = page.next;
        if after.is_none() {
            return Ok(all);
        }
    }
}
