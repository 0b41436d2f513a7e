use super::key;
use crate::names::STAFF;
use chassis::env;
use contracts::catalog::{self, Service};

/// An entry of a Secret that a service is given beside its logins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Given {
    /// The variable that it reads.
    pub variable: &'static str,
    /// Whose Secret holds it.
    pub owner: &'static str,
    /// Under which key.
    pub key: &'static str,
}

/// What `service` is given beside its logins.
pub fn given(service: &Service) -> Vec<Given> {
    const CUSTOMERS: &str = catalog::CUSTOMERS.name;
    const ORDERS: &str = catalog::ORDERS.name;
    const PAYMENTS: &str = catalog::PAYMENTS.name;
    let given = |variable, owner, key| Given { variable, owner, key };
    let mut all = match *service {
        catalog::CUSTOMERS => vec![
            given(env::TOKEN_SIGNING_KEY, CUSTOMERS, key::TOKEN_SIGNING_KEY),
            given(env::STAFF_EMAIL, STAFF, key::EMAIL),
            given(env::STAFF_PASSWORD, STAFF, key::PASSWORD),
        ],
        catalog::PAYMENTS => {
            vec![given(env::PAYMENT_WEBHOOK_SECRET, PAYMENTS, key::WEBHOOK_SECRET)]
        }
        _ => Vec::new(),
    };
    // Everybody checks for themselves who asks: a customer, staff, or another of the shop's own.
    all.extend([
        given(env::TOKEN_PUBLIC_KEYS, CUSTOMERS, key::TOKEN_PUBLIC_KEYS),
        given(env::INSIDE_TOKEN, ORDERS, key::INSIDE_TOKEN),
    ]);
    all
}
