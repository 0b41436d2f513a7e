use super::Order;
use contracts::{
    ids::RefundId,
    inventory::Shortage,
    message::Events,
    money::Money,
    orders::{Notification, OrderCancelled, OrderConfirmed, OrderStatus},
    payments::{PaymentMethod, PaymentStatus},
    shipping::{ShipmentStatus, Tracking},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// How far the three legs of an order have come, as far as it has heard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Legs {
    /// The stock.
    pub stock: StockLeg,
    /// The money.
    pub payment: PaymentStatus,
    /// The parcel; nothing before it may be shipped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shipment: Option<ShipmentStatus>,
    /// Why the order is to be called off, while shipping has yet to say whether it still can be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call_off: Option<String>,
}

impl Default for Legs {
    fn default() -> Self {
        Self {
            stock: StockLeg::Wanted,
            payment: PaymentStatus::Pending,
            shipment: None,
            call_off: None,
        }
    }
}

/// How far the stock of an order has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StockLeg {
    /// It is asked for.
    Wanted,
    /// It is set aside, or sold.
    Held,
    /// There is not enough; nothing is set aside.
    Short,
    /// It is free again, or back in stock.
    Released,
}

/// What an order hears of its legs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact {
    /// All lines are set aside.
    StockReserved,
    /// There is not enough.
    StockShort(Vec<Shortage>),
    /// Nothing is held for it any more.
    StockReleased,
    /// The money is promised.
    PaymentAuthorized,
    /// The money is taken.
    PaymentCaptured,
    /// There will be no money, for this reason.
    PaymentFailed(String),
    /// The promise was given up.
    PaymentVoided,
    /// Money was given back.
    PaymentRefunded {
        /// Which refund it was.
        refund: RefundId,
        /// How much this time.
        amount: Money,
        /// How much so far.
        refunded: Money,
        /// Whether that is all that was taken.
        is_full: bool,
        /// Why.
        reason: String,
    },
    /// The parcel has come a step further.
    Shipment {
        /// Where it stands.
        status: ShipmentStatus,
        /// How it is followed.
        tracking: Option<Tracking>,
        /// Why, when it was called off or came back.
        reason: Option<String>,
    },
}

/// Why an order cannot be cancelled any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the order is {} and cannot be cancelled any more: send the parcel back instead", .0.word())]
pub struct Refused(pub OrderStatus);

impl Order {
    /// Hears of a leg. What was heard before, or is older than what is known, changes nothing.
    pub fn hear(&mut self, fact: Fact, now: Timestamp) -> Events {
        self.step(now, |order| match fact {
            Fact::StockReserved => order.stock_reserved(now),
            Fact::StockShort(shortages) => order.stock_short(&shortages, now),
            Fact::StockReleased => order.stock_released(),
            Fact::PaymentAuthorized => order.payment_secured(PaymentStatus::Authorized, now),
            Fact::PaymentCaptured => order.payment_secured(PaymentStatus::Completed, now),
            Fact::PaymentFailed(reason) => {
                order.payment_lost(PaymentStatus::Failed, format!("Payment failed: {reason}"), now)
            }
            Fact::PaymentVoided => order.payment_lost(
                PaymentStatus::Voided,
                "Payment failed: it was given up".to_owned(),
                now,
            ),
            Fact::PaymentRefunded { refund, amount, refunded, is_full, reason } => {
                order.note_refunded(refunded);
                let told = order.notify_of_refund(refund.to_string(), amount, &reason, now);
                if is_full { order.all_given_back(told, reason, now) } else { told }
            }
            Fact::Shipment { status, tracking, reason } => {
                order.shipment_becomes(status, tracking, reason, now)
            }
        })
    }

    /// Hears of money. What is not just what the order costs does not pay for it: the order is stopped, and
    /// so that money is no longer wanted.
    pub fn hear_of_money(&mut self, amount: Money, fact: Fact, now: Timestamp) -> Events {
        if amount == self.total {
            return self.hear(fact, now);
        }
        let reason = format!("Payment failed: it was {amount} instead of {}", self.total);
        self.step(now, |it| it.stop(Events::none(), Notification::PaymentFailed, reason, now))
    }

    /// The customer, or staff, wants the order called off. Nothing happens to one that is cancelled
    /// already; while a parcel is being made ready, shipping has the last word.
    pub fn call_off(&mut self, reason: String, now: Timestamp) -> Result<Events, Refused> {
        match self.status {
            OrderStatus::Pending | OrderStatus::Processing => Ok(self.step(now, |order| {
                order.stop(Events::none(), Notification::Cancelled, reason, now)
            })),
            OrderStatus::Cancelled => Ok(Events::none()),
            status @ (OrderStatus::Shipped | OrderStatus::Delivered) => Err(Refused(status)),
        }
    }

    /// The deadline has passed.
    pub(super) fn give_up(&mut self, now: Timestamp) -> Events {
        let (notification, what) = if self.legs.stock == StockLeg::Wanted {
            (Notification::Refused, "the stock could not be reserved in time")
        } else {
            (Notification::PaymentFailed, "the payment did not come in time")
        };
        let reason = format!("Not carried out: {what}");
        self.step(now, |order| order.cancel(Events::none(), notification, reason, now))
    }

    /// Changes the order and lets it say what it wants since.
    fn step(&mut self, now: Timestamp, change: impl FnOnce(&mut Self) -> Events) -> Events {
        let (wishes, before) = (self.wishes(), self.shown());
        let told = change(self);
        if self.shown() != before {
            self.updated_at = now;
        }
        self.press_on(&wishes, told, now)
    }

    /// What whoever looks at the order can see change.
    fn shown(&self) -> (OrderStatus, Legs, Option<Tracking>, Option<Money>) {
        (self.status, self.legs.clone(), self.tracking.clone(), self.refunded)
    }

    /// Refunds only grow; an older sum that comes late changes nothing.
    fn note_refunded(&mut self, refunded: Money) {
        let known = self.refunded.map_or(0, |it| it.amount_minor);
        if refunded.amount_minor > known {
            self.refunded = Some(refunded);
        }
    }

    /// When that is said again, somebody has missed how the order went on, and is told again.
    fn stock_reserved(&mut self, now: Timestamp) -> Events {
        let order_id = self.id;
        match (self.status, self.legs.stock) {
            (OrderStatus::Pending, StockLeg::Wanted) => {
                self.legs.stock = StockLeg::Held;
                self.join(now)
            }
            (OrderStatus::Pending, _) => Events::none(),
            (OrderStatus::Cancelled, _) => {
                let reason = self.reason.clone().unwrap_or_default();
                Events::none().and(now, &OrderCancelled { order_id, reason })
            }
            (OrderStatus::Processing | OrderStatus::Shipped | OrderStatus::Delivered, _) => {
                Events::none().and(now, &OrderConfirmed { order_id })
            }
        }
    }

    fn stock_short(&mut self, shortages: &[Shortage], now: Timestamp) -> Events {
        if self.legs.stock != StockLeg::Wanted {
            return Events::none();
        }
        self.legs.stock = StockLeg::Short;
        if self.status != OrderStatus::Pending {
            return Events::none();
        }
        let short: Vec<_> = shortages.iter().map(|it| self.describe(it)).collect();
        let reason = format!("Out of stock: {}", short.join("; "));
        self.cancel(Events::none(), Notification::Refused, reason, now)
    }

    /// Only a cancelled order has said that it needs none.
    fn stock_released(&mut self) -> Events {
        if self.status == OrderStatus::Cancelled {
            self.legs.stock = StockLeg::Released;
        }
        Events::none()
    }

    fn payment_secured(&mut self, status: PaymentStatus, now: Timestamp) -> Events {
        if rank(status) <= rank(self.legs.payment) {
            return Events::none();
        }
        self.legs.payment = status;
        let joined = self.join(now);
        self.make_ready_to_ship();
        joined
    }

    fn payment_lost(&mut self, status: PaymentStatus, reason: String, now: Timestamp) -> Events {
        if rank(status) <= rank(self.legs.payment) {
            return Events::none();
        }
        self.legs.payment = status;
        self.stop(Events::none(), Notification::PaymentFailed, reason, now)
    }

    fn all_given_back(&mut self, told: Events, reason: String, now: Timestamp) -> Events {
        self.legs.payment = PaymentStatus::Refunded;
        self.stop(told, Notification::Cancelled, reason, now)
    }

    /// Both the stock and the money are there: the order will be carried out.
    fn join(&mut self, now: Timestamp) -> Events {
        let ready = self.legs.stock == StockLeg::Held && self.is_secured();
        if self.status != OrderStatus::Pending || !ready {
            return Events::none();
        }
        self.becomes(OrderStatus::Processing, None, now);
        self.make_ready_to_ship();
        let confirmed = Events::none().and(now, &OrderConfirmed { order_id: self.id });
        self.notify(confirmed, Notification::Confirmed, now)
    }

    /// Whether the money is sure enough to set goods aside for good.
    pub(super) fn is_secured(&self) -> bool {
        match self.legs.payment {
            PaymentStatus::Completed => true,
            PaymentStatus::Authorized => self.payment_method != PaymentMethod::BankTransfer,
            PaymentStatus::Pending
            | PaymentStatus::Failed
            | PaymentStatus::Refunded
            | PaymentStatus::Voided => false,
        }
    }

    /// A parcel may leave once it is paid for, or will be at the door.
    fn make_ready_to_ship(&mut self) {
        let is_paid = self.legs.payment == PaymentStatus::Completed
            || self.payment_method == PaymentMethod::CashOnDelivery;
        if self.status == OrderStatus::Processing && is_paid && self.legs.shipment.is_none() {
            self.legs.shipment = Some(ShipmentStatus::Pending);
        }
    }

    fn shipment_becomes(
        &mut self,
        status: ShipmentStatus,
        tracking: Option<Tracking>,
        reason: Option<String>,
        now: Timestamp,
    ) -> Events {
        let is_news = self.legs.shipment.is_some_and(|known| status > known);
        // What has left cannot be kept here any more.
        let is_late = status == ShipmentStatus::Cancelled && self.status != OrderStatus::Processing;
        if !is_news || is_late || self.status == OrderStatus::Cancelled {
            return Events::none();
        }
        self.legs.shipment = Some(status);
        self.tracking = tracking.or_else(|| self.tracking.take());
        match status {
            ShipmentStatus::Pending | ShipmentStatus::Processing => Events::none(),
            ShipmentStatus::Shipped => self.shipped(now),
            ShipmentStatus::Delivered => self.delivered(now),
            ShipmentStatus::Cancelled => {
                let reason = self.legs.call_off.take().or(reason);
                let reason = reason.unwrap_or_else(|| "The shipment was cancelled".to_owned());
                self.cancel(Events::none(), Notification::Cancelled, reason, now)
            }
            ShipmentStatus::Returned => {
                let reason = reason.map_or_else(String::new, |it| format!(": {it}"));
                let reason = format!("The parcel came back{reason}");
                self.cancel(Events::none(), Notification::Cancelled, reason, now)
            }
        }
    }

    /// It is too late to call it off.
    fn shipped(&mut self, now: Timestamp) -> Events {
        self.legs.call_off = None;
        self.becomes(OrderStatus::Shipped, None, now);
        self.notify(Events::none(), Notification::Shipped, now)
    }

    /// The step before may have been missed, and is part of the way all the same.
    fn delivered(&mut self, now: Timestamp) -> Events {
        let told = match self.status {
            OrderStatus::Processing => self.shipped(now),
            OrderStatus::Pending
            | OrderStatus::Shipped
            | OrderStatus::Delivered
            | OrderStatus::Cancelled => Events::none(),
        };
        self.becomes(OrderStatus::Delivered, None, now);
        self.notify(told, Notification::Delivered, now)
    }

    /// Cancels at once where no parcel is being made ready, else asks shipping to keep it here. What is
    /// on its way, or over, is left as it is.
    fn stop(
        &mut self,
        told: Events,
        notification: Notification,
        reason: String,
        now: Timestamp,
    ) -> Events {
        match (self.status, self.legs.shipment) {
            (OrderStatus::Pending, _) | (OrderStatus::Processing, None) => {
                self.cancel(told, notification, reason, now)
            }
            (OrderStatus::Processing, Some(_)) => {
                self.legs.call_off.get_or_insert(reason);
                told
            }
            (OrderStatus::Shipped | OrderStatus::Delivered | OrderStatus::Cancelled, _) => told,
        }
    }

    fn cancel(
        &mut self,
        told: Events,
        notification: Notification,
        reason: String,
        now: Timestamp,
    ) -> Events {
        self.legs.call_off = None;
        self.becomes(OrderStatus::Cancelled, Some(reason), now);
        self.notify(told, notification, now)
    }

    fn describe(&self, shortage: &Shortage) -> String {
        let line = self.items.iter().find(|it| it.product_id == shortage.product_id);
        let name = line.map_or_else(|| shortage.product_id.to_string(), |it| it.name.to_string());
        format!("{name} ({} wanted, {} left)", shortage.requested, shortage.available)
    }
}

/// How far a payment has come, so that what is older than what is known is told apart.
const fn rank(status: PaymentStatus) -> u8 {
    match status {
        PaymentStatus::Pending => 0,
        PaymentStatus::Authorized => 1,
        PaymentStatus::Completed => 2,
        PaymentStatus::Failed | PaymentStatus::Refunded | PaymentStatus::Voided => 3,
    }
}
