//! What an order is and how it changes. Synchronous; knows no database and no broker.

use contracts::{
    ids::{MessageId, OrderId},
    inventory::Shortage,
    message::Events,
    money::{Money, MoneyError},
    orders::{
        CustomerNotified, Notification, OrderCancelled, OrderConfirmed, OrderItem, OrderStatus,
        OrderSummary, StockWanted,
    },
    text::EmailAddress,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// The longest pause between two questions of an order that nobody answers.
const LONGEST_NUDGE: Duration = Duration::from_mins(1);

/// An order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Order {
    /// Names it.
    pub id: OrderId,
    /// Who is told about it.
    pub email: EmailAddress,
    /// Its lines, with the names and prices of the day.
    pub items: Vec<OrderItem>,
    /// What they cost together.
    pub total: Money,
    /// Where it stands.
    pub status: OrderStatus,
    /// Why it was cancelled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// When it was placed.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Under which key of its client it was placed, so that it is placed once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<IdempotencyKey>,
    /// What it waits for; nothing once it has its answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiting: Option<Waiting>,
}

/// An order without an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Waiting {
    /// When it asks again, in milliseconds.
    pub nudge_at: i64,
    /// How often it has asked again.
    nudges: u32,
    /// How long it waited first.
    first: Duration,
    /// When it is cancelled.
    deadline: Timestamp,
}

/// What a client calls one attempt to place an order, however often it sends it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct IdempotencyKey {
    /// Whose key it is.
    pub principal: String,
    /// What was asked for with it.
    pub route: String,
    /// The key.
    pub key: String,
    /// What was sent, so that the same key with something else is noticed: SHA-256 in hexadecimal.
    pub fingerprint: String,
}

/// How patient orders are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timing {
    /// How long one waits for an answer before it asks again.
    pub nudge: Duration,
    /// How long one waits before it is cancelled.
    pub deadline: Duration,
}

impl Order {
    /// Places an order. `items` must not be empty.
    pub fn place(
        email: EmailAddress,
        items: Vec<OrderItem>,
        total: Money,
        key: Option<IdempotencyKey>,
        now: Timestamp,
        timing: Timing,
    ) -> (Self, Events) {
        let waiting = Waiting {
            nudge_at: later(now, timing.nudge).as_millisecond(),
            nudges: 0,
            first: timing.nudge,
            deadline: later(now, timing.deadline),
        };
        let order = Self {
            id: OrderId::fresh(),
            email,
            items,
            total,
            status: OrderStatus::Pending,
            reason: None,
            created_at: now,
            updated_at: now,
            key,
            waiting: Some(waiting),
        };
        let events = order.notify(order.want_stock(now), Notification::Received, now);
        (order, events)
    }

    /// All lines are reserved: the order will be carried out. When that is said again, somebody has
    /// missed how the order ended, and is told again.
    pub fn stock_reserved(&mut self, now: Timestamp) -> Events {
        match self.status {
            OrderStatus::Pending => {
                self.become_final(OrderStatus::Processing, None, now);
                self.notify(self.outcome(now), Notification::Confirmed, now)
            }
            OrderStatus::Processing
            | OrderStatus::Shipped
            | OrderStatus::Delivered
            | OrderStatus::Cancelled => self.outcome(now),
        }
    }

    /// Stock is short: the order is cancelled.
    pub fn stock_rejected(&mut self, shortages: &[Shortage], now: Timestamp) -> Events {
        let short: Vec<_> = shortages.iter().map(|it| self.describe(it)).collect();
        self.cancel(format!("Out of stock: {}", short.join("; ")), now)
    }

    /// Nobody has answered yet: asks again, or gives up when the deadline has passed.
    pub fn nudge(&mut self, now: Timestamp) -> Events {
        let Some(waiting) = &mut self.waiting else { return Events::none() };
        if waiting.nudge_at > now.as_millisecond() {
            return Events::none();
        }
        if waiting.deadline <= now {
            return self.cancel("The shop could not reserve the stock in time".to_owned(), now);
        }
        waiting.nudges = waiting.nudges.saturating_add(1);
        let pause = waiting.first.saturating_mul(1 << waiting.nudges.min(16)).min(LONGEST_NUDGE);
        waiting.nudge_at = later(now, pause).as_millisecond();
        self.want_stock(now)
    }

    /// As other services are told of it.
    pub fn summary(&self) -> OrderSummary {
        // An order has at least one line: `place` asks for it.
        let first = &self.items[0];
        OrderSummary {
            order_id: self.id,
            email: self.email.clone(),
            item_name: first.name.clone(),
            item_category: first.category.clone(),
            status: self.status,
            items: self.items.clone(),
            total: self.total,
        }
    }

    fn cancel(&mut self, reason: String, now: Timestamp) -> Events {
        if self.status != OrderStatus::Pending {
            return Events::none();
        }
        self.become_final(OrderStatus::Cancelled, Some(reason), now);
        self.notify(self.outcome(now), Notification::Refused, now)
    }

    fn become_final(&mut self, status: OrderStatus, reason: Option<String>, now: Timestamp) {
        self.status = status;
        self.reason = reason;
        self.waiting = None;
        self.updated_at = now;
    }

    fn want_stock(&self, now: Timestamp) -> Events {
        let message = "Order placed".to_owned();
        Events::none().and(now, &StockWanted { message, order: self.summary() })
    }

    /// What whoever holds stock for the order must know.
    fn outcome(&self, now: Timestamp) -> Events {
        let order_id = self.id;
        match self.status {
            OrderStatus::Pending => Events::none(),
            OrderStatus::Processing | OrderStatus::Shipped | OrderStatus::Delivered => {
                Events::none().and(now, &OrderConfirmed { order_id })
            }
            OrderStatus::Cancelled => {
                let reason = self.reason.clone().unwrap_or_default();
                Events::none().and(now, &OrderCancelled { order_id, reason })
            }
        }
    }

    /// Tells the customer, under an id that makes a repetition the same message.
    fn notify(&self, events: Events, notification: Notification, now: Timestamp) -> Events {
        let (name, message) = match notification {
            Notification::Received => ("received", "Order received"),
            Notification::Confirmed => ("confirmed", "Order confirmed"),
            Notification::Refused => ("refused", "Order refused"),
        };
        let notified = CustomerNotified {
            message: message.to_owned(),
            notification,
            reason: self.reason.clone(),
            order: self.summary(),
        };
        events.and_as(MessageId::derived(&format!("{}/{name}", self.id)), now, &notified)
    }

    fn describe(&self, shortage: &Shortage) -> String {
        let line = self.items.iter().find(|it| it.product_id == shortage.product_id);
        let name = line.map_or_else(|| shortage.product_id.to_string(), |it| it.name.to_string());
        format!("{name} ({} wanted, {} left)", shortage.requested, shortage.available)
    }
}

/// What lines cost together.
pub fn total(items: &[OrderItem]) -> Result<Money, MoneyError> {
    let mut costs = items.iter().map(|it| it.price.times(it.quantity));
    let first = costs.next().unwrap_or(Err(MoneyError::Overflow))?;
    costs.try_fold(first, |sum, cost| sum.plus(cost?))
}

fn later(now: Timestamp, by: Duration) -> Timestamp {
    now.saturating_add(by).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests;
