use crate::doors::Doors;
use async_trait::async_trait;
use axum::http::{Method, StatusCode};
use chassis::gateway::{KnownOrder, OrderSource, Unanswered};
use contracts::{catalog::ORDERS, ids::OrderId};
use std::time::Duration;
use tokio::time::timeout;

/// How long others wait for orders.
const PATIENCE: Duration = Duration::from_secs(2);

/// Orders, asked at their own door: what is between them and others is another matter.
pub(crate) struct Orders {
    doors: Doors,
    /// What shows that it is no client who asks.
    token: String,
}

impl Orders {
    /// Those behind a door, asked by whoever shows this token.
    pub(crate) fn behind(doors: Doors, token: &str) -> Self {
        Self { doors, token: format!("Bearer {token}") }
    }
}

#[async_trait]
impl OrderSource for Orders {
    async fn order(&self, id: OrderId) -> Result<Option<KnownOrder>, Unanswered> {
        let (path, shown) = (format!("/api/orders/{id}"), [("authorization", self.token.as_str())]);
        let asking = self.doors.knock(ORDERS, Method::GET, &path, &shown, String::new());
        match timeout(PATIENCE, asking).await {
            Ok(Some(answer)) if answer.status == StatusCode::NOT_FOUND => Ok(None),
            Ok(Some(answer)) if answer.status.is_success() => serde_json::from_value(answer.body)
                .map(Some)
                .map_err(|error| Unanswered(error.to_string())),
            Ok(_) | Err(_) => Err(Unanswered("orders do not answer".to_owned())),
        }
    }
}
