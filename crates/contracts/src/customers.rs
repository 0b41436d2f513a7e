//! What the customer service says, on `shop_events`. Passwords and addresses are never said.

use crate::{
    catalog::{self, Service},
    ids::CustomerId,
    message::Message,
    text::{EmailAddress, Name},
    topology::Exchange,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A customer, as other services are told of one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CustomerState {
    /// Names the customer.
    pub customer_id: CustomerId,
    /// How they sign in, and where they are written to; lower case.
    pub email: EmailAddress,
    /// The first name.
    pub first_name: Name,
    /// The last name.
    pub last_name: Name,
    /// Counts the changes, so that an older one that comes late is known.
    pub revision: u64,
}

/// A customer has an account now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CustomerRegistered {
    /// The customer.
    pub customer: CustomerState,
}

/// What is known of a customer has changed; the full state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CustomerUpdated {
    /// The customer.
    pub customer: CustomerState,
}

/// A customer has left, and what is known of them is erased.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CustomerDeleted {
    /// Who it was.
    pub customer_id: CustomerId,
}

impl Message for CustomerRegistered {
    const BY: Service = catalog::CUSTOMERS;
    const KEY: &'static str = "customers.registered";
    const EXCHANGE: Exchange = Exchange::Events;
    const MEANING: &'static str = "A customer has an account now.";

    fn subject(&self) -> String {
        self.customer.customer_id.to_string()
    }
}

impl Message for CustomerUpdated {
    const BY: Service = catalog::CUSTOMERS;
    const KEY: &'static str = "customers.updated";
    const EXCHANGE: Exchange = Exchange::Events;
    const MEANING: &'static str = "What is known of a customer has changed.";

    fn subject(&self) -> String {
        self.customer.customer_id.to_string()
    }
}

impl Message for CustomerDeleted {
    const BY: Service = catalog::CUSTOMERS;
    const KEY: &'static str = "customers.deleted";
    const EXCHANGE: Exchange = Exchange::Events;
    const MEANING: &'static str = "A customer has left; what belongs to them alone is erased.";

    fn subject(&self) -> String {
        self.customer_id.to_string()
    }
}
