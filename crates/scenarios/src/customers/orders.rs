//! What customers order, and what becomes of it.

use super::Customers;
use crate::{Answer, Shop, Wanted, wait_for};
use anyhow::{Context as _, Result, bail, ensure};
use futures::{StreamExt as _, stream};
use http::{Method, StatusCode};
use serde_json::{Value, json};
use std::{collections::BTreeMap, time::Duration};
use tokio::time::{Instant, sleep};

/// How long a customer tries to get an order accepted, with the same key each time.
const PERSISTENCE: Duration = Duration::from_mins(2);
/// How long they wait before they try again.
const PAUSE: Duration = Duration::from_millis(200);
/// How many customers ask at once, where a story does not say otherwise.
const CROWD: usize = 100;

impl<S: Shop> Customers<S> {
    /// Places an order, again under the same key until the shop has answered; gives the order's id.
    pub async fn place(&self, wanted: &Wanted) -> Result<String> {
        let (key, start) = (format!("key-{}", self.shop().unique()), Instant::now());
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
                _ => sleep(PAUSE).await,
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
