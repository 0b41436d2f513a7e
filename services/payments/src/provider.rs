//! Who takes the customers' money: a trait, and a simulator of one.
//!
//! A provider answers, declines, or leaves it open what has happened. It is asked with a key; asked
//! again with the same key, it does nothing again and answers as before.

pub mod simulator;

pub use simulator::Simulator;

use crate::webhook::Door;
use async_trait::async_trait;
use axum::Router;
use chassis::process::Process;
use contracts::{
    ids::{OrderId, PaymentId},
    money::Money,
    payments::PaymentMethod,
    text::Name,
};

/// What a provider is asked for.
#[derive(Clone, PartialEq, Eq)]
pub struct Request {
    /// Names the operation: what is asked under the same key is done once.
    pub key: String,
    /// The payment.
    pub payment_id: PaymentId,
    /// What it is for.
    pub order_id: OrderId,
    /// How much.
    pub amount: Money,
    /// How.
    pub method: PaymentMethod,
    /// What stands for the card.
    pub token: Option<Name>,
    /// The transaction that it builds on: the promise that is taken or given up, the taking that is
    /// given back.
    pub transaction_id: Option<String>,
}

impl std::fmt::Debug for Request {
    /// Without the token, which belongs into no log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Request")
            .field("key", &self.key)
            .field("amount", &self.amount)
            .finish_non_exhaustive()
    }
}

/// What a provider says to a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It is done.
    Done {
        /// What the provider calls it.
        transaction_id: String,
    },
    /// It is not done and never will be, for this reason.
    Declined(String),
    /// It may have been done or not; it must be asked for again, with the same key.
    Unknown(String),
}

/// Somebody who takes money for the shop.
#[async_trait]
pub trait Provider: Send + Sync + 'static {
    /// Has money promised.
    async fn authorize(&self, request: &Request) -> Answer;

    /// Takes what is promised.
    async fn capture(&self, request: &Request) -> Answer;

    /// Gives up what is promised.
    async fn void(&self, request: &Request) -> Answer;

    /// Gives back what was taken, or a part of it.
    async fn refund(&self, request: &Request) -> Answer;

    /// What a provider that lives in the process shows there.
    fn routes(&self) -> Router {
        Router::new()
    }

    /// Lets a provider that lives in the process run there, and tell what happens at the door where
    /// webhooks are heard.
    fn attach(&self, process: Process, door: Door) -> Process {
        drop(door);
        process
    }
}
