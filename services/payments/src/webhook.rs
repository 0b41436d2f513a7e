//! Where a provider or a bank tells by itself what has happened: bodies signed as [Standard
//! Webhooks](https://www.standardwebhooks.com) has it.
//!
//! What is signed is `<id>.<time>.<body>`, by HMAC-SHA256. Without a good signature of our own time
//! nothing of it is read.

mod body;
mod secret;

pub use secret::{BadSecret, Secret};

use crate::{Payments, domain::Told};
use axum::http::StatusCode;
use chassis::{clock::SharedClock, problem::Problem};
use contracts::{ids::OrderId, money::Money};
use jiff::Timestamp;

/// How far from now a webhook may have been signed, in seconds: what was overheard is soon of no use.
const WINDOW: i64 = 5 * 60;
/// How many signatures of one body are looked at; a secret that is being changed has two.
const MOST_SIGNATURES: usize = 8;

/// A webhook as it arrives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// Names it; one that is sent again has the same.
    pub id: String,
    /// When it was sent, in seconds.
    pub timestamp: String,
    /// `v1,<base64>`, several of them with blanks between.
    pub signature: String,
    /// What it says.
    pub body: Vec<u8>,
}

/// Why a webhook is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unbelieved {
    /// It was signed long ago, or will be; or does not say when.
    #[error("webhook-timestamp must be a time in seconds at most {WINDOW} seconds from now")]
    Time,
    /// None of its signatures is ours.
    #[error("webhook-signature must hold a good signature of the version v1")]
    Signature,
}

/// The door at which webhooks are heard. Cheap to clone.
#[derive(Clone)]
pub struct Door {
    payments: Payments,
    secret: Secret,
    clock: SharedClock,
}

impl std::fmt::Debug for Door {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Door").field("secret", &self.secret).finish_non_exhaustive()
    }
}

impl Door {
    pub(crate) fn new(payments: Payments, secret: Secret, clock: SharedClock) -> Self {
        Self { payments, secret, clock }
    }

    /// Hears a webhook: who sent it, what it says, and whether that can be.
    pub async fn ring(&self, it: &Signed) -> Result<(), Problem> {
        self.believe(it).map_err(|why| {
            tracing::warn!(%why, "a webhook is not believed");
            Problem::new(StatusCode::UNAUTHORIZED, "bad-webhook-signature", why.to_string())
        })?;
        let notice = body::read(&it.body)?;
        let order = notice.order_id;
        self.payments.told(&it.id, notice).await.map_err(|error| {
            tracing::warn!(order.id = %order, %error, "a webhook does not fit");
            Problem::from(error)
        })
    }

    fn believe(&self, it: &Signed) -> Result<(), Unbelieved> {
        let time: i64 = it.timestamp.parse().map_err(|_not_a_number| Unbelieved::Time)?;
        let now = self.clock.now().as_second();
        if now.abs_diff(time) > WINDOW.unsigned_abs() {
            return Err(Unbelieved::Time);
        }
        let mut signatures = it.signature.split_ascii_whitespace().take(MOST_SIGNATURES);
        let is_good = |text: &str| self.secret.has_signed(it, text);
        if signatures.any(is_good) { Ok(()) } else { Err(Unbelieved::Signature) }
    }
}

/// A webhook as a provider would send it, signed.
#[must_use]
pub fn signed(
    secret: &Secret,
    id: &str,
    told: Told,
    (order, transaction, amount): (OrderId, &str, Money),
    now: Timestamp,
) -> Signed {
    let body = body::write(told, order, transaction, amount, now);
    let timestamp = now.as_second().to_string();
    let unsigned = Signed { id: id.to_owned(), timestamp, signature: String::new(), body };
    Signed { signature: secret.sign(&unsigned), ..unsigned }
}
