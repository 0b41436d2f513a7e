//! The market, as the stories see it that are also told in one process.

use crate::{
    broker::{self, Broker},
    mailbox,
    shop::Shop,
    story,
};
use anyhow::Result;
use contracts::catalog::Service;
use reqwest::{Client, RequestBuilder};
use scenarios::{Answer, Mail, Request, Said};
use serde_json::Value;
use std::{fmt::Arguments, time::Duration};
use uuid::Uuid;

/// How long a client waits for an answer: longer than the gateway lets it.
const PATIENCE: Duration = Duration::from_secs(30);

/// A shop whose gateway is reached from this machine. Clones are the same shop.
#[derive(Clone, Debug)]
pub struct Market {
    client: Client,
    base: String,
    shop: Shop,
}

impl Market {
    /// A shop whose gateway has this address.
    pub fn at(base: &str, shop: Shop) -> Result<Self> {
        let client = Client::builder().timeout(PATIENCE).build()?;
        Ok(Self { client, base: base.to_owned(), shop })
    }
}

impl scenarios::Shop for Market {
    async fn ask(&self, request: Request) -> Result<Answer> {
        let Request { method, path, key, token, body } = request;
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
