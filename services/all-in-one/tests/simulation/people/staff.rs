mod money;
mod parcels;

use super::{Good, Scene};
use crate::{
    chance::{few, millis, percent},
    client::{Asking, Client},
};
use axum::http::Method;
use contracts::ids::{MessageId, OrderId};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// How long staff wait for something that may never come.
const PATIENCE: Duration = Duration::from_mins(2);

/// Something comes in, or is found to be gone.
pub(crate) async fn restocks(scene: Scene, good: Good) {
    sleep(millis(0, 40_000)).await;
    let (staff, count) = (Client::staff(&scene.world), few(1, 4));
    let (key, id) = (MessageId::fresh().to_string(), good.id);
    let (method, path, body, by) = if percent(70) {
        let path = format!("/api/inventory/product/{id}/restock");
        (Method::POST, path, json!({"quantity": count}), i64::from(count))
    } else {
        let (path, by) = (format!("/api/inventory/product/{id}"), -i64::from(count));
        (Method::PUT, path, json!({"quantity": count, "operation": "decrement"}), by)
    };
    let answer = scene.insists(&staff, method, &path, Some(&key), &body).await;
    if answer.is_some_and(|it| it.status.is_success()) {
        *scene.notes.known().restocked.entry(id).or_default() += by;
    }
}

/// A product gets another price, or is taken out of the catalogue.
pub(crate) async fn revises(scene: Scene, good: Good) {
    sleep(millis(0, 20_000)).await;
    let (staff, path) = (Client::staff(&scene.world), format!("/api/products/{}", good.id));
    let price = few(0, 5_000);
    let (method, body) = if percent(75) {
        scene.notes.known().prices.entry(good.id).or_default().insert(price.into());
        (Method::PUT, json!({"price": {"amountMinor": price, "currency": "USD"}}))
    } else {
        (Method::DELETE, Value::Null)
    };
    scene.insists(&staff, method, &path, None, &body).await;
}

/// What may happen to orders afterwards.
#[derive(Clone, Copy)]
pub(crate) struct Aftermath {
    /// Nothing but that they are called off.
    pub(crate) is_plain: bool,
    /// Parcels move by themselves.
    pub(crate) parcels_move: bool,
}

/// What happens to an order after it was accepted: to some nothing, to some several things at once.
pub(crate) async fn looks_after(scene: Scene, order: OrderId, aftermath: Aftermath) {
    let Aftermath { is_plain, parcels_move } = aftermath;
    let calling_off = async {
        if percent(25) {
            scene.is_called_off(order).await;
        }
    };
    let paying = async {
        if !is_plain && percent(80) {
            scene.is_paid_by_transfer(order).await;
        }
    };
    let refunding = async {
        for _ in 0..few(0, 2) {
            if !is_plain && percent(20) {
                scene.is_refunded(order).await;
            }
        }
    };
    let sending = async {
        if !is_plain && percent(if parcels_move { 40 } else { 70 }) {
            scene.is_moved_by_hand(order).await;
        }
    };
    futures::join!(calling_off, paying, refunding, sending);
}

impl Scene {
    async fn is_called_off(&self, order: OrderId) {
        sleep(millis(0, 30_000)).await;
        let path = format!("/api/orders/{order}/cancel");
        // Staff may call off everybody's orders.
        let staff = Client::staff(&self.world);
        let why = json!({"reason": "a whim"});
        if let Some(answer) = self.insists(&staff, Method::POST, &path, None, &why).await {
            self.notes.known().called_off.insert(order, answer.status.as_u16());
        }
    }

    /// Waits until a document is as it should be, but not for ever.
    pub(super) async fn sees(&self, path: &str, fits: impl Fn(&Value) -> bool) -> Option<Value> {
        let staff = Client::staff(&self.world);
        let deadline = Instant::now() + PATIENCE;
        while Instant::now() < deadline {
            let asking = Asking { method: Method::GET, path, headers: &[], body: &Value::Null };
            let seen = staff.ask(&asking).await.filter(|it| it.status.is_success());
            let fitting = seen.map(|it| it.body).filter(&fits);
            if fitting.is_some() {
                return fitting;
            }
            sleep(millis(500, 6_000)).await;
        }
        None
    }
}
