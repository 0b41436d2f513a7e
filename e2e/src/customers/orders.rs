//! What customers order, and what becomes of it.

use super::{Answer, Customers};
use crate::cluster::wait_for;
use anyhow::{Context as _, Result, bail, ensure};
use futures::{StreamExt as _, stream};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};
use tokio::time::sleep;
use uuid::Uuid;

/// How long a customer tries to get an order accepted, with the same key each time.
const PERSISTENCE: Duration = Duration::from_mins(2);
/// How many customers ask at once, where a scenario does not say otherwise.
const CROWD: usize = 100;

/// An order before it is placed. Nothing said, it is paid and collected at the counter.
#[derive(Clone, Debug)]
pub struct Wanted(Value);

impl Wanted {
    /// So many of these products, for somebody with this address.
    pub fn of(email: &str, lines: &[(&str, u32)]) -> Self {
        let item =
            |(product, quantity): &(&str, u32)| json!({"productId": product, "quantity": quantity});
        Self(json!({"email": email, "items": lines.iter().map(item).collect::<Vec<_>>()}))
    }

    /// What lies in a cart.
    pub fn cart(email: &str, cart: &str) -> Self {
        Self(json!({"email": email, "cartId": cart}))
    }

    /// Paid by the card that a token stands for, and brought to a door.
    #[must_use]
    pub fn by_card(self, token: &str) -> Self {
        self.with("paymentMethod", json!("credit_card"))
            .with("paymentToken", json!(token))
            .brought()
    }

    /// Paid by a transfer that is awaited.
    #[must_use]
    pub fn by_transfer(self) -> Self {
        self.with("paymentMethod", json!("bank_transfer")).brought()
    }

    /// Brought to a door.
    #[must_use]
    pub fn brought(self) -> Self {
        let address = json!({"street": "Main Street 1", "city": "Springfield", "zipCode": "12345", "country": "US"});
        self.with("shippingMethod", json!("express")).with("shippingAddress", address)
    }

    fn with(mut self, field: &str, value: Value) -> Self {
        self.0[field] = value;
        self
    }

    /// As it is sent.
    pub fn body(&self) -> String {
        self.0.to_string()
    }
}

impl Customers {
    /// Places an order, again under the same key until the shop has answered; gives the order's id.
    pub async fn place(&self, wanted: &Wanted) -> Result<String> {
        let (key, start) = (Uuid::now_v7().to_string(), Instant::now());
        loop {
            let answer = self.send(Method::POST, "/api/orders", Some(&key), wanted.body()).await;
            match answer {
                Ok(it) if it.status == StatusCode::CREATED => {
                    let id = it.body["orderId"].as_str().context("an order has an id")?;
                    return Ok(id.to_owned());
                }
                Ok(it) if it.status.is_client_error() && it.status != StatusCode::CONFLICT => {
                    bail!("refused: {} {}", it.status, it.body)
                }
                tried if start.elapsed() > PERSISTENCE => bail!("not accepted in time: {tried:?}"),
                _ => sleep(Duration::from_millis(200)).await,
            }
        }
    }

    /// Orders one piece; gives the order's id.
    pub async fn order(&self, email: &str, product: &str) -> Result<String> {
        self.place(&Wanted::of(email, &[(product, 1)])).await
    }

    /// Orders `count` times one piece, many at once; gives the ids of the orders that were accepted,
    /// each with the address of its customer.
    pub async fn orders(
        &self,
        who: &str,
        product: &str,
        count: usize,
    ) -> Result<BTreeMap<String, String>> {
        self.crowd(who, count, |email| Wanted::of(email, &[(product, 1)])).await
    }

    /// The same for orders of any kind.
    pub async fn crowd(
        &self,
        who: &str,
        count: usize,
        wanted: impl Fn(&str) -> Wanted,
    ) -> Result<BTreeMap<String, String>> {
        let wanted = &wanted;
        let orders = stream::iter(0..count).map(|index| async move {
            let email = format!("{who}-{index}@example.com");
            anyhow::Ok((self.place(&wanted(&email)).await?, email))
        });
        let orders: Vec<_> = orders.buffer_unordered(CROWD).collect().await;
        orders.into_iter().collect()
    }

    /// An order as it stands.
    pub async fn view(&self, order: &str) -> Result<Value> {
        self.get(&format!("/api/orders/{order}")).await
    }

    /// Waits until an order has come to a status, and to one of its payment; gives the order.
    pub async fn comes_to(
        &self,
        order: &str,
        (status, payment): (&str, &str),
        patience: Duration,
    ) -> Result<Value> {
        let what = format!("order {order} being {status} and its payment {payment}");
        let (order, _) = wait_for(&what, patience, async || {
            let order = self.view(order).await?;
            ensure!(order["status"] == status && order["paymentStatus"] == payment, "{order}");
            Ok(order)
        })
        .await?;
        Ok(order)
    }

    /// Calls an order off.
    pub async fn call_off(&self, order: &str, reason: &str) -> Result<Answer> {
        self.post(&format!("/api/orders/{order}/cancel"), &json!({"reason": reason})).await
    }

    /// Waits until all orders are final; counts how they ended.
    pub async fn outcomes(
        &self,
        orders: impl IntoIterator<Item = &String>,
        patience: Duration,
    ) -> Result<BTreeMap<String, usize>> {
        let statuses = stream::iter(orders.into_iter().cloned())
            .map(|order| async move { self.outcome(&order, patience).await })
            .buffer_unordered(CROWD);
        let statuses: Vec<_> = statuses.collect().await;
        let mut counted = BTreeMap::new();
        for status in statuses {
            *counted.entry(status?).or_default() += 1;
        }
        Ok(counted)
    }

    async fn outcome(&self, order: &str, patience: Duration) -> Result<String> {
        let (status, _) = wait_for(&format!("an outcome of order {order}"), patience, async || {
            let order = self.view(order).await?;
            let status = order["status"].as_str().context("an order has a status")?;
            ensure!(status != "pending", "{order}");
            Ok(status.to_owned())
        })
        .await?;
        Ok(status)
    }
}
