//! Those who run the shop: over HTTP at the gateway, which does not ask yet who they are.

use crate::{cluster::wait_for, customers::Customers};
use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use std::time::Duration;

/// How long a shipment may take to be known and taken on by the carrier.
const PATIENCE: Duration = Duration::from_mins(1);

/// A way into a shop for those who run it.
#[derive(Clone, Debug)]
pub struct Staff(Customers);

impl Staff {
    /// Staff who go in where the customers do.
    pub fn beside(customers: &Customers) -> Self {
        Self(customers.clone())
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

    /// The payment of an order.
    pub async fn payment(&self, order: &str) -> Result<Value> {
        self.0.get(&format!("/api/payments/order/{order}")).await
    }

    /// Says that the transfer for an order has arrived.
    pub async fn transfer_arrived(&self, order: &str) -> Result<()> {
        let payment = self.payment(order).await?;
        let id = payment["paymentId"].as_str().context("a payment has an id")?;
        let received = json!({"transactionId": format!("bank-{order}")});
        let answer = self.0.post(&format!("/api/payments/{id}/process"), &received).await?;
        ensure!(answer.status.is_success(), "{} {}", answer.status, answer.body);
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
