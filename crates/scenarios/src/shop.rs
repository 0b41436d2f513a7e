use anyhow::Result;
use contracts::catalog::Service;
use http::{Method, StatusCode};
use serde_json::Value;
use std::fmt::Arguments;

/// A shop, wherever it is. Clones are the same shop.
pub trait Shop: Clone {
    /// Asks what the gateway leads to.
    fn ask(&self, request: Request) -> impl Future<Output = Result<Answer>>;

    /// Gets what one of the services shows to those inside the shop.
    fn inside(&self, service: Service, path: &str) -> impl Future<Output = Result<Value>>;

    /// The mails that have arrived whose receiver's address begins with `who`.
    fn mails(&self, who: &str) -> impl Future<Output = Result<Vec<Mail>>>;

    /// Says something at the broker, as somebody might whose messages come again.
    fn say(&self, messages: Vec<Said>) -> impl Future<Output = Result<()>>;

    /// A name that nothing else has, so that stories do not meet.
    fn unique(&self) -> String;

    /// A line of the story's report.
    fn tell(&self, _line: Arguments<'_>) {}
}

/// What somebody asks.
#[derive(Clone, Debug)]
pub struct Request {
    /// Its method.
    pub method: Method,
    /// Path and query.
    pub path: String,
    /// Its idempotency key.
    pub key: Option<String>,
    /// Who is asking.
    pub who: Who,
    /// Its body.
    pub body: String,
}

/// Who asks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Who {
    /// Somebody who does not say.
    #[default]
    Anybody,
    /// Whoever has this token.
    Holder(String),
    /// Those who run the shop.
    Staff,
}

/// What is answered.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// What kind of body it has.
    pub kind: String,
    /// Its body; `null` when that is no JSON.
    pub body: Value,
}

/// A mail that has arrived.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mail {
    /// Names it.
    pub message_id: String,
    /// Who it is to.
    pub to: String,
    /// What it is about.
    pub subject: String,
}

/// A message that is said by hand.
#[derive(Clone, Debug)]
pub struct Said {
    /// Where.
    pub exchange: &'static str,
    /// Under which key, which is also its kind.
    pub key: &'static str,
    /// Its name.
    pub id: String,
    /// What it says.
    pub body: Value,
}
