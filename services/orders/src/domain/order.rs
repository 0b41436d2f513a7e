use super::{Legs, Timing, Waiting};
use contracts::{
    address::Address,
    ids::{CustomerId, MessageId, OrderId},
    message::Events,
    money::{LARGEST_EXACT, Money, MoneyError},
    orders::{CustomerNotified, Notification, OrderItem, OrderStatus, OrderSummary},
    payments::PaymentMethod,
    shipping::{ShippingMethod, Tracking},
    text::{EmailAddress, Name},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// An order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Order {
    /// Names it.
    pub id: OrderId,
    /// Counts its changes, from 1.
    #[serde(default)]
    pub revision: u64,
    /// Whose it is, if they have an account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_id: Option<CustomerId>,
    /// Who is told about it.
    pub email: EmailAddress,
    /// Its lines, with the names and prices of the day; at least one.
    pub items: Vec<OrderItem>,
    /// What they cost together.
    pub total: Money,
    /// How it is paid for.
    pub payment_method: PaymentMethod,
    /// What the provider gave the customer's browser instead of a card's number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_token: Option<Name>,
    /// How fast it goes.
    pub shipping_method: ShippingMethod,
    /// Where it goes; without one it is collected at the shop.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shipping_address: Option<Address>,
    /// Where it stands.
    pub status: OrderStatus,
    /// Why it was cancelled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Where it stood, and since when.
    pub history: Vec<Step>,
    /// How its parcel is followed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tracking: Option<Tracking>,
    /// How much was given back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refunded: Option<Money>,
    /// When it was placed.
    pub created_at: Timestamp,
    /// The same in milliseconds, for lists in this order.
    pub placed_at: i64,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Under which key of its client it was placed, so that it is placed once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<IdempotencyKey>,
    /// How far its process has come.
    pub legs: Legs,
    /// How patient it is.
    pub timing: Timing,
    /// When it asks again; nothing once it wants nothing of anybody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiting: Option<Waiting>,
}

/// A step of an order's way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Step {
    /// Where it stood from then on.
    pub status: OrderStatus,
    /// Since when.
    pub at: Timestamp,
    /// Why, when it was cancelled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
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

/// An order that is about to be placed. `items` must not be empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// What it will be called: a fresh id, or one derived from the cart that it empties.
    pub id: OrderId,
    /// Whose it is, if they have an account.
    pub customer_id: Option<CustomerId>,
    /// Who is told about it.
    pub email: EmailAddress,
    /// Its lines, with the names and prices of the day.
    pub items: Vec<OrderItem>,
    /// How it is paid for.
    pub payment_method: PaymentMethod,
    /// What the provider gave instead of a card's number.
    pub payment_token: Option<Name>,
    /// How fast it goes.
    pub shipping_method: ShippingMethod,
    /// Where it goes.
    pub shipping_address: Option<Address>,
    /// Under which key of its client it is placed.
    pub key: Option<IdempotencyKey>,
}

impl Draft {
    /// Whether this is what was placed, by the same customer and in the same way. Prices may have
    /// changed since.
    pub fn is(&self, order: &Order) -> bool {
        let lines = |items: &[OrderItem]| -> Vec<_> {
            items.iter().map(|it| (it.product_id, it.quantity)).collect()
        };
        let ours = (&self.customer_id, &self.email, self.payment_method, &self.shipping_address);
        let theirs =
            (&order.customer_id, &order.email, order.payment_method, &order.shipping_address);
        self.id == order.id
            && self.key == order.key
            && ours == theirs
            && self.shipping_method == order.shipping_method
            && lines(&self.items) == lines(&order.items)
    }
}

impl Order {
    /// Places an order: it asks for its stock and its money, and its customer is told.
    ///
    /// # Errors
    /// When its lines have no sum: different currencies, or too much.
    pub fn place(
        draft: Draft,
        now: Timestamp,
        timing: Timing,
    ) -> Result<(Self, Events), MoneyError> {
        let mut order = Self {
            id: draft.id,
            revision: 1,
            customer_id: draft.customer_id,
            email: draft.email,
            total: total(&draft.items)?,
            items: draft.items,
            payment_method: draft.payment_method,
            payment_token: draft.payment_token,
            shipping_method: draft.shipping_method,
            shipping_address: draft.shipping_address,
            status: OrderStatus::Pending,
            reason: None,
            history: vec![Step { status: OrderStatus::Pending, at: now, reason: None }],
            tracking: None,
            refunded: None,
            created_at: now,
            placed_at: now.as_millisecond(),
            updated_at: now,
            key: draft.key,
            legs: Legs::default(),
            timing,
            waiting: None,
        };
        let told = order.notify(Events::none(), Notification::Received, now);
        let events = order.press_on(&[], told, now);
        Ok((order, events))
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
            payment_method: Some(self.payment_method),
        }
    }

    /// As it was when it was placed, for an answer that is the same however often it is asked for.
    #[must_use]
    pub fn when_placed(self) -> Self {
        Self {
            revision: 1,
            status: OrderStatus::Pending,
            reason: None,
            history: self.history.into_iter().take(1).collect(),
            tracking: None,
            refunded: None,
            updated_at: self.created_at,
            legs: Legs::default(),
            ..self
        }
    }

    /// It stands elsewhere from now on.
    pub(super) fn becomes(&mut self, status: OrderStatus, reason: Option<String>, now: Timestamp) {
        self.status = status;
        self.reason.clone_from(&reason);
        self.history.push(Step { status, at: now, reason });
    }

    /// Tells the customer, under an id that makes a repetition the same message.
    pub(super) fn notify(
        &self,
        events: Events,
        notification: Notification,
        now: Timestamp,
    ) -> Events {
        let (name, message) = words(notification);
        let notified = self.notification(notification, message);
        events.and_as(MessageId::derived(&format!("{}/{name}", self.id)), now, &notified)
    }

    /// Tells the customer of one refund of possibly several.
    pub(super) fn notify_of_refund(
        &self,
        refund: String,
        amount: Money,
        reason: &str,
        now: Timestamp,
    ) -> Events {
        let (name, message) = words(Notification::Refunded);
        let id = MessageId::derived(&format!("{}/{name}/{refund}", self.id));
        let notified = CustomerNotified {
            reason: Some(reason.to_owned()),
            refund: Some(amount),
            about: Some(refund),
            ..self.notification(Notification::Refunded, message)
        };
        Events::none().and_as(id, now, &notified)
    }

    fn notification(&self, notification: Notification, message: &str) -> CustomerNotified {
        CustomerNotified {
            message: message.to_owned(),
            notification,
            reason: self.reason.clone(),
            tracking: self.tracking.clone(),
            refund: None,
            about: None,
            order: self.summary(),
        }
    }
}

/// What a notification is called in ids, and what it says to people.
const fn words(notification: Notification) -> (&'static str, &'static str) {
    match notification {
        Notification::Received => ("received", "Order received"),
        Notification::Confirmed => ("confirmed", "Order confirmed"),
        Notification::Refused => ("refused", "Order refused"),
        Notification::PaymentFailed => ("payment-failed", "Payment failed"),
        Notification::Shipped => ("shipped", "Order shipped"),
        Notification::Delivered => ("delivered", "Order delivered"),
        Notification::Cancelled => ("cancelled", "Order cancelled"),
        Notification::Refunded => ("refunded", "Money given back"),
    }
}

/// What lines cost together; no more than every client reads exactly.
pub fn total(items: &[OrderItem]) -> Result<Money, MoneyError> {
    let mut costs = items.iter().map(|it| it.price.times(it.quantity));
    let first = costs.next().unwrap_or(Err(MoneyError::Overflow))?;
    let sum = costs.try_fold(first, |sum, cost| sum.plus(cost?))?;
    if sum.amount_minor <= LARGEST_EXACT { Ok(sum) } else { Err(MoneyError::Overflow) }
}
