//! Parcels that staff move by hand.

use super::Scene;
use crate::{
    chance::{millis, one_of},
    client::Client,
};
use axum::http::Method;
use contracts::ids::OrderId;
use serde_json::{Value, json};
use tokio::time::sleep;

impl Scene {
    /// Staff hand a parcel over, say that it has arrived, that it came back, or keep it here.
    pub(super) async fn is_moved_by_hand(&self, order: OrderId) {
        let path = format!("/api/shipping/order/{order}");
        let step = one_of(&["ship", "deliver", "deliver", "return", "return", "cancel"]);
        let from: &[&str] = match step {
            "cancel" => &["pending", "processing"],
            "ship" => &["processing"],
            "deliver" => &["processing", "shipped"],
            _ => &["shipped", "delivered"],
        };
        let stands = |it: &Value| from.iter().any(|status| it["status"] == *status);
        let ends = ["delivered", "cancelled", "returned"];
        let is_over = |it: &Value| ends.iter().any(|status| it["status"] == *status);
        let seen = self.sees(&path, |it| stands(it) || is_over(it)).await;
        let Some(shipment) = seen.filter(stands) else { return };
        // A parcel may come back long after it has arrived.
        sleep(millis(0, if step == "return" { 20_000 } else { 5_000 })).await;
        let Some(id) = shipment["shipmentId"].as_str() else { return };
        let steps: &[&str] = match step {
            "deliver" => &["ship", "deliver"],
            _ => &[step],
        };
        let staff = Client::staff(&self.world);
        for step in steps {
            let body = match *step {
                "return" | "cancel" => json!({"reason": "a leak"}),
                _ => json!({}),
            };
            let path = format!("/api/shipping/{id}/{step}");
            self.insists(&staff, Method::PUT, &path, None, &body).await;
        }
    }
}
