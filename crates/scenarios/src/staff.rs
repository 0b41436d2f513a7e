//! Those who run a shop.

use crate::{Customers, Shop, wait_for};
use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use std::time::Duration;

/// How long it may take until a payment is known, and a shipment taken on by the carrier.
const PATIENCE: Duration = Duration::from_mins(1);

/// A way into a shop for those who run it.
#[derive(Clone, Debug)]
pub struct Staff<S>(Customers<S>);

impl<S: Shop> Staff<S> {
    /// Staff of the shop where these customers are.
    pub fn beside(customers: &Customers<S>) -> Self {
        Self(customers.staff())
    }

    /// Waits until the shipment of an order has a status; gives the shipment.
    pub async fn shipment(&self, order: &str, status: &str) -> Result<Value> {
        let what = format!("the shipment of order {order} being {status}");
        let (shipment, _) = wait_for(&what, PATIENCE, async || {
            let shipment = self.0.get(&format!("/api/shipping/order/{order}")).await?;
            ensure!(shipment["status"] == status, "{shipment}");
            Ok(shipment)
        })
        .await?;
        Ok(shipment)
    }

    /// Says that the carrier has the parcel of an order.
    pub async fn ship(&self, order: &str) -> Result<()> {
        self.move_on(order, ("processing", "ship"), &json!({})).await
    }

    /// Says that it has arrived.
    pub async fn deliver(&self, order: &str) -> Result<()> {
        self.move_on(order, ("shipped", "deliver"), &json!({"location": "at the door"})).await
    }

    /// Says that it came back.
    pub async fn take_back(&self, order: &str, reason: &str) -> Result<()> {
        self.move_on(order, ("delivered", "return"), &json!({"reason": reason})).await
    }

    async fn move_on(&self, order: &str, (from, step): (&str, &str), body: &Value) -> Result<()> {
        let shipment = self.shipment(order, from).await?;
        self.step(&shipment, step, body).await
    }

    /// Says that the carrier has this parcel, wherever it stands.
    pub async fn hand_over(&self, shipment: &Value) -> Result<()> {
        self.step(shipment, "ship", &json!({})).await
    }

    async fn step(&self, shipment: &Value, step: &str, body: &Value) -> Result<()> {
        let id = shipment["shipmentId"].as_str().context("a shipment has an id")?;
        self.0.put(&format!("/api/shipping/{id}/{step}"), body).await.map(drop)
    }

    /// The payment of an order, as soon as it is known.
    pub async fn payment(&self, order: &str) -> Result<Value> {
        let path = format!("/api/payments/order/{order}");
        let (payment, _) =
            wait_for(&format!("the payment of order {order}"), PATIENCE, async || {
                let payment = self.0.get(&path).await?;
                ensure!(payment["amount"].is_object(), "{payment}");
                Ok(payment)
            })
            .await?;
        Ok(payment)
    }

    /// Says that the transfer for an order has arrived.
    pub async fn transfer_arrived(&self, order: &str) -> Result<()> {
        let received = json!({"transactionId": format!("bank-{order}")});
        self.does_with_payment(order, "process", &received).await
    }

    /// Gives some of what was paid for an order back, in minor units.
    pub async fn refund(&self, order: &str, amount: i64, reason: &str) -> Result<()> {
        let amount = json!({"amountMinor": amount, "currency": "USD"});
        let refund = json!({"amount": amount, "reason": reason});
        self.does_with_payment(order, "refund", &refund).await
    }

    async fn does_with_payment(&self, order: &str, what: &str, body: &Value) -> Result<()> {
        let payment = self.payment(order).await?;
        let id = payment["paymentId"].as_str().context("a payment has an id")?;
        let answer = self.0.post(&format!("/api/payments/{id}/{what}"), body).await?;
        ensure!(answer.status.is_success(), "{what}: {} {}", answer.status, answer.body);
        Ok(())
    }

    /// How the stock of a product has moved: all movements there are.
    pub async fn movements(&self, product: &str) -> Result<Vec<Value>> {
        let first = format!("/api/inventory/product/{product}/movements?limit=100");
        let (mut all, mut path) = (Vec::new(), first.clone());
        loop {
            let page = self.0.get(&path).await?;
            all.extend(page["data"].as_array().context("movements are a list")?.iter().cloned());
            match page["page"]["nextCursor"].as_str() {
                Some(cursor) => path = format!("{first}&cursor={cursor}"),
                None => return Ok(all),
            }
        }
    }
}
