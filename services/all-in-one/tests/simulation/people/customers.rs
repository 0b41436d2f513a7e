use super::{Good, Scene};
use crate::{
    chance::{below, few, millis, one_of, percent},
    client::Client,
    notes::{Accepted, Asked},
};
use axum::http::Method;
use contracts::ids::{CustomerId, MessageId, OrderId, ProductId};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use tokio::time::sleep;

/// How many of what.
type Lines = Vec<(ProductId, u32)>;

/// All that a provider can be like.
const TOKENS: [&str; 12] = [
    "tok_ok",
    "tok_ok",
    "tok_ok",
    "tok_declined",
    "tok_insufficient_funds",
    "tok_slow",
    "tok_timeout",
    "tok_duplicate",
    "tok_webhook_first",
    "tok_capture_declined",
    "tok_unreachable",
    "tok_of_nobody",
];

/// Comes at some time, orders something in some way; gives the order if it was accepted.
pub(crate) async fn customer(scene: Scene, index: u32, only: Option<Good>) -> Option<OrderId> {
    sleep(millis(0, if only.is_some() { 100 } else { 25_000 })).await;
    let email = format!("customer-{index}@example.com");
    let client = if percent(50) {
        Client::customer(&scene.world, CustomerId::fresh())
    } else {
        Client::guest(&scene.world)
    };
    let key = MessageId::fresh().to_string();
    match below(100) {
        0..15 => scene.by_name(&email, &key, only).await,
        15..35 => scene.by_cart(&client, &email, &key, only).await,
        _ => {
            let (mut order, lines) = (how(&email), scene.lines(only.as_ref()));
            order["items"] = lines.iter().map(line).collect();
            scene.places(&client, "/api/orders", &key, (&order, lines)).await
        }
    }
}

/// An order without what is ordered.
fn how(email: &str) -> Value {
    let mut order = json!({"email": email});
    let method = one_of(&[
        "credit_card",
        "credit_card",
        "credit_card",
        "paypal",
        "cash_on_delivery",
        "bank_transfer",
    ]);
    order["paymentMethod"] = json!(method);
    if matches!(method, "credit_card" | "paypal") {
        order["paymentToken"] = json!(one_of(&TOKENS));
    }
    order["shippingMethod"] = json!(one_of(&["standard", "express", "overnight"]));
    if percent(80) {
        order["shippingAddress"] = json!({
            "street": "Main Street 1", "city": "Springfield", "zipCode": "12345", "country": "US",
        });
    }
    order
}

fn line((product, quantity): &(ProductId, u32)) -> Value {
    json!({"productId": product, "quantity": quantity})
}

/// What is asked for with this body, for these lines.
fn asked(order: &Value, lines: Lines) -> Asked {
    let text = |field: &str| order[field].as_str().map(str::to_owned);
    let method = text("paymentMethod").unwrap_or_else(|| "cash_on_delivery".to_owned());
    Asked { email: text("email").unwrap_or_default(), method, lines }
}

/// The order that was made, if one was.
fn made(body: &Value) -> Option<OrderId> {
    let id = body["orderId"].as_str().or_else(|| body["order"]["orderId"].as_str());
    id.and_then(|it| it.parse().ok())
}

impl Scene {
    fn some(&self, only: Option<&Good>) -> Good {
        let index = usize::try_from(below(self.goods.len() as u64)).unwrap_or_default();
        only.unwrap_or(&self.goods[index]).clone()
    }

    /// One line or several, at times of the same product; one piece of what there is one of.
    fn lines(&self, only: Option<&Good>) -> Lines {
        let line = || (self.some(only).id, if only.is_some() { 1 } else { few(1, 3) });
        let count = if only.is_some() { 1 } else { few(1, 3) };
        (0..count).map(|_| line()).collect()
    }

    /// A guest's order in the form of the first system.
    async fn by_name(&self, email: &str, key: &str, only: Option<Good>) -> Option<OrderId> {
        let Good { id, name } = self.some(only.as_ref());
        let order = json!({"email": email, "itemName": name, "itemCategory": "Things"});
        let guest = Client::guest(&self.world);
        self.places(&guest, "/order", key, (&order, vec![(id, 1)])).await
    }

    async fn by_cart(
        &self,
        client: &Client,
        email: &str,
        key: &str,
        only: Option<Good>,
    ) -> Option<OrderId> {
        let cart = self.insists(client, Method::POST, "/api/carts", None, &Value::Null).await?;
        let cart = cart.body["cartId"].as_str()?.to_owned();
        let lines = self.fill(client, &cart, only.as_ref()).await?;
        let mut order = how(email);
        order["cartId"] = json!(cart);
        self.places(client, "/api/orders", key, (&order, lines)).await
    }

    /// Puts something into a cart. Who puts the same in again puts in as many: a request of which nobody
    /// has heard for long may come late, and then changes nothing.
    async fn fill(&self, client: &Client, cart: &str, only: Option<&Good>) -> Option<Lines> {
        let mut lines = BTreeMap::new();
        let wanted = self.lines(only);
        let again = wanted.iter().filter(|_| percent(20)).collect::<Vec<_>>();
        for (product, quantity) in wanted.iter().chain(again) {
            let quantity = *lines.get(product).unwrap_or(quantity);
            let path = format!("/api/carts/{cart}/items/{product}");
            let body = json!({"quantity": quantity});
            let answer = self.insists(client, Method::PUT, &path, None, &body).await?;
            if answer.status.is_success() {
                lines.insert(*product, quantity);
            }
        }
        Some(lines.into_iter().collect())
    }

    /// Places an order; who is impatient does so twice at once, under the same key.
    async fn places(
        &self,
        client: &Client,
        path: &str,
        key: &str,
        (order, lines): (&Value, Lines),
    ) -> Option<OrderId> {
        let placing = || self.insists(client, Method::POST, path, Some(key), order);
        let answers = if percent(20) {
            let (one, other) = futures::join!(placing(), placing());
            vec![one, other]
        } else {
            vec![placing().await]
        };
        let created = answers.into_iter().flatten().filter(|it| it.status == 201);
        let ids: Vec<OrderId> = created.filter_map(|it| made(&it.body)).collect();
        let asked = asked(order, lines);
        let accepted =
            ids.iter().map(|it| Accepted { key: key.to_owned(), order: *it, asked: asked.clone() });
        self.notes.known().accepted.extend(accepted);
        ids.first().copied()
    }
}
