//! The broker, at its management API and over AMQP.

use crate::{cluster::Forward, shop::Shop};
use anyhow::{Result, ensure};
use lapin::{BasicProperties, Connection, ConnectionProperties, options::BasicPublishOptions};
use reqwest::{Client, Method};
use serde_json::Value;

/// A message from outside.
#[derive(Clone, Debug)]
pub struct Said<'a> {
    /// Where it is published.
    pub exchange: &'a str,
    /// Under which key.
    pub key: &'a str,
    /// What kind of message it is.
    pub kind: &'a str,
    /// What it is called.
    pub id: String,
    /// What it says.
    pub body: String,
}

/// A way to the broker of a shop, as its administrator.
#[derive(Debug)]
pub struct Broker {
    client: Client,
    username: String,
    password: String,
    management: Forward,
    amqp: Forward,
}

impl Broker {
    /// Opens a way to the first node.
    pub async fn of(shop: &Shop) -> Result<Self> {
        let pod = format!("pod/{}-rabbitmq-0", shop.name);
        Ok(Self {
            client: Client::new(),
            username: shop.secret("rabbitmq", "username").await?,
            password: shop.secret("rabbitmq", "password").await?,
            management: Forward::to(shop.namespace, &pod, 15_672).await?,
            amqp: Forward::to(shop.namespace, &pod, 5_672).await?,
        })
    }

    /// The address for AMQP.
    pub fn url(&self) -> String {
        format!("amqp://{}:{}@127.0.0.1:{}/%2f", self.username, self.password, self.amqp.port)
    }

    async fn call(&self, method: Method, path: &str) -> Result<String> {
        let url = format!("http://127.0.0.1:{}/api/{path}", self.management.port);
        let request = self.client.request(method, url);
        let answer = request.basic_auth(&self.username, Some(&self.password)).send().await?;
        let (status, text) = (answer.status(), answer.text().await?);
        ensure!(status.is_success(), "{path}: {status} {text}");
        Ok(text)
    }

    /// What the management API says.
    pub async fn get(&self, path: &str) -> Result<Vec<Value>> {
        Ok(serde_json::from_str(&self.call(Method::GET, path).await?)?)
    }

    /// Deletes something.
    pub async fn delete(&self, path: &str) -> Result<()> {
        self.call(Method::DELETE, path).await.map(drop)
    }

    /// Publishes messages, as anybody could who is let in.
    pub async fn publish(&self, messages: &[Said<'_>]) -> Result<()> {
        let connection = Connection::connect(&self.url(), ConnectionProperties::default()).await?;
        let channel = connection.create_channel().await?;
        for Said { exchange, key, kind, id, body } in messages {
            let properties = BasicProperties::default();
            let properties =
                properties.with_message_id(id.as_str().into()).with_type((*kind).into());
            channel
                .basic_publish(
                    (*exchange).into(),
                    (*key).into(),
                    BasicPublishOptions::default(),
                    body.as_bytes(),
                    properties,
                )
                .await?;
        }
        connection.close(200, "done".into()).await?;
        Ok(())
    }

    /// Whether a queue is bound to an exchange under a key.
    pub async fn is_bound(&self, exchange: &str, key: &str, queue: &str) -> Result<bool> {
        let bindings = self.get(&format!("bindings/%2f/e/{exchange}/q/{queue}")).await?;
        Ok(bindings.iter().any(|it| it["routing_key"] == key))
    }
}
