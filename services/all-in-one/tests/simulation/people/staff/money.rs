//! Money that comes by itself, and money that staff give back.

use super::Scene;
use crate::{
    chance::{between, few, millis, percent},
    client::{Asking, Client},
};
use axum::http::Method;
use contracts::ids::{MessageId, OrderId, RefundId};
use payments::domain::{Payment, Told};
use serde_json::{Value, json};
use testkit::Answer;
use tokio::time::sleep;

impl Scene {
    /// Staff see that the transfer has arrived, or the bank tells it, at times more than once.
    pub(super) async fn is_paid_by_transfer(&self, order: OrderId) {
        let path = format!("/api/payments/order/{order}");
        let is_known = |it: &Value| it["paymentMethod"].is_string();
        let Some(payment) = self.sees(&path, is_known).await else { return };
        if payment["paymentMethod"] != "bank_transfer" {
            return;
        }
        sleep(millis(0, 140_000)).await;
        self.notes.known().transfers_made.insert(order);
        if percent(50) {
            let id = Payment::id_of(order);
            let (path, body) = (format!("/api/payments/{id}/process"), json!({}));
            let staff = Client::staff(&self.world);
            let answer = self.insists(&staff, Method::POST, &path, None, &body).await;
            self.note_heard(order, answer);
        } else {
            for _ in 0..few(1, 2) {
                self.tells_of_transfer(order, &payment["amount"]).await;
            }
        }
    }

    async fn tells_of_transfer(&self, order: OrderId, amount: &Value) {
        let Ok(amount) = serde_json::from_value(amount.clone()) else { return };
        let (ground, transaction) = (&self.world.ground, format!("bank-{order}"));
        let (id, about) = (format!("transfer-{order}"), (order, transaction.as_str(), amount));
        let now = ground.clock.now();
        let told = Told::TransferReceived;
        let it = payments::webhook::signed(&ground.webhook_secret, &id, told, about, now);
        let headers = [
            ("webhook-id", it.id.as_str()),
            ("webhook-timestamp", it.timestamp.as_str()),
            ("webhook-signature", it.signature.as_str()),
        ];
        let body = serde_json::from_slice(&it.body).unwrap_or_default();
        let path = "/api/payments/webhook";
        let asking = Asking { method: Method::POST, path, headers: &headers, body: &body };
        // A bank that is not answered tells it again, signed anew.
        let answer = Client::guest(&self.world).ask(&asking).await;
        self.note_heard(order, answer);
    }

    /// Whoever was told that the shop knows of a transfer counts on that.
    fn note_heard(&self, order: OrderId, answer: Option<Answer>) {
        if answer.is_some_and(|it| it.status.is_success()) {
            self.notes.known().transfers_heard.insert(order);
        }
    }

    pub(super) async fn is_refunded(&self, order: OrderId) {
        let path = format!("/api/payments/order/{order}");
        let is_decided = |it: &Value| it["status"] != "pending" && it["status"] != "authorized";
        let Some(payment) = self.sees(&path, is_decided).await else { return };
        sleep(millis(0, 10_000)).await;
        let key = MessageId::fresh().to_string();
        let id = Payment::id_of(order);
        let refund = RefundId::derived(&format!("{id}/{key}"));
        let mut body = json!({"reason": "a scratch"});
        let paid = payment["capturedAmount"]["amountMinor"].as_u64().unwrap_or_default();
        if percent(70) && paid > 1 {
            let part = between(1, paid);
            body["amount"] = json!({"amountMinor": part, "currency": "USD"});
        }
        self.notes.known().refunds_asked.insert(refund);
        let (staff, path) = (Client::staff(&self.world), format!("/api/payments/{id}/refund"));
        let answer = self.insists(&staff, Method::POST, &path, Some(&key), &body).await;
        if answer.is_some_and(|it| it.status.is_success()) {
            self.notes.known().refunds_granted.insert(refund, order);
        }
    }
}
