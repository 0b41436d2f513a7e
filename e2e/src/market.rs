//! The market, as the stories see it that are also told in one process.

use crate::{
    broker::{self, Broker},
    mailbox,
    shop::Shop,
    story,
};
use anyhow::{Context as _, Result, ensure};
use contracts::catalog::Service;
use reqwest::{Client, RequestBuilder};
use scenarios::{Answer, Mail, Request, Said, Who};
use serde_json::{Value, json};
use std::{
    fmt::Arguments,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::sync::Mutex;
use uuid::Uuid;

/// How long a client waits for an answer: longer than the gateway lets it.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long a token of staff is used, of the 15 minutes that it is good.
const SHIFT: Duration = Duration::from_mins(10);

/// A shop whose gateway is reached from this machine. Clones are the same shop.
#[derive(Clone, Debug)]
pub struct Market {
    client: Client,
    base: String,
    shop: Shop,
    /// What staff have signed in with, and when.
    staff: Arc<Mutex<Option<(String, Instant)>>>,
}

impl Market {
    /// A shop whose gateway has this address.
    pub fn at(base: &str, shop: Shop) -> Result<Self> {
        let client = Client::builder().timeout(PATIENCE).build()?;
        Ok(Self { client, base: base.to_owned(), shop, staff: Arc::default() })
    }
}

impl Market {
    /// What staff show; they sign in as the Shop's status says, and again before it runs out.
    async fn staff(&self) -> Result<String> {
        let mut kept = self.staff.lock().await;
        if let Some((token, _)) = kept.as_ref().filter(|(_, since)| since.elapsed() < SHIFT) {
            return Ok(token.clone());
        }
        let token = self.sign_in().await?;
        *kept = Some((token.clone(), Instant::now()));
        Ok(token)
    }

    async fn sign_in(&self) -> Result<String> {
        let (email, password) = self.shop.first_staff().await?;
        let body = json!({"email": email, "password": password}).to_string();
        let request = self.client.post(format!("{}/api/customers/login", self.base));
        let answer = request.header("content-type", "application/json").body(body).send().await?;
        let (status, text) = (answer.status(), answer.text().await?);
        ensure!(status.is_success(), "staff cannot sign in: {status} {text}");
        let tokens: Value = serde_json::from_str(&text)?;
        Ok(tokens["accessToken"].as_str().context("a token is given")?.to_owned())
    }
}

impl scenarios::Shop for Market {
    async fn ask(&self, request: Request) -> Result<Answer> {
        let Request { method, path, key, who, body } = request;
        let token = match who {
            Who::Anybody => None,
            Who::Holder(token) => Some(token),
            Who::Staff => Some(self.staff().await?),
        };
        let request = self.client.request(method, format!("{}{path}", self.base));
        let request = request.header("content-type", "application/json").body(body);
        let request = key.iter().fold(request, |it, key| it.header("idempotency-key", key));
        let request = token.iter().fold(request, RequestBuilder::bearer_auth);
        let answer = request.send().await?;
        let status = answer.status();
        let kind = answer.headers().get("content-type").and_then(|it| it.to_str().ok());
        let kind = kind.unwrap_or_default().to_owned();
        let text = answer.text().await?;
        Ok(Answer { status, kind, body: serde_json::from_str(&text).unwrap_or(Value::Null) })
    }

    async fn inside(&self, service: Service, path: &str) -> Result<Value> {
        self.shop.inside(service.name, path).await
    }

    async fn mails(&self, who: &str) -> Result<Vec<Mail>> {
        mailbox::mails(self.shop.namespace, who).await
    }

    async fn say(&self, messages: Vec<Said>) -> Result<()> {
        let messages: Vec<_> = messages.iter().map(published).collect();
        Broker::of(&self.shop).await?.publish(&messages).await
    }

    fn unique(&self) -> String {
        Uuid::now_v7().to_string()
    }

    fn tell(&self, line: Arguments<'_>) {
        story::line(line);
    }
}

fn published(it: &Said) -> broker::Said<'_> {
    let Said { exchange, key, id, body } = it;
    broker::Said { exchange, key, kind: key, id: id.clone(), body: body.to_string() }
}
