//! What customers are told, in words.

use contracts::{
    orders::{CustomerNotified, Notification, OrderSummary},
    payments::PaymentMethod,
    shipping::{COLLECTION, Tracking},
};

/// What is said to a customer, around the lines of the order.
pub(super) struct Words {
    /// What it is about, for the subject.
    pub(super) heading: &'static str,
    /// What comes before the lines.
    pub(super) opening: String,
    /// What comes after them.
    pub(super) closing: Vec<String>,
}

impl Words {
    pub(super) fn of(told: &CustomerNotified) -> Self {
        let order = &told.order;
        let id = order.order_id;
        match told.notification {
            Notification::Received => Self::new(
                "Order received",
                format!("Thank you. Your order {id} has reached us."),
                how_to_pay(order),
            ),
            Notification::Confirmed => Self::new(
                "Order confirmed",
                format!("Your order {id} is confirmed: everything in it is set aside for you."),
                vec!["Thank you for buying here.".to_owned()],
            ),
            Notification::Refused => Self::new(
                "Order refused",
                format!("We are sorry: your order {id} cannot be carried out."),
                why(told),
            ),
            Notification::PaymentFailed => Self::new(
                "Payment failed",
                format!("We are sorry: your order {id} was not paid, so it is not carried out."),
                why(told),
            ),
            Notification::Shipped => match told.tracking.as_ref() {
                Some(it) if it.carrier == COLLECTION => Self::new(
                    "Order ready",
                    format!("Your order {id} waits for you at the shop."),
                    vec![format!("Please name this number: {}", it.tracking_number)],
                ),
                tracking => Self::new(
                    "Order shipped",
                    format!("Your order {id} is on its way to you."),
                    tracking.map_or_else(Vec::new, how_to_follow),
                ),
            },
            Notification::Delivered => Self::new(
                "Order delivered",
                format!("Your order {id} has arrived."),
                vec!["Thank you for buying here.".to_owned()],
            ),
            Notification::Cancelled => {
                Self::new("Order cancelled", format!("Your order {id} is cancelled."), why(told))
            }
            Notification::Refunded => Self::new("Money given back", refund(told), why(told)),
        }
    }

    const fn new(heading: &'static str, opening: String, closing: Vec<String>) -> Self {
        Self { heading, opening, closing }
    }
}

fn why(told: &CustomerNotified) -> Vec<String> {
    let reason = told.reason.as_ref().map(|it| it.trim_end_matches('.'));
    reason.map(|it| format!("The reason: {it}.")).into_iter().collect()
}

fn refund(told: &CustomerNotified) -> String {
    let id = told.order.order_id;
    match told.refund {
        Some(amount) => format!("We have given back {amount} for your order {id}."),
        None => format!("We have given back money for your order {id}."),
    }
}

fn how_to_follow(it: &Tracking) -> Vec<String> {
    vec![
        format!("Carrier: {}", it.carrier),
        format!("Tracking number: {}", it.tracking_number),
        format!("Expected on: {}", it.estimated_delivery.strftime("%-d %B %Y")),
    ]
}

fn how_to_pay(order: &OrderSummary) -> Vec<String> {
    let (id, total) = (order.order_id, order.total);
    let later = "We write again as soon as it is confirmed.".to_owned();
    let how = match order.payment_method {
        Some(PaymentMethod::BankTransfer) => {
            format!("Please transfer {total} and give {id} as the reference.")
        }
        Some(PaymentMethod::CashOnDelivery) => format!("You pay {total} when it is handed to you."),
        Some(PaymentMethod::CreditCard | PaymentMethod::Paypal) | None => return vec![later],
    };
    vec![how, later]
}
