//! Who is asking: signed tokens, and the extractors that read them.
//!
//! The customer service signs (`SigningKey`); every service checks for itself with the public keys it
//! was given ([`VerifyingKeys`], [`Process::trust`](crate::process::Process::trust)), so that nobody has
//! to be asked. What somebody may do is said in [`access`](crate::access); handlers that must know who asks
//! take [`Identity`] or [`SignedIn`]. Nothing of a token is ever logged.

mod extractors;
mod token;

pub(crate) use extractors::Trust;
pub use extractors::{Identity, SignedIn};
pub use token::{BadToken, Jwk, SigningKey, VerifyingKeys};

use crate::{env, inside, secret};
use contracts::ids::CustomerId;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// How long an access token is good. It cannot be called back, so it is short; and so long a key that has
/// signed must stay known after it signs no more.
pub const ACCESS_LIFE: Duration = Duration::from_mins(15);

/// Whose tokens are good.
#[derive(Clone, Debug, clap::Args)]
#[group(skip)] // each crate has its Config, and names of groups must differ
pub struct Config {
    /// The public keys of those who sign tokens: base64 of 32 bytes each (Ed25519), separated by commas,
    /// so that an old and a new key are good at the same time. Without one, no token is good.
    #[arg(long, env = env::TOKEN_PUBLIC_KEYS, value_name = env::TOKEN_PUBLIC_KEYS, default_value = "")]
    pub token_public_keys: VerifyingKeys,
    /// What the other services of the shop show; without it nobody is taken for one.
    #[arg(long, env = env::INSIDE_TOKEN, value_name = env::INSIDE_TOKEN, hide_env_values = true, value_parser = secret::parser::<inside::Token>())]
    pub inside_token: Option<inside::Token>,
}

impl From<VerifyingKeys> for Config {
    fn from(token_public_keys: VerifyingKeys) -> Self {
        Self { token_public_keys, inside_token: None }
    }
}

/// What somebody is to the shop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Buys; sees what is their own.
    Customer,
    /// Runs the shop; sees everything.
    Staff,
    /// A program of the shop.
    Service,
}

/// Somebody who is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principal {
    /// Names them; of a customer, the [`CustomerId`].
    pub id: String,
    /// What they are to the shop.
    pub role: Role,
}

impl Principal {
    /// The customer of this id.
    #[must_use]
    pub fn customer(id: CustomerId) -> Self {
        Self { id: id.to_string(), role: Role::Customer }
    }

    /// A program of the shop.
    #[must_use]
    pub fn service() -> Self {
        Self { id: "service".to_owned(), role: Role::Service }
    }

    /// The customer that this is, if it is one.
    #[must_use]
    pub fn customer_id(&self) -> Option<CustomerId> {
        match self.role {
            Role::Customer => self.id.parse().ok(),
            Role::Staff | Role::Service => None,
        }
    }

    /// Whether they run the shop.
    #[must_use]
    pub fn is_staff(&self) -> bool {
        self.role == Role::Staff
    }

    /// Whether what belongs to this customer is theirs to see and to change.
    #[must_use]
    pub fn may_act_for(&self, customer: CustomerId) -> bool {
        match self.role {
            Role::Customer => self.customer_id() == Some(customer),
            Role::Staff | Role::Service => true,
        }
    }
}

#[cfg(test)]
mod tests;
